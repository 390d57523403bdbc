"""What somebody typed after the command or the mention, as a wish."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

from bot.trigger.surface import BOT_NAME, COMMAND

Action = Literal["review", "help", "status", "cancel", "rerun"]

_CHANNEL = re.compile(
    r"<#(?P<picked>[CG][A-Z0-9]+)(?:\|[^>]*)?>"
    r"|<?https?://[\w.:-]+/(?:archives|client/[TE][A-Z0-9]+)/(?P<linked>[CG][A-Z0-9]+)[^\s<>|]*(?:\|[^>]*)?>?"
    r"|(?<![\w/])(?P<bare>[CG](?=[A-Z]*\d)[A-Z0-9]{7,})\b"
)
_WORD = re.compile(r"[a-z]+")

HELP = f"""*{BOT_NAME}* reads an incident channel and posts a testing-gap review: root cause, the tests that missed it, \
the signals that were ignored, and the tests to write. Everything stays with a model on your own machines.
• `{COMMAND}` reviews this channel
• `{COMMAND} #channel` or `{COMMAND} <link to a channel or message>` reviews another one; \
it is posted there, or here when that channel is archived
• `{COMMAND} status` says what is running and waiting
• `{COMMAND} cancel` stops this channel's review
• `{COMMAND} rerun` reviews this channel again, with what was written since
• `{COMMAND} help` shows this text
`status`, `cancel` and `rerun` take a channel too. In a thread: mention me with the word _review_, or use the \
message menu → _Review testing gaps_. In a review's thread: ask me a question. \
In a private channel, invite me first: `/invite @{BOT_NAME}`."""


@dataclass(frozen=True)
class Wish:
    """One command. `channel_id` is None for "the one where it was typed"; `unclear` is what was not understood."""

    action: Action
    channel_id: str | None = None
    unclear: str = ""


def read_command(text: str) -> Wish:
    """`/testing-postmortem` <text>. Nothing means: review this channel."""
    channel = _channel_in(text)
    rest = _CHANNEL.sub(" ", text).strip()
    word = rest.lower()
    if not word:
        return Wish("review", channel)
    for action in get_args(Action):
        if word == action:
            return Wish(action, channel)
    return Wish("help") if word == "?" else Wish("help", unclear=rest)


def read_mention(text: str) -> Wish:
    """Words around a mention: the first that names an action counts, so "please review this" is a wish."""
    words = _WORD.findall(_CHANNEL.sub(" ", text).lower())
    for word in words:
        for action in get_args(Action):
            if word == action:
                return Wish(action, _channel_in(text))
    return Wish("help", unclear=" ".join(words))


def unclear_text(wish: Wish) -> str:
    """Help that says first what was not understood."""
    if wish.unclear.startswith("#"):
        return f"I cannot find {wish.unclear}. Pick the channel from Slack's list, or paste a link to it.\n\n{HELP}"
    return f"I do not understand “{wish.unclear[:80]}”.\n\n{HELP}" if wish.unclear else HELP


def _channel_in(text: str) -> str | None:
    found = _CHANNEL.search(text)
    return next((group for group in found.groups() if group), None) if found else None
