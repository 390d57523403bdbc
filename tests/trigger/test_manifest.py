"""The manifest and the code say the same about commands, shortcuts, events, buttons and scopes."""

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.trigger import surface
from bot.trigger.bolt import register
from bot.trigger.intake import Intake
from tests.trigger.conftest import RecordingDesk, addresses_bot, make_rules

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = json.loads((ROOT / "deploy" / "slack-manifest.json").read_text("utf-8"))


class Registrar:
    """Stands for the Bolt app and writes down what the listeners register for."""

    def __init__(self) -> None:
        self.registered: dict[str, set[str]] = defaultdict(set)
        register(self, Intake(desk=RecordingDesk(), rules=make_rules(), addresses_bot=addresses_bot))

    def error(self, function):
        return function

    def __getattr__(self, kind):
        def note(name, **_):
            self.registered[kind].add(name)
            return lambda function: function

        return note


@pytest.fixture
def registered() -> dict[str, set[str]]:
    return Registrar().registered


def sources() -> list[Path]:
    """The bot's code; the offline workspace is the other side of the wire."""
    return [path for path in (ROOT / "bot").rglob("*.py") if "workspace" not in path.parts]


def methods_used() -> set[str]:
    called = {name for path in sources() for name in re.findall(r"\.([a-z]+_\w+)\(", path.read_text("utf-8"))}
    return {name for name in called if hasattr(AsyncWebClient, name)}


def test_commands(registered):
    """Every command that is listened to is in the manifest, and the other way round."""
    assert registered["command"] == {entry["command"] for entry in MANIFEST["features"]["slash_commands"]}


def test_shortcuts(registered):
    """Every message shortcut that is listened to is in the manifest, and the other way round."""
    offered = {(entry["type"], entry["callback_id"]) for entry in MANIFEST["features"]["shortcuts"]}
    assert {("message", name) for name in registered["message_shortcut"]} == offered


def test_events(registered):
    """Every event that is listened to is subscribed, and the other way round."""
    subscribed = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
    assert set(surface.EVENT_SCOPES) == subscribed
    assert registered["event"] == {name.split(".")[0] for name in subscribed}


def test_buttons(registered):
    """Every button that the bot posts has a listener."""
    posted = {
        found
        for path in sources()
        if "trigger" not in path.parts
        for found in re.findall(r"""["'](tp_\w+)["']""", path.read_text("utf-8"))
    }
    assert posted <= registered["action"]
    assert {surface.CANCEL, surface.RERUN} <= registered["action"]


def test_every_method_has_its_scope_named():
    """A Web API method that the code calls stands in the scope table."""
    assert set() == methods_used() - set(surface.METHOD_SCOPES)


def test_scopes():
    """The manifest asks for the scopes of the subscribed events and the called methods, and for no more."""
    needed = {*surface.EVENT_SCOPES.values(), *surface.OTHER_SCOPES}
    needed |= {scope for method in methods_used() for scope in surface.METHOD_SCOPES[method]}
    assert needed == set(MANIFEST["oauth_config"]["scopes"]["bot"])


def test_socket_mode_needs_no_address():
    """As shipped the app connects out: no request URL is anywhere in the manifest."""
    assert MANIFEST["settings"]["socket_mode_enabled"]
    assert "url" not in json.dumps(MANIFEST)


def test_slack_limits_of_a_manifest():
    """Names and descriptions fit what Slack accepts, so that pasting the manifest works."""
    info, features = MANIFEST["display_information"], MANIFEST["features"]
    assert len(info["name"]) <= 35
    assert len(info["description"]) <= 140
    assert 174 < len(info["long_description"]) <= 4000
    assert len(features["bot_user"]["display_name"]) <= 80
    assert all(len(entry["name"]) <= 24 and len(entry["description"]) <= 150 for entry in features["shortcuts"])
    assert all(len(entry["description"]) <= 2000 for entry in features["slash_commands"])
    assert re.fullmatch(r"#[0-9a-f]{6}", info["background_color"])


def test_the_bot_is_called_as_people_are_told():
    """The name in "/invite @..." is the bot's display name."""
    assert MANIFEST["features"]["bot_user"]["display_name"] == surface.BOT_NAME
