"""What the workspace holds, in memory, in the shapes of Slack's Web API."""

import bisect
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bot.workspace.refusal import SlackRefusal
from bot.workspace.stored_file import StoredFile

Json = dict[str, Any]

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SUMMARY = ("reply_count", "reply_users", "reply_users_count", "latest_reply", "replies", "subscribed")


@dataclass
class User:
    id: str
    name: str
    real_name: str
    is_bot: bool = False
    deleted: bool = False
    bot_id: str | None = None
    app_id: str | None = None
    profile: Json = field(default_factory=dict)

    def as_slack(self, team_id: str) -> Json:
        profile: Json = {"real_name": self.real_name, "display_name": self.name, "team": team_id, **self.profile}
        if self.bot_id:
            profile |= {"bot_id": self.bot_id, "api_app_id": self.app_id or ""}
        return {
            "id": self.id,
            "team_id": team_id,
            "name": self.name,
            "deleted": self.deleted,
            "real_name": self.real_name,
            "tz": "Etc/UTC",
            "tz_offset": 0,
            "profile": profile,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": 0,
        }


@dataclass
class Channel:
    """`messages` by ts; `order` are the ts sorted. Slack's ts sort as text: all have ten digits before the point."""

    id: str
    name: str
    creator: str
    created: int
    members: list[str] = field(default_factory=list)
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    is_im: bool = False
    topic: Json = field(default_factory=lambda: {"value": "", "creator": "", "last_set": 0})
    purpose: Json = field(default_factory=lambda: {"value": "", "creator": "", "last_set": 0})
    previous_names: list[str] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)
    messages: dict[str, Json] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    _threads: dict[str, list[str]] = field(default_factory=dict, repr=False)

    @property
    def kind(self) -> str:
        """Prefix of the scopes that this channel needs: "channels", "groups" or "im"."""
        return "im" if self.is_im else "groups" if self.is_private else "channels"

    @property
    def channel_type(self) -> str:
        return {"channels": "channel", "groups": "group", "im": "im"}[self.kind]

    def put(self, message: Json) -> None:
        ts = message["ts"]
        if ts not in self.messages:
            bisect.insort(self.order, ts)
            thread = str(message.get("thread_ts") or ts)
            if thread != ts:
                bisect.insort(self._threads.setdefault(thread, []), ts)
        self.messages[ts] = message

    def remove(self, ts: str) -> Json:
        self.order.remove(ts)
        message = self.messages.pop(ts)
        thread = str(message.get("thread_ts") or ts)
        if thread != ts:
            self._threads[thread].remove(ts)
        return message

    def replies(self, thread_ts: str) -> list[Json]:
        """Replies of a thread, oldest first, without its first message."""
        return [self.messages[ts] for ts in self._threads.get(thread_ts, [])]

    def roots(self) -> list[Json]:
        """What the channel itself shows, oldest first: no replies, but those also sent to the channel."""
        return [m for ts in self.order if is_root(m := self.messages[ts])]

    def shown(self, message: Json) -> Json:
        """The message with its thread's summary, as the Web API gives it."""
        if message.get("thread_ts", message["ts"]) != message["ts"]:
            return dict(message)
        found = self.replies(message["ts"])
        if not found:
            return dict(message)
        users = list(dict.fromkeys(m.get("user") or m.get("bot_id", "") for m in found))
        return {
            **message,
            "thread_ts": message["ts"],
            "reply_count": len(found),
            "reply_users_count": len(users),
            "latest_reply": found[-1]["ts"],
            "reply_users": users[:5],
            "is_locked": False,
            "subscribed": False,
        }

    def as_slack(self, viewer: str) -> Json:
        shape: Json = {
            "id": self.id,
            "created": self.created,
            "creator": self.creator,
            "is_archived": self.is_archived,
            "is_im": self.is_im,
            "is_mpim": False,
            "is_org_shared": False,
            "context_team_id": "",
        }
        if self.is_im:
            return shape | {"user": next((m for m in self.members if m != viewer), viewer)}
        return shape | {
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_private": self.is_private,
            "is_general": self.name == "general",
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_member": viewer in self.members,
            "unlinked": 0,
            "topic": self.topic,
            "purpose": self.purpose,
            "previous_names": self.previous_names,
            "num_members": len(self.members),
        }


