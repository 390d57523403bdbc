"""Mentions, replies, the shortcut, buttons and the channel's own events, through signed requests."""

import json

import pytest

from bot.nouns.request import Question
from tests.trigger.conftest import Door, RecordingDesk, make_rules


def message(text: str, ts: str = "20.000100", **more) -> dict:
    return {"type": "message", "channel": "C0INC", "user": "U1", "text": text, "ts": ts, **more}


def mention(text: str, ts: str = "20.000100", **more) -> dict:
    return {**message(f"<@UBOT> {text}", ts, **more), "type": "app_mention"}


async def test_url_verification_is_answered(door):
    """Slack's first request gets its challenge back."""
    answer = await door.post(json.dumps({"type": "url_verification", "challenge": "abc"}), "application/json")
    assert "abc" in answer.text


async def test_mention_with_review_starts_one_in_its_thread(door):
    """@bot review in a thread posts into that thread; at top level under the mention."""
    await door.event(mention("please review", thread_ts="10.000100"))
    await door.event(mention("review"))
    assert [(request.trigger, request.thread_ts) for request in door.desk.submitted] == [
        ("mention", "10.000100"),
        ("mention", "20.000100"),
    ]


async def test_mention_without_a_known_word_gets_help(door):
    """Help is shown to that person only."""
    await door.event(mention("hello"))
    (told,) = door.slack.called("chat.postEphemeral")
    assert (told["channel"], told["user"]) == ("C0INC", "U1")
    assert "I do not understand “hello”" in told["text"]
    assert door.desk.submitted == []


async def test_mention_in_a_review_thread_is_a_question(door):
    """In a review's thread a mention asks, also when it says "review"; its id is the message's."""
    door.desk.review_threads.add(("C0INC", "10.000100"))
    await door.event(mention("which review step was missed?", thread_ts="10.000100"))
    expected = Question(
        id="ask:C0INC:20.000100",
        channel_id="C0INC",
        thread_ts="10.000100",
        message_ts="20.000100",
        user="U1",
        text="which review step was missed?",
    )
    assert [expected] == door.desk.questions


async def test_bare_word_in_a_review_thread_is_a_command(door):
    """@bot rerun in a review's thread makes a new revision."""
    door.desk.review_threads.add(("C0INC", "10.000100"))
    await door.event(mention("rerun", thread_ts="10.000100"))
    assert (len(door.desk.rerun_asked), door.desk.questions) == (1, [])


async def test_reply_that_asks_is_a_question(door):
    """A reply without a mention is a question when it addresses the bot, in a review's thread."""
    door.desk.review_threads.add(("C0INC", "10.000100"))
    await door.event(message("why?", thread_ts="10.000100"))
    assert [question.text for question in door.desk.questions] == ["why?"]


@pytest.mark.parametrize(
    "event",
    [
        message("I agree", thread_ts="10.000100"),
        message("why?"),
        message("why?", thread_ts="20.000100"),
        message("why?", thread_ts="99.000100"),
        message("why?", thread_ts="10.000100", bot_id="BOTHER"),
        message("<@UBOT> why?", thread_ts="10.000100"),
        message("why?", thread_ts="10.000100", subtype="message_changed"),
        message("why?", thread_ts="10.000100", user="UBOT"),
    ],
)
async def test_replies_that_are_no_questions(door, event):
    """Talk among people, other threads, bots, edits, the bot itself, and what comes as a mention anyway."""
    door.desk.review_threads.add(("C0INC", "10.000100"))
    answer = await door.event(event)
    assert (answer.status_code, door.desk.questions) == (200, [])


async def test_shortcut_posts_into_the_message_thread(door):
    """The message menu reviews the channel and answers in that message's thread."""
    payload = {
        "type": "message_action",
        "callback_id": "review_testing_gaps",
        "channel": {"id": "C0INC", "name": "inc-1-checkout"},
        "message": {"ts": "10.000100", "text": "x"},
        "trigger_id": "1.2",
    }
    await door.interact(payload)
    assert [(r.trigger, r.thread_ts) for r in door.desk.submitted] == [("shortcut", "10.000100")]
    assert "has started" in door.said[0]


