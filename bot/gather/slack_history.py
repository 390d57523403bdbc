"""A channel's whole history, page by page, with the replies of every thread.

A channel with more messages than the limit gives its newest and its first ones: how it ended, and how it began.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.gather.messages import ts_order
from bot.gather.slack_client import error_code, refuse
from bot.nouns.incident import Missing
from bot.nouns.ports import Report
from bot.nouns.request import Progress

Json = dict[str, Any]

PAGE = 200  # Slack's own advice for conversations.history
FIRST = 200  # messages kept from the beginning of a channel over the limit
_FIRST_WINDOW_S = 3600


@dataclass
class History:
    """Raw messages, newest first and replies after them, and what was left out."""

    messages: list[Json] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)


async def read_history(
    client: AsyncWebClient, channel: Json, own: "OwnMessages", report: Report, *, max_messages: int
) -> History:
    """Everything but the bot's own messages and the threads that it opened. Raises ChannelUnreadable."""
    history = History()
    try:
        await _read_roots(client, channel, history, report, max_messages)
        history.messages = [item for item in history.messages if not own.wrote(item)]
        await _read_threads(client, channel["id"], history, own, report, max_messages)
    except SlackApiError as error:
        refuse(error, f"#{channel.get('name') or channel['id']}")
    return history


@dataclass(frozen=True)
class OwnMessages:
    """Tells the bot's own messages, and those that speak to it, from the incident's."""

    user_id: str
    bot_id: str

    def wrote(self, message: Json) -> bool:
        if self.user_id and str(message.get("text") or "").lstrip().startswith(f"<@{self.user_id}"):
            return True  # to the bot, not about the incident
        author = (message.get("user"), message.get("bot_id"))
        return bool((self.user_id and author[0] == self.user_id) or (self.bot_id and author[1] == self.bot_id))


async def _pages(
    client: AsyncWebClient, channel_id: str, latest: str | None = None, oldest: str | None = None
) -> AsyncIterator[list[Json]]:
    cursor: str | None = None
    while True:
        page = await client.conversations_history(
            channel=channel_id, limit=PAGE, cursor=cursor, latest=latest, oldest=oldest
        )
        yield page.get("messages") or []
        cursor = _next_cursor(page.get("response_metadata"))
        if not cursor:
            return


async def _read_roots(
    client: AsyncWebClient, channel: Json, history: History, report: Report, max_messages: int
) -> None:
    newest = max(max_messages - FIRST, 1)
    async for page in _pages(client, channel["id"]):
        history.messages += page
        await report(Progress(stage="gather", note=f"{len(history.messages):,} messages", done=len(history.messages)))
        if len(history.messages) > max_messages:
            del history.messages[newest:]
            await _read_first(client, channel, history, max_messages - newest)
            return


async def _read_first(client: AsyncWebClient, channel: Json, history: History, wanted: int) -> None:
    """The channel's first messages, by windows from its creation that grow until they hold enough."""
    end = float(history.messages[-1]["ts"])
    start, window = float(channel.get("created") or 0), float(_FIRST_WINDOW_S)
    first: list[Json] = []
    oldest: str | None = None  # imported messages may be older than the channel
    while start and len(first) < wanted and start < end:
        latest = f"{min(start + window, end):.6f}"
        async for page in _pages(client, channel["id"], latest=latest, oldest=oldest):
            first += page
        start, window, oldest = start + window, window * 2, latest
    seen = {item["ts"] for item in history.messages}
    first = sorted((item for item in first if item["ts"] not in seen), key=lambda item: ts_order(item["ts"]))[:wanted]
    history.missing.append(_gap(first, history.messages))
    history.messages += first


def _gap(first: list[Json], newest: list[Json]) -> Missing:
    start = _when(first[-1]["ts"]) if first else "the beginning"
    return Missing(
        what=f"messages from {start} to {_when(newest[-1]['ts'])}",
        why=f"the channel is too long; the newest {len(newest):,} messages and the first {len(first):,} were read",
    )


async def _read_threads(
    client: AsyncWebClient, channel_id: str, history: History, own: OwnMessages, report: Report, max_replies: int
) -> None:
    parents = [item for item in history.messages if item.get("reply_count")]
    replies = 0
    for done, parent in enumerate(parents, start=1):
        if replies >= max_replies:
            why = f"more than {max_replies:,} replies; those of the newest {done - 1:,} threads were read"
            history.missing.append(Missing(what=f"replies of {len(parents) - done + 1:,} threads", why=why))
            return
        found = await _read_thread(client, channel_id, parent["ts"], history, max_replies - replies)
        history.messages += [item for item in found if not own.wrote(item)]
        replies += len(found)
        await report(
            Progress(stage="gather", note=f"{done:,} of {len(parents):,} threads", done=done, total=len(parents))
        )


async def _read_thread(
    client: AsyncWebClient, channel_id: str, thread_ts: str, history: History, max_replies: int
) -> list[Json]:
    """The replies without their parent. A thread that is gone is said in `missing`."""
    found: list[Json] = []
    cursor: str | None = None
    try:
        while len(found) < max_replies:
            page = await client.conversations_replies(channel=channel_id, ts=thread_ts, limit=PAGE, cursor=cursor)
            found += [item for item in page.get("messages") or [] if item.get("ts") != thread_ts]
            cursor = _next_cursor(page.get("response_metadata"))
            if not cursor:
                return found
    except SlackApiError as error:
        if error_code(error) not in {"thread_not_found", "message_not_found"}:
            raise
        history.missing.append(Missing(what=f"a thread of {_when(thread_ts)}", why="Slack no longer has it"))
        return found
    history.missing.append(Missing(what=f"later replies of a thread of {_when(thread_ts)}", why="it is too long"))
    return found


def _next_cursor(metadata: Any) -> str | None:
    return (metadata.get("next_cursor") or None) if isinstance(metadata, dict) else None


def _when(ts: str) -> str:
    return datetime.fromtimestamp(float(ts), tz=UTC).strftime("%Y-%m-%d %H:%M UTC")
