"""One Web API call: who calls, with which arguments, and what the token allows."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.workspace.files import Files
from bot.workspace.refusal import SlackRefusal
from bot.workspace.slack_app import SlackApp
from bot.workspace.socket_mode import SocketMode
from bot.workspace.state import Channel, Json, State, User
from bot.workspace.views import Views

_TRUE = {"1", "true", "True"}


@dataclass(frozen=True)
class Call:
    """`args` are strings where the client sent a form or a query, JSON values where it sent JSON."""

    args: Mapping[str, Any]
    scopes: frozenset[str]
    app: SlackApp
    state: State
    files: Files
    views: Views
    socket_mode: SocketMode

    @property
    def bot(self) -> User:
        return self.state.users[self.app.user_id]

    def text(self, key: str) -> str:
        value = self.args.get(key)
        return "" if value is None else str(value)

    def required(self, key: str, error: str = "invalid_arguments") -> str:
        if value := self.text(key):
            return value
        raise SlackRefusal(error, response_metadata={"messages": [f"[ERROR] missing required field: {key}"]})

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.args.get(key)
        return default if value in {None, ""} else value is True or str(value) in _TRUE

    def number(self, key: str, default: int, most: int) -> int:
        try:
            return max(1, min(int(self.text(key) or default), most))
        except ValueError:
            raise SlackRefusal("invalid_limit") from None

    def need(self, *scopes: str) -> None:
        """Any one of the scopes is enough."""
        if not self.scopes.intersection(scopes):
            raise SlackRefusal("missing_scope", needed=",".join(scopes), provided=",".join(sorted(self.scopes)))

    def channel(self, permission: str = "", key: str = "channel") -> Channel:
        """The channel named by the call. `permission` is "read" or "history": the scope depends on the channel."""
        if permission:
            self.need(*(f"{kind}:{permission}" for kind in ("channels", "groups", "im")))
        found = self.state.channel(self.required(key, "channel_not_found"))
        hidden = found.is_private or found.is_im
        if hidden and self.app.user_id not in found.members:
            raise SlackRefusal("channel_not_found")
        if permission:
            self.need(f"{found.kind}:{permission}")
        return found

    def joined(self, permission: str = "", key: str = "channel") -> Channel:
        """The channel, which the bot has to be a member of."""
        channel = self.channel(permission, key)
        if self.app.user_id not in channel.members:
            raise SlackRefusal("not_in_channel")
        return channel

    def page(self, items: list[Json], limit: int) -> tuple[list[Json], str]:
        """One page from the cursor on, and the cursor of the next, "" at the end."""
        start = read_cursor(self.text("cursor"))
        end = start + limit
        return items[start:end], make_cursor(end) if end < len(items) else ""


def make_cursor(position: int) -> str:
    return base64.b64encode(f"next:{position}".encode()).decode()


def read_cursor(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        kind, _, position = base64.b64decode(cursor, validate=True).decode().partition(":")
        if kind == "next":
            return int(position)
    except (binascii.Error, ValueError):
        pass
    raise SlackRefusal("invalid_cursor")


Method = Callable[[Call], Json]