def button(action_id: str, value: str) -> dict:
    return {
        "type": "block_actions",
        "channel": {"id": "C0REVIEWS"},
        "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value}],
        "trigger_id": "1.2",
    }


async def test_buttons_act_on_the_reviewed_channel(door):
    """The button's value names the incident's channel, which may not be where the button is."""
    await door.interact(button("tp_cancel", "review:C0INC:r1"))
    await door.interact(button("tp_rerun", "review:C0INC:r2"))
    assert door.desk.cancelled == [("C0INC", "U1")]
    assert [request.channel_id for request in door.desk.rerun_asked] == ["C0INC"]
    assert [said["replace_original"] for said in door.slack.said] == [False, False]


async def test_button_without_a_value_means_its_own_channel(door):
    """A button that names nothing acts where it is."""
    await door.interact(button("tp_cancel", ""))
    assert door.desk.cancelled == [("C0REVIEWS", "U1")]


async def test_resolved_topic_starts_by_itself(door):
    """A topic that says resolved starts a review that nobody asked for; nobody is answered."""
    await door.event(message("set the topic", subtype="channel_topic", topic="Resolved"))
    (request,) = door.desk.submitted
    assert (request.trigger, request.requested_by, request.id) == ("resolved", None, "review:C0INC:r1")
    assert (door.slack.said, door.slack.called("chat.postEphemeral")) == ([], [])


async def test_rename_starts_by_itself(door):
    """A channel that is renamed to resolved starts a review."""
    await door.event({"type": "channel_rename", "channel": {"id": "C0INC", "name": "inc-1-resolved", "created": 1}})
    assert [request.trigger for request in door.desk.submitted] == ["resolved"]


async def test_archive_starts_in_the_review_channel(slack):
    """An archived incident channel is reviewed in the configured channel."""
    door = Door(slack, RecordingDesk(), make_rules(review_channel="C0REVIEWS"))
    slack.channels["C0INC"]["is_archived"] = True
    await door.event({"type": "channel_archive", "channel": "C0INC", "user": "U1"})
    assert [(r.trigger, r.post_channel) for r in door.desk.submitted] == [("archived", "C0REVIEWS")]


async def test_ordinary_messages_cost_no_call(door):
    """Chat is acknowledged without asking Slack or the desk for anything."""
    answer = await door.event(message("the incident is resolved"))
    assert (answer.status_code, door.desk.submitted, door.slack.called("conversations.info")) == (200, [], [])


async def test_automatic_start_in_an_unfit_channel_is_silent(door):
    """Nobody asked, so nobody is told; nothing starts."""
    door.slack.channels["C0INC"]["is_ext_shared"] = True
    answer = await door.event(message("x", subtype="channel_topic", topic="Resolved"))
    assert (answer.status_code, door.desk.submitted, door.slack.called("chat.postEphemeral")) == (200, [], [])


async def test_refused_mention_is_told_in_its_thread(door):
    """A mention that cannot be granted is answered privately where it was made."""
    door.slack.channels["C0INC"]["is_ext_shared"] = True
    await door.event(mention("review", thread_ts="10.000100"))
    (told,) = door.slack.called("chat.postEphemeral")
    assert told["thread_ts"] == "10.000100"
    assert "shared with another organisation" in told["text"]


async def test_a_redelivered_event_keeps_its_id(door):
    """Slack may deliver an event again; the desk gets the same id and can tell."""
    door.desk.review_threads.add(("C0INC", "10.000100"))
    for _ in range(2):
        await door.event(message("why?", thread_ts="10.000100"))
        await door.event(message("x", subtype="channel_topic", topic="Resolved"))
    assert {question.id for question in door.desk.questions} == {"ask:C0INC:20.000100"}
    assert {request.id for request in door.desk.submitted} == {"review:C0INC:r1"}
