"""How the workspace reaches the app: events that are tried again, and requests that a person waits for."""

import asyncio
import time
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import structlog

from bot.workspace.slack_app import SlackApp
from bot.workspace.state import Channel, Json, State, random_id

log = structlog.get_logger(__name__)

Kind = Literal["events_api", "slash_commands", "interactive"]


class NotAcked(Exception):
    """The app did not take it: nobody is connected, no answer in time, or an error. `reason` is Slack's word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Route(Protocol):
    """Socket Mode, or signed HTTP to a request URL."""

    async def send(
        self, kind: Kind, payload: Json, *, timeout_s: float, attempt: int = 0, reason: str = ""
    ) -> Json | None:
        """Returns what the app answered with its ack. Raises NotAcked."""
        ...


@dataclass
class Attempted:
    """What became of one event, for tests: how often it was sent, and whether the app took it."""

    event_id: str
    event: Json
    attempts: int = 0
    acked: bool = False
    reasons: list[str] = field(default_factory=list)


class Delivery:
    """Sends the events that the app subscribed to and has the scopes for. Unacked ones are sent again, as Slack does."""

    def __init__(
        self, state: State, app: SlackApp, route: Route, *, ack_timeout_s: float, retry_delays_s: Sequence[float]
    ) -> None:
        self.route = route
        self.log: list[Attempted] = []
        self._state = state
        self._app = app
        self._timeout_s = ack_timeout_s
        self._delays = tuple(retry_delays_s)
        self._running: set[asyncio.Task[None]] = set()
        self._resting: set[asyncio.Task[Any] | None] = set()
        state.subscribe(self.take)

    async def request(self, kind: Kind, payload: Json) -> tuple[Json | None, float]:
        """A command, shortcut, button or submission: its ack's answer and the seconds that the ack took.

        Raises NotAcked after the time-out; these are never sent again.
        """
        started = time.perf_counter()
        answer = await self.route.send(kind, payload, timeout_s=self._timeout_s)
        return answer, time.perf_counter() - started

    def take(self, event: Json) -> None:
        """Called by the state for everything that happens."""
        for told in wanted(event, self._state, self._app):
            task = asyncio.get_running_loop().create_task(self._deliver(told))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _deliver(self, event: Json) -> None:
        payload = self._wrapped(event)
        attempted = Attempted(payload["event_id"], event)
        self.log.append(attempted)
        for attempt, delay in enumerate((0.0, *self._delays)):
            await self._rest(delay)
            attempted.attempts += 1
            reason = attempted.reasons[-1] if attempted.reasons else ""
            try:
                await self.route.send("events_api", payload, timeout_s=self._timeout_s, attempt=attempt, reason=reason)
            except NotAcked as failed:
                attempted.reasons.append(failed.reason)
            else:
                attempted.acked = True
                return
        log.warning("event_given_up", event_type=event["type"], reasons=attempted.reasons)

    def _wrapped(self, event: Json) -> Json:
        return {
            "token": "offline",
            "team_id": self._state.team_id,
            "api_app_id": self._app.id,
            "event": event,
            "type": "event_callback",
            "event_id": self._state.new_id("Ev"),
            "event_time": int(self._state.clock()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self._state.team_id,
                    "user_id": self._app.user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{random_id(24)}",
        }

    async def _rest(self, delay_s: float) -> None:
        if not delay_s:
            return
        task = asyncio.current_task()
        self._resting.add(task)
        try:
            await asyncio.sleep(delay_s)
        finally:
            self._resting.discard(task)

    async def settled(self) -> None:
        """Returns when no event is on its way; those that wait for a later attempt do not count."""
        while busy := self._running - self._resting:
            await asyncio.wait(busy, timeout=0.05, return_when=asyncio.FIRST_COMPLETED)

    async def close(self) -> None:
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


_SCOPE: dict[str, str] = {
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "file_shared": "files:read",
    "app_home_opened": "",
    "channel_created": "channels:read",
    "channel_rename": "channels:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "group_rename": "groups:read",
    "group_archive": "groups:read",
    "group_unarchive": "groups:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
}
_EVERYWHERE = {"channel_created", "channel_rename", "channel_archive", "channel_unarchive", "app_home_opened"}


def wanted(event: Json, state: State, app: SlackApp) -> list[Json]:
    """The event as the app gets it; a mention gives two, and most of what happens may give none."""
    kind = event["type"]
    channel = state.channels.get(_channel_id(event))
    if kind not in _EVERYWHERE and (channel is None or app.user_id not in channel.members):
        return []
    told = {key: deepcopy(value) for key, value in event.items() if not key.startswith("page_")}
    if kind == "message":
        assert channel is not None
        return _messages(told, channel, app)
    return [told] if kind in app.events and _allowed(_SCOPE.get(kind), app) else []


def _messages(event: Json, channel: Channel, app: SlackApp) -> list[Json]:
    found = []
    if f"message.{channel.kind}" in app.events and f"{channel.kind}:history" in app.scopes:
        found.append(event)
    mentioned = f"<@{app.user_id}>" in str(event.get("text", ""))
    by_hand = event.get("subtype") in {None, "file_share", "thread_broadcast"} and not channel.is_im
    if mentioned and by_hand and "app_mention" in app.events and "app_mentions:read" in app.scopes:
        mention = {key: value for key, value in event.items() if key not in {"channel_type", "subtype"}}
        found.append(mention | {"type": "app_mention"})
    return found


def _allowed(scope: str | None, app: SlackApp) -> bool:
    return scope is not None and (not scope or scope in app.scopes)


def _channel_id(event: Json) -> str:
    found: Any = event.get("channel") or event.get("channel_id") or event.get("item", {}).get("channel") or ""
    return str(found.get("id", "")) if isinstance(found, dict) else str(found)