def is_root(message: Json) -> bool:
    thread = message.get("thread_ts")
    return thread is None or thread == message["ts"] or message.get("subtype") == "thread_broadcast"


def without_summary(message: Json) -> Json:
    """A message as stored: the thread's summary is counted anew whenever somebody asks."""
    return {key: value for key, value in message.items() if key not in _SUMMARY}


class State:
    """The workspace's things. `emit` tells whoever subscribed (the app's events, the page) what happened."""

    def __init__(self, team_name: str = "Incident Room", clock: Callable[[], float] = time.time) -> None:
        self.team_id = "T0000000WS"
        self.team_name = team_name
        self.clock = clock
        self.base_url = ""
        self.users: dict[str, User] = {}
        self.bots: dict[str, Json] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, StoredFile] = {}
        self.ephemeral: dict[str, Json] = {}
        self.views: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self._subscribers: list[Callable[[Json], None]] = []
        self._ids = count(1)

    @property
    def team_domain(self) -> str:
        return "-".join(self.team_name.lower().split())

    def subscribe(self, listener: Callable[[Json], None]) -> None:
        self._subscribers.append(listener)

    def emit(self, event: Json) -> None:
        """`event` has Slack's shape; types that start with "page_" concern the page only."""
        for listener in list(self._subscribers):
            listener(event)

    def new_id(self, prefix: str) -> str:
        number, digits = next(self._ids), ""
        while number:
            number, rest = divmod(number, 36)
            digits = _DIGITS[rest] + digits
        return f"{prefix}0{digits.rjust(8, '0')}"

    def new_ts(self, channel: Channel) -> str:
        """Now, and later than every message of the channel."""
        now = f"{self.clock():.6f}"
        last = channel.order[-1] if channel.order else ""
        return now if now > last else later(last, microseconds=1)

    def add_user(self, name: str, real_name: str = "", **more: Any) -> User:
        user = User(more.pop("id", None) or self.new_id("U"), name, real_name or name, **more)
        self.users[user.id] = user
        self.emit({"type": "page_user", "user": user.as_slack(self.team_id)})
        return user

    def add_bot(self, bot_id: str, name: str, *, user_id: str | None = None, app_id: str = "") -> None:
        self.bots[bot_id] = {
            "id": bot_id,
            "deleted": False,
            "name": name,
            "updated": 0,
            "app_id": app_id or f"A{bot_id[1:]}",
            "user_id": user_id,
            "icons": {},
        }

    def channel(self, channel_id: str) -> Channel:
        if found := self.channels.get(channel_id):
            return found
        raise SlackRefusal("channel_not_found")

    def message(self, channel: Channel, ts: str) -> Json:
        if found := channel.messages.get(ts):
            return found
        raise SlackRefusal("message_not_found")

    def user(self, user_id: str) -> User:
        if found := self.users.get(user_id):
            return found
        raise SlackRefusal("user_not_found")

    def file(self, file_id: str) -> StoredFile:
        found = self.files.get(file_id)
        if found is None or not found.complete:
            raise SlackRefusal("file_not_found")
        return found

    def permalink(self, channel: Channel, message: Json) -> str:
        link = f"{self.base_url}/archives/{channel.id}/p{message['ts'].replace('.', '')}"
        thread = message.get("thread_ts")
        return f"{link}?thread_ts={thread}&cid={channel.id}" if thread and thread != message["ts"] else link


def later(ts: str, *, microseconds: int) -> str:
    seconds, fraction = ts.split(".")
    total = int(seconds) * 1_000_000 + int(fraction) + microseconds
    return f"{total // 1_000_000}.{total % 1_000_000:06d}"


def random_id(length: int = 5) -> str:
    return secrets.token_urlsafe(length)[:length]
