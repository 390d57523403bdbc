"""What the bot has posted already, read back from Slack: the memory that survives any crash."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.publish.refusals import code_of

Json = dict[str, Any]

EVENT_TYPE = "testing_postmortem"
_PAGE, _MOST_PAGES = 200, 10
ROOT_PARTS = frozenset({"status", "verdict", "failed"})  # what the first message of a review has been


def metadata(request_id: str, part: str, digest: str) -> Json:
    """Message metadata by which a part is found again; `digest` tells which content was posted."""
    return {"event_type": EVENT_TYPE, "event_payload": {"request_id": request_id, "part": part, "digest": digest}}


@dataclass(frozen=True)
class Said:
    """What is there of one request: part -> ts, and names of files."""

    parts: dict[str, str] = field(default_factory=dict)
    files: frozenset[str] = frozenset()


class Memory:
    """Looks for the bot's own messages. Raises SlackApiError as the client does."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._me: tuple[str, str] | None = None
        self._lock = asyncio.Lock()

    async def thread(self, channel: str, thread_ts: str, request_id: str) -> Said:
        """The request's parts and the bot's files in a thread; nothing when the thread is gone."""
        try:
            messages = await self._pages("conversations.replies", channel=channel, ts=thread_ts)
        except SlackApiError as error:
            if code_of(error) in {"thread_not_found", "message_not_found"}:
                return Said()
            raise
        mine = [message for message in messages if await self._is_mine(message)]
        parts = {part: str(message["ts"]) for message in mine if (part := _part(message, request_id))}
        files = {str(file.get("name")) for message in mine for file in message.get("files") or ()}
        return Said(parts, frozenset(files))

    async def root(self, channel: str, request_id: str, since: datetime | None) -> tuple[str, str] | None:
        """(ts, part) of the request's first message among the channel's messages since then, or its latest ones."""
        oldest = f"{since.timestamp() - 60:.6f}" if since else "0"
        pages = _MOST_PAGES if since else 1
        for message in await self._pages("conversations.history", pages, channel=channel, oldest=oldest):
            part = _part(message, request_id)
            if part in ROOT_PARTS and await self._is_mine(message):
                return str(message["ts"]), part
        return None

    async def _pages(self, method: str, most: int = _MOST_PAGES, **arguments: str) -> list[Json]:
        found: list[Json] = []
        cursor = ""
        for _ in range(most):
            asked: Json = {**arguments, "limit": _PAGE, "include_all_metadata": True}
            if cursor:
                asked["cursor"] = cursor
            call = (
                self._client.conversations_replies
                if method == "conversations.replies"
                else self._client.conversations_history
            )
            page = await call(**asked)
            found += page.get("messages") or []
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return found

    async def _is_mine(self, message: Json) -> bool:
        """Metadata and file names can be set by anybody; only the bot's own count."""
        async with self._lock:
            if self._me is None:
                me = await self._client.auth_test()
                self._me = (str(me.get("user_id") or ""), str(me.get("bot_id") or ""))
        user, bot = self._me
        return bool((user and message.get("user") == user) or (bot and message.get("bot_id") == bot))


def _part(message: Json, request_id: str) -> str:
    found = message.get("metadata") or {}
    payload = found.get("event_payload") or {}
    ours = found.get("event_type") == EVENT_TYPE and payload.get("request_id") == request_id
    return str(payload.get("part") or "") if ours else ""
