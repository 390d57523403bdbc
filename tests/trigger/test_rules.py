"""When a channel's own events start a review, and when they must not."""

import pytest

from bot.errors import SettingsError
from bot.trigger.rules import ResolveRules
from tests.trigger.conftest import make_rules

RULES = make_rules(review_channel="C0REVIEWS")

OVER = [
    "RESOLVED - checkout errors",
    "SEV1 checkout | status: resolved",
    "Resolved 15:50 UTC",
    "Incident closed",
    "✅ all clear since 14:00",
    "Database connection errors: RESOLVED",
    "[RESOLVED] connection pool exhausted",
    "SEV2 search latency. Status: Resolved.",
    "ana closed the incident",
    "Was: monitoring. Now: closed",
    "INC-1042 resolved by rollback",
]
NOT_OVER = [
    "SEV1 checkout errors",
    "not resolved",
    "Status: NOT YET resolved",
    "unresolved",
    "to be resolved by 15:00",
    "it isn't resolved",
    "it isn’t resolved",
    "do not write here until resolved",
    "post updates when resolved",
    "will be closed tomorrow",
    "should be resolved in an hour",
    "ETA resolved 15:00",
    "almost resolved, watching",
    "partially resolved",
    "resolved?",
    "Can this be closed?",
    "resolved: no",
    "resolved: pending",
    "never resolved",
    "db1 resolved to 192.0.2.7",
    "upstream connection closed",
    "connection closed by peer",
    "server closed the connection",
    "checkout alert resolved",
    "ticket closed",
    "PR closed",
    "closed beta",
    "resolver down",
    "disclosed",
]


@pytest.mark.parametrize("text", OVER)
def test_statements_that_it_is_over(text):
    """A statement that the incident is over counts, wherever it stands in the text."""
    assert RULES.says_resolved(text)


@pytest.mark.parametrize("text", NOT_OVER)
def test_denials_questions_and_other_things(text):
    """Words that deny, ask or look ahead, and words about other things, do not count."""
    assert not RULES.says_resolved(text)


def topic(text: str, **more) -> dict:
    return {"type": "message", "subtype": "channel_topic", "channel": "C1", "user": "U1", "topic": text, **more}


def test_topic_starts_the_first_revision():
    """The request's id is the channel's, so that every later event finds the same review."""
    request = RULES.decide(topic("resolved"), "inc-1")
    assert request is not None
    expected = ("review:C1:r1", "C1", "inc-1", "resolved", "C1", None)
    assert expected == (
        request.id,
        request.channel_id,
        request.channel_name,
        request.trigger,
        request.post_channel,
        request.requested_by,
    )


@pytest.mark.parametrize(
    "event",
    [
        topic("x", subtype="channel_purpose", purpose="Resolved"),
        topic("x", subtype="channel_name", name="inc-1-db-resolved", old_name="inc-1-db"),
        topic("Resolved", subtype="group_topic"),
        {"type": "channel_rename", "channel": {"id": "C1", "name": "inc_1_resolved"}},
        {"type": "group_rename", "channel": {"id": "C1", "name": "inc-1-closed"}},
        {"type": "message", "subtype": "bot_message", "channel": "C1", "text": "Incident #42 was resolved by ana"},
        {
            "type": "message",
            "bot_id": "B1",
            "channel": "C1",
            "text": "",
            "attachments": [{"title": "INC-42", "fields": [{"title": "Status", "value": "Resolved"}]}],
        },
        {
            "type": "message",
            "bot_id": "B1",
            "channel": "C1",
            "text": "",
            "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "*Incident* is :green: Resolved"}}],
        },
    ],
)
def test_every_kind_of_resolve(event):
    """Topic, purpose, name, and an incident tool's words, cards and blocks all mean resolved."""
    request = RULES.decide(event, "inc-1")
    assert request is not None
    assert (request.trigger, request.id) == ("resolved", "review:C1:r1")


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "channel": "C1", "user": "U1", "text": "incident resolved"},
        {"type": "message", "channel": "C1", "user": "U1", "text": "incident resolved", "thread_ts": "1.0"},
        {"type": "message", "subtype": "bot_message", "channel": "C1", "text": "[RESOLVED] HighErrorRate"},
        {"type": "message", "subtype": "bot_message", "channel": "C1", "text": "incident not resolved"},
        {"type": "message", "subtype": "message_changed", "channel": "C1", "message": {"text": "incident closed"}},
        {"type": "channel_rename", "channel": {"id": "C1", "name": "inc-1-not-resolved"}},
        topic("still broken"),
        {"type": "reaction_added", "item": {"channel": "C1"}},
    ],
)
def test_what_starts_nothing(event):
    """People's chat, one alert's end, edits and denials start nothing."""
    assert None is RULES.decide(event, "inc-1")


@pytest.mark.parametrize("name", ["general", "financing-inc-club", "my-incident"])
def test_other_channels_never_start(name):
    """Only channels whose name matches the pattern start by themselves."""
    assert None is RULES.decide(topic("resolved"), name)


def test_archive_is_posted_in_the_review_channel():
    """Nothing can be posted in an archived channel, so the review goes to the configured one."""
    request = RULES.decide({"type": "channel_archive", "channel": "C1", "user": "U1"}, "incident_7")
    assert request is not None
    assert (request.trigger, request.post_channel) == ("archived", "C0REVIEWS")


def test_archive_without_a_review_channel_starts_nothing():
    """Without a place to post, the archive starts nothing."""
    assert None is make_rules().decide({"type": "channel_archive", "channel": "C1"}, "inc-1")


def test_bad_pattern_names_its_setting():
    """A wrong regular expression is an operator's mistake, said at the start."""
    with pytest.raises(SettingsError, match="resolved_pattern is not a regular expression"):
        ResolveRules.from_patterns("^inc", "(")
