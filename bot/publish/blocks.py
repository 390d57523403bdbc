"""Block Kit out of lines, within Slack's limits. Pure.

Limits, from Slack's Block Kit reference: 50 blocks a message, 3,000 characters a section and 2,000 a field, 150 a
header. The sum over a message is not documented: posts fail from about 12,000 characters on, block containers counted
(slackapi/bolt-js issues 2509 and 2867), so the JSON as a whole stays below.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.publish.mrkdwn import clip, inert, length, pieces, safe

Block = dict[str, Any]

MOST_BLOCKS, MOST_JSON = 50, 11_500
SECTION, FIELD, HEADER, CONTEXT, BUTTON, VALUE, FALLBACK = 2_900, 1_900, 150, 1_900, 75, 2_000, 1_500


@dataclass(frozen=True)
class Post:
    """One message. `part` names it within its review, so that it is posted once; `text` is the notification."""

    part: str
    text: str
    blocks: tuple[Block, ...]


def mrkdwn(text: str) -> Block:
    """`verbatim`: Slack turns nothing in the text into links or mentions by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(text: str) -> Block:
    plain = {"type": "plain_text", "text": clip(inert(text), HEADER) or "-", "emoji": False}
    return {"type": "header", "text": plain}


def sections(lines: Iterable[str]) -> list[Block]:
    """Lines packed into as few sections as they fit in; a line that is too long is cut at sentences."""
    packed: list[str] = []
    for line in lines:
        for piece in pieces(line, SECTION) if line.strip() else ():
            if packed and length(packed[-1]) + length(piece) + 1 <= SECTION:
                packed[-1] += "\n" + piece
            else:
                packed.append(piece)
    return [{"type": "section", "text": mrkdwn(text)} for text in packed]


def fields(pairs: Sequence[tuple[str, str]]) -> Block:
    """Up to ten names with values, two in a row; the values are data."""
    shown = [mrkdwn(f"*{name}*\n{clip(safe(value), FIELD) or '-'}") for name, value in pairs[:10]]
    return {"type": "section", "fields": shown}


def context(*lines: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(clip(line, CONTEXT)) for line in lines[:10] if line]}


def divider() -> Block:
    return {"type": "divider"}


def button(text: str, action_id: str, value: str, *, style: str = "", confirm: str = "") -> Block:
    """A button; `confirm` is the question that Slack asks before it acts."""
    made: Block = {
        "type": "button",
        "text": {"type": "plain_text", "text": text[:BUTTON], "emoji": False},
        "action_id": action_id,
        "value": value[:VALUE],
    }
    if style:
        made["style"] = style
    if confirm:
        made["confirm"] = {
            "title": {"type": "plain_text", "text": text[:100]},
            "text": {"type": "plain_text", "text": confirm[:300]},
            "confirm": {"type": "plain_text", "text": "Yes"},
            "deny": {"type": "plain_text", "text": "No"},
        }
    return made


def actions(*buttons: Block) -> Block:
    return {"type": "actions", "elements": list(buttons)}


def weight(blocks: Sequence[Block]) -> int:
    """Characters of the blocks as JSON, which is what Slack appears to limit."""
    return length(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def fitted(blocks: Sequence[Block], tail: Sequence[Block] = ()) -> tuple[Block, ...]:
    """As many of the blocks as one message takes, in order, with a word about the rest, then the tail."""
    rest = context("The rest is in the report files in this thread.")
    if len(blocks) + len(tail) <= MOST_BLOCKS and weight([*blocks, *tail]) <= MOST_JSON:
        return (*blocks, *tail)
    kept: list[Block] = []
    room = MOST_JSON - weight([rest, *tail])
    for block in blocks:
        room -= weight([block])
        if len(kept) + 2 + len(tail) > MOST_BLOCKS or room < 0:
            break
        kept.append(block)
    return (*kept, rest, *tail)


def fallback(text: str) -> str:
    """Data as the notification text of a message."""
    return clip(safe(text), FALLBACK) or "-"
