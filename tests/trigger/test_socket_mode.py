"""Socket Mode against the offline workspace: the same listeners, another way in."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.gather.slack import SlackSource
from bot.gather.slack_client import make_client
from bot.nouns.request import Progress, ReviewRequest
from bot.trigger import make_app, socket_mode
from bot.workspace.server import Workspace
from bot.workspace.state import Channel
from tests.trigger.conftest import RecordingDesk, addresses_bot, make_rules

CASES = Path(__file__).resolve().parents[1] / "incidents"


@dataclass
class Office:
    workspace: Workspace
    desk: RecordingDesk
    channel: Channel


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    """A workspace with one incident channel and the bot connected to it."""
    async with await Workspace.start(ack_timeout_s=5, retry_delays_s=(0.1, 0.5, 1, 2, 4)) as workspace:
        workspace.add_user("ana", "Ana")
        channel = workspace.add_channel("inc-1-checkout", "ana")
        client, desk = make_client(workspace.bot_token, workspace.api_url), RecordingDesk()
        rules = make_rules(review_channel=workspace.add_channel("reviews", "ana").id)
        app = make_app(client, desk, rules, addresses_bot)
        handler = socket_mode(app, workspace.app_token)
        await handler.connect_async()
        await workspace.connected()
        yield Office(workspace, desk, channel)
        await handler.close_async()


async def until(done) -> None:
    """Bolt goes on after the acknowledgement; the test's own time limit ends a wait that is in vain."""
    while not done():
        await asyncio.sleep(0.01)


async def test_command_is_granted_and_answered_privately(office):
    """A slash command over the socket reaches the desk, and only its author sees the answer."""
    await office.workspace.command("ana", office.channel, "/testing-postmortem")
    await until(lambda: office.workspace.ephemeral(office.channel, "ana"))
    assert [request.trigger for request in office.desk.submitted] == ["command"]
    (told,) = office.workspace.ephemeral(office.channel, "ana")
    assert "has started" in told["text"]


async def test_mention_is_granted(office):
    """A mention over the socket reaches the desk."""
    office.workspace.post("ana", office.channel, f"@{office.workspace.bot.name} review")
    await until(lambda: office.desk.submitted)
    assert [request.trigger for request in office.desk.submitted] == ["mention"]


async def test_shortcut_is_granted(office):
    """The message shortcut over the socket reaches the desk with the message's thread."""
    message = office.workspace.post("ana", office.channel, "db is down")
    await office.workspace.shortcut("ana", office.channel, message["ts"], "review_testing_gaps")
    await until(lambda: office.desk.submitted)
    assert [message["ts"]] == [request.thread_ts for request in office.desk.submitted]


async def test_resolved_topic_starts_one_review(office):
    """The topic's event starts a review; chat that says the same starts none."""
    office.workspace.post("ana", office.channel, "the incident is resolved")
    office.workspace.set_topic("ana", office.channel, "RESOLVED: checkout")
    await office.workspace.settled()
    await until(lambda: office.desk.submitted)
    assert [f"review:{office.channel.id}:r1"] == [request.id for request in office.desk.submitted]


async def test_archive_goes_to_the_review_channel(office):
    """The archive's event starts a review that is posted elsewhere."""
    office.workspace.archive("ana", office.channel)
    await until(lambda: office.desk.submitted)
    (request,) = office.desk.submitted
    assert ("archived", office.workspace.channel("reviews").id) == (request.trigger, request.post_channel)


async def test_events_still_come_after_slack_asks_to_reconnect(office):
    """Slack closes sockets now and then; the client opens another and nothing is lost."""
    await office.workspace.socket_mode.disconnect()
    office.workspace.set_topic("ana", office.channel, "RESOLVED")
    await until(lambda: office.desk.submitted)
    assert len(office.desk.submitted) == 1


async def test_refused_app_token_names_the_setting():
    """A wrong app token ends the start with what to set, instead of trying for ever."""
    async with await Workspace.start() as workspace:
        client = make_client(workspace.bot_token, workspace.api_url)
        app = make_app(client, RecordingDesk(), make_rules(), addresses_bot)
        with pytest.raises(SettingsError, match="SLACK_APP_TOKEN"):
            await socket_mode(app, "xapp-wrong").connect_async()


async def test_gathers_a_whole_case(office):
    """A recorded incident is read back from the workspace: every message, and every attachment to its last line."""
    case = next(path for path in sorted(CASES.iterdir()) if path.is_dir())
    channel = office.workspace.load_case(case)
    source = SlackSource(make_client(office.workspace.bot_token, office.workspace.api_url))
    incident = await source.incident(ReviewRequest(id="r", channel_id=channel.id, trigger="command"), silent)
    assert [m["ts"] for m in office.workspace.messages(channel)] == [m.ts for m in incident.messages]
    lines = {text.name: sum([len(batch) async for batch in text.batches]) async for text in source.texts(incident)}
    assert {path.name for path in (case / "attachments").iterdir()} == set(lines)
    assert all(lines.values())


async def silent(_: Progress) -> None:
    pass
