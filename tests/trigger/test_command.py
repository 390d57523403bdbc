"""/testing-postmortem through signed requests and the real Bolt app."""

import pytest

from bot.errors import SettingsError
from bot.nouns.request import Ticket
from bot.trigger import http_route
from tests.trigger.conftest import Door, RecordingDesk, make_rules


async def test_command_starts_a_review_of_its_channel(door):
    """The command is acknowledged with 200 and an empty body, and hands over one request."""
    answer = await door.command()
    assert (answer.status_code, answer.text) == (200, "")
    (request,) = door.desk.submitted
    assert (
        request.id,
        request.channel_name,
        request.trigger,
        request.requested_by,
        request.post_channel,
        request.thread_ts,
    ) == ("review:C0INC:r1", "inc-1-checkout", "command", "U1", "C0INC", None)
    assert door.said == ["The review of <#C0INC> has started. It will be posted in <#C0INC>."]
    assert door.slack.said[0]["response_type"] == "ephemeral"


async def test_bad_signature_is_refused(door):
    """A request that Slack did not sign reaches nobody."""
    door.secret = "another"
    answer = await door.command()
    assert (answer.status_code, door.desk.submitted) == (401, [])


def test_http_without_a_secret_is_refused(slack):
    """HTTP mode never starts without a signing secret."""
    with pytest.raises(SettingsError, match="SLACK_SIGNING_SECRET"):
        http_route(Door(slack, RecordingDesk()).app, "")


@pytest.mark.parametrize(
    ("ticket", "words"),
    [
        (Ticket(request_id="r", state="queued", position=2), "reviews ahead of it: 2"),
        (Ticket(request_id="r", state="already-running"), "already under way"),
        (Ticket(request_id="r", state="already-done"), "/testing-postmortem rerun"),
        (Ticket(request_id="r", state="refused"), "was not started"),
        (Ticket(request_id="r", state="refused", message="The disk is full."), "The disk is full."),
    ],
)
async def test_each_ticket_has_a_sentence(door, ticket, words):
    """Whatever the desk says, the person hears it."""
    door.desk.answer = ticket
    await door.command()
    assert words in door.said[0]


async def test_help_status_cancel(door):
    """The small words do their job and start nothing."""
    for text in ("help", "status", "status <#C0OTHER1|x>", "cancel", "cancel <#C0OTHER1|x>"):
        await door.command(text)
    assert door.desk.status_asked == ["C0INC", "C0OTHER1"]
    assert door.desk.cancelled == [("C0INC", "U1"), ("C0OTHER1", "U1")]
    assert "reads an incident channel" in door.said[0]
    assert door.desk.submitted == []


async def test_rerun_is_a_rerun(door):
    """rerun goes to the desk's rerun, which chooses the revision."""
    await door.command("rerun")
    assert [request.trigger for request in door.desk.rerun_asked] == ["rerun"]


async def test_another_channel_is_joined_and_posted_there(door):
    """A channel named in the command is joined when public, and gets the review."""
    door.slack.channel("C0OTHER1", "inc-2", is_member=False)
    await door.command("<#C0OTHER1|inc-2>")
    (request,) = door.desk.submitted
    assert (request.channel_id, request.post_channel) == ("C0OTHER1", "C0OTHER1")
    assert len(door.slack.called("conversations.join")) == 1


async def test_archived_channel_is_posted_where_it_was_asked(door):
    """An archived channel's review goes to where the command was typed."""
    door.slack.channel("C0OLD001", "inc-0", is_archived=True, is_member=False)
    await door.command("<#C0OLD001|inc-0>")
    assert [request.post_channel for request in door.desk.submitted] == ["C0INC"]
    assert door.slack.called("conversations.join") == []


async def test_review_channel_takes_archived_reviews(slack):
    """A configured review channel comes first."""
    door = Door(slack, RecordingDesk(), make_rules(review_channel="C0REVIEWS"))
    slack.channel("C0OLD001", "inc-0", is_archived=True)
    await door.command("<#C0OLD001|inc-0>")
    assert [request.post_channel for request in door.desk.submitted] == ["C0REVIEWS"]


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        ({"is_ext_shared": True}, "shared with another organisation"),
        ({"is_private": True, "is_archived": True}, "private and archived"),
        ({"is_im": True}, "Direct messages"),
        ({"is_archived": True}, "nothing can be posted in it"),
    ],
)
async def test_unfit_channels_are_refused_with_what_to_do(door, channel, words):
    """Nothing starts, and the person hears why."""
    door.slack.channels["C0INC"].update(channel)
    await door.command()
    assert door.desk.submitted == []
    assert words in door.said[0]


@pytest.mark.parametrize(
    ("error", "words"),
    [("channel_not_found", "/invite @Testing Postmortem"), ("missing_scope", "lacks a scope"), ("fatal", "fatal")],
)
async def test_slack_refusals_are_told(door, error, words):
    """A channel that the bot cannot see ends in a sentence."""
    door.slack.refusals["conversations.info"] = error
    await door.command()
    assert words in door.said[0]


async def test_direct_message_asks_for_a_channel(door):
    """In a direct message there is nothing to review."""
    await door.command(channel_id="D0DIRECT")
    assert "Name the incident's channel" in door.said[0]


async def test_a_defect_is_told_in_one_sentence(door, caplog):
    """An unexpected error is said without its inside; the traceback stays in the log."""
    door.desk.failure = RuntimeError("secret inside")
    answer = await door.command()
    assert answer.status_code == 200
    assert door.said == ["That did not work, and the reason is in the bot's log. Please try again or ask the operator."]
