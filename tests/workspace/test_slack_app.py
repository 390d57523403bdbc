import json
from pathlib import Path

from bot.workspace.server import Workspace
from bot.workspace.slack_app import Shortcut, SlackApp

MANIFEST = Path(__file__).parent.parent.parent / "deploy" / "slack-manifest.json"


def test_manifest_becomes_the_app():
    """Commands, shortcuts, scopes and events come from the manifest that operators install."""
    raw = json.loads(MANIFEST.read_text("utf-8"))
    app = SlackApp.from_manifest(raw)
    assert frozenset(raw["oauth_config"]["scopes"]["bot"]) == app.scopes
    assert frozenset(raw["settings"]["event_subscriptions"]["bot_events"]) == app.events
    assert tuple(one["command"] for one in raw["features"]["slash_commands"]) == app.commands
    assert all(isinstance(one, Shortcut) for one in app.shortcuts)


async def test_unsubscribed_events_stay_away():
    """What the app did not subscribe to, or has no scope for, is not delivered."""
    app = SlackApp(events=frozenset({"message.channels", "reaction_added"}), scopes=frozenset({"channels:history"}))
    async with await Workspace.start(app=app, retry_delays_s=()) as workspace:
        workspace.add_user("ana")
        channel = workspace.add_channel("inc-1", "ana")
        message = workspace.post("ana", channel, "@testing-postmortem hello")
        workspace.react("ana", channel, message["ts"], "eyes")
        workspace.archive("ana", channel)
        await workspace.settled()
    assert ["message", "message"] == [one.event["type"] for one in workspace.deliveries]


def test_tokens_are_not_in_the_repr():
    """The app can be logged."""
    app = SlackApp()
    assert app.bot_token not in repr(app)
    assert app.signing_secret not in repr(app)
