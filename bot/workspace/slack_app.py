"""The app that is installed in the workspace: what its manifest declares, and its tokens."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

SCOPES = frozenset(
    {
        "app_mentions:read",
        "bookmarks:read",
        "channels:history",
        "channels:join",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "reactions:read",
        "reactions:write",
        "team:read",
        "users:read",
    }
)
EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "channel_archive",
        "channel_created",
        "channel_rename",
        "channel_unarchive",
        "file_shared",
        "group_archive",
        "group_rename",
        "member_joined_channel",
        "member_left_channel",
        "message.channels",
        "message.groups",
        "message.im",
        "reaction_added",
        "reaction_removed",
    }
)


@dataclass(frozen=True)
class Shortcut:
    """A message shortcut; `name` is what the message menu shows."""

    name: str
    callback_id: str


@dataclass(frozen=True)
class SlackApp:
    """Scopes and event subscriptions decide what the Web API allows and which events are delivered."""

    name: str = "Testing Postmortem"
    user_name: str = "testing-postmortem"
    commands: tuple[str, ...] = ("/testing-postmortem",)
    shortcuts: tuple[Shortcut, ...] = (Shortcut("Review testing gaps", "review_testing_gaps"),)
    scopes: frozenset[str] = SCOPES
    events: frozenset[str] = EVENTS
    home_tab: bool = True
    id: str = "A0000000WS"
    bot_id: str = "B0000000WS"
    user_id: str = "U0000000WS"
    bot_token: str = field(default_factory=lambda: f"xoxb-{secrets.token_hex(16)}", repr=False)
    app_token: str = field(default_factory=lambda: f"xapp-1-{secrets.token_hex(16)}", repr=False)
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any]) -> "SlackApp":
        """The app as `deploy/slack-manifest.json` declares it, so that a scope missing there fails here too."""
        features = manifest.get("features", {})
        subscribed = manifest.get("settings", {}).get("event_subscriptions", {}).get("bot_events", [])
        scopes = manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])
        return cls(
            name=manifest.get("display_information", {}).get("name", cls.name),
            user_name=_handle(features.get("bot_user", {}).get("display_name", cls.user_name)),
            commands=tuple(command["command"] for command in features.get("slash_commands", [])),
            shortcuts=tuple(_message_shortcuts(features.get("shortcuts", []))),
            scopes=frozenset(scopes),
            events=frozenset(subscribed),
            home_tab=bool(features.get("app_home", {}).get("home_tab_enabled", False)),
        )


def _message_shortcuts(declared: Iterable[Json]) -> Iterable[Shortcut]:
    for shortcut in declared:
        if shortcut.get("type") == "message":
            yield Shortcut(shortcut["name"], shortcut["callback_id"])


def _handle(display_name: str) -> str:
    return "-".join(display_name.lower().split())
