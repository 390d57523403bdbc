"""The publisher against the offline workspace, with the real slack_sdk client."""

from typing import Any

import pytest

from bot.errors import PublishError
from bot.nouns.answer import Answer
from bot.nouns.request import Progress, Question
from bot.publish.slack import SlackPublisher, file_stem
from tests.publish.sample import sample_digest, sample_narration, sample_request, sample_review

PARTS = ["verdict", "timeline", "gaps", "cause", "tests", "prevention"]


def messages(channel) -> list[dict[str, Any]]:
    return [channel.messages[ts] for ts in channel.order]


def parts(channel) -> list[str]:
    return [m["metadata"]["event_payload"]["part"] for m in messages(channel) if m.get("metadata")]


def file_names(channel) -> list[str]:
    return [file["name"] for m in messages(channel) for file in m.get("files", ())]


def here(channel, **more):
    return sample_request(id=f"review:{channel.id}:r1", channel_id=channel.id, post_channel=channel.id, **more)


async def test_every_call_twice_says_it_once(channel, publisher, client, tmp_path):
    """After a crash each step may come again, also in a new process, and nothing is posted twice."""
    request, review, digest = here(channel), sample_review(), sample_digest()
    question = Question(id="ask:1", channel_id=channel.id, thread_ts="", message_ts="1.1", user="U1", text="why?")
    for teller in (publisher, publisher, SlackPublisher(client, scrub=str)):
        posted = await teller.acknowledge(request)
        posted = await teller.review(request, posted, review, digest, tmp_path)
        await teller.audio(request, posted, review, sample_narration(tmp_path))
        asked = question.model_copy(update={"thread_ts": posted.root_ts})
        await teller.answer(asked, Answer(text="Because.", mode="model"), digest)
    stem = file_stem(request.id)
    assert [*PARTS, "answer"] == parts(channel)
    assert [f"{stem}{end}" for end in (".json", ".md", ".html", "-dialogue.md", ".mp3")] == file_names(channel)
    assert 1 == len([m for m in messages(channel) if m.get("thread_ts", m["ts"]) == m["ts"]])


async def test_an_answer_that_got_lost_is_not_posted_again(channel, publisher, workspace, tmp_path):
    """Slack posted but the answer did not arrive: the step fails, and its repetition finds the message."""
    request = here(channel)
    posted = await publisher.acknowledge(request)
    workspace.fail_next("chat.postMessage", error="fatal_error", status=200, after=True)
    with pytest.raises(PublishError):
        await publisher.review(request, posted, sample_review(), sample_digest(), tmp_path)
    await publisher.review(request, posted, sample_review(), sample_digest(), tmp_path)
    assert PARTS == parts(channel)


async def test_a_review_in_an_asked_for_thread_stays_there(channel, publisher, client, tmp_path):
    """With thread_ts nothing is posted to the channel itself, and the acknowledgement is found again."""
    asked = await client.chat_postMessage(channel=channel.id, text="please review")
    request = here(channel, thread_ts=asked["ts"])
    first = await publisher.acknowledge(request)
    assert first == await publisher.acknowledge(request)
    await publisher.review(request, first, sample_review(), sample_digest(), tmp_path)
    assert {asked["ts"]} == {m.get("thread_ts", m["ts"]) for m in messages(channel)}


async def test_two_revisions_are_two_reviews(channel, publisher, tmp_path):
    """A rerun has its own messages and files."""
    for revision in (1, 2):
        request = here(channel).model_copy(update={"id": f"review:{channel.id}:r{revision}", "revision": revision})
        posted = await publisher.acknowledge(request)
        await publisher.review(request, posted, sample_review(), sample_digest(), tmp_path)
    assert PARTS * 2 == parts(channel)
    assert 8 == len(set(file_names(channel)))


async def test_nothing_unfurls(channel, publisher, workspace, tmp_path):
    """Each post switches unfurling off."""
    request = here(channel)
    posted = await publisher.acknowledge(request)
    await publisher.review(request, posted, sample_review(), sample_digest(), tmp_path)
    posts = [arguments for method, arguments in workspace.calls if method == "chat.postMessage"]
    flags = {(str(post["unfurl_links"]).lower(), str(post["unfurl_media"]).lower()) for post in posts}
    assert len(posts) == 6
    assert {("false", "false")} <= flags | {("0", "0")}
    assert flags <= {("false", "false"), ("0", "0")}


async def test_progress_is_shown_at_most_every_second_and_a_half(channel, client, workspace):
    """Updates within a stage are throttled by the clock; a new stage is shown at once."""
    now = [100.0]
    publisher = SlackPublisher(client, scrub=str, clock=lambda: now[0])
    request = here(channel)
    posted = await publisher.acknowledge(request)
    for stage, at in (("gather", 0), ("gather", 0.5), ("gather", 1.6), ("digest", 1.7), ("speak", 9)):
        now[0] = 100.0 + at
        await publisher.progress(request, posted, Progress(stage=stage, note=f"{stage} {at}", elapsed_s=at))
    assert 3 == len([method for method, _ in workspace.calls if method == "chat.update"])
    assert "digest 1.7" in str(channel.messages[posted.root_ts]["blocks"])


async def test_progress_never_fails_the_review(channel, publisher, workspace):
    """A status message that cannot be updated is not worth an error."""
    request = here(channel)
    posted = await publisher.acknowledge(request)
    workspace.fail_next("chat.update", error="fatal_error", status=200)
    await publisher.progress(request, posted, Progress(stage="gather"))
    assert "Started." in str(channel.messages[posted.root_ts]["blocks"])


async def test_progress_does_not_overwrite_the_verdict(channel, publisher, tmp_path):
    """Stages after the verdict say nothing in its place."""
    request = here(channel)
    posted = await publisher.acknowledge(request)
    posted = await publisher.review(request, posted, sample_review(), sample_digest(), tmp_path)
    before = channel.messages[posted.root_ts]["blocks"]
    await publisher.progress(request, posted, Progress(stage="speak"))
    await publisher.progress(request, posted, Progress(stage="review"))
    assert before == channel.messages[posted.root_ts]["blocks"]


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("is_archived", "TESTING_POSTMORTEM_REVIEW_CHANNEL"),
        ("not_in_channel", "/invite"),
        ("channel_not_found", "/invite"),
        ("missing_scope", "install the app again"),
        ("ratelimited", "some minutes"),
        ("invalid_auth", "SLACK_BOT_TOKEN"),
        ("something_new", "something_new"),
    ],
)
async def test_refusals_say_what_to_do(channel, publisher, workspace, error, advice):
    """Slack's word becomes a sentence for the person who asked, and stays in the details for the log."""
    workspace.fail_next("chat.postMessage", error=error, status=200)
    with pytest.raises(PublishError, match=advice) as caught:
        await publisher.acknowledge(here(channel))
    assert error == caught.value.details["slack_error"]


async def test_an_archived_channel_is_said_in_words(channel, publisher):
    """Posting into an archived channel names the two ways out."""
    channel.is_archived = True
    with pytest.raises(PublishError, match="archived"):
        await publisher.acknowledge(here(channel))


async def test_a_deleted_status_message_is_replaced(channel, publisher, client, tmp_path):
    """Somebody deletes the status: the verdict is posted anew and the thread hangs on it."""
    request = here(channel)
    posted = await publisher.acknowledge(request)
    await client.chat_delete(channel=channel.id, ts=posted.root_ts)
    made = await publisher.review(request, posted, sample_review(), sample_digest(), tmp_path)
    assert made.root_ts != posted.root_ts
    assert PARTS == parts(channel)
    assert {made.root_ts} == {m.get("thread_ts", m["ts"]) for m in messages(channel)}


async def test_a_failure_takes_the_status_place(channel, publisher):
    """Also when the caller no longer knows where the status is; twice is once."""
    request = here(channel)
    await publisher.acknowledge(request)
    for _ in range(2):
        await publisher.failed(request, None, "The channel has no messages.")
    assert ["failed"] == parts(channel)
    assert "The channel has no messages." in str(messages(channel)[0]["blocks"])


async def test_a_failure_after_the_verdict_leaves_it(channel, publisher, tmp_path):
    """What failed later is said below, once; the verdict stands."""
    request = here(channel)
    posted = await publisher.acknowledge(request)
    posted = await publisher.review(request, posted, sample_review(), sample_digest(), tmp_path)
    for _ in range(2):
        await publisher.failed(request, posted, "The upload broke off.")
    assert [*PARTS, "failed-later"] == parts(channel)


async def test_files_that_slack_refuses_do_not_cost_the_review(channel, publisher, workspace, tmp_path):
    """Without files:write the verdict and the details stand, and one line says why there are no files."""
    request = here(channel)
    posted = await publisher.acknowledge(request)
    workspace.fail_next("files.getUploadURLExternal", error="missing_scope", status=200)
    await publisher.review(request, posted, sample_review(), sample_digest(), tmp_path)
    assert [*PARTS, "files"] == parts(channel)


async def test_audio_that_slack_refuses_is_posted_as_text(channel, publisher, workspace, tmp_path):
    """The transcript stands in for the mp3, with the reason."""
    request, review = here(channel), sample_review()
    posted = await publisher.acknowledge(request)
    workspace.fail_next("files.getUploadURLExternal", error="storage_limit_reached", status=200)
    await publisher.audio(request, posted, review, sample_narration(tmp_path))
    last = str(messages(channel)[-1]["blocks"])
    assert review.audio_summary[:40] in last
    assert "storage is full" in last


async def test_audio_has_its_transcript_beside_it(channel, publisher, tmp_path):
    """The mp3's message holds the spoken text, and the title how long it is."""
    request, review = here(channel), sample_review()
    posted = await publisher.acknowledge(request)
    await publisher.audio(request, posted, review, sample_narration(tmp_path))
    last = messages(channel)[-1]
    assert review.audio_summary[:60] in last["text"]
    assert "Audio Summary (72 s)" == last["files"][0]["title"]
    assert posted.root_ts == last["thread_ts"]


async def test_everything_goes_through_the_second_scan(channel, client, workspace, tmp_path):
    """A secret that got into the review is in no message and in no file."""
    secret = "hunter2hunter2"
    publisher = SlackPublisher(client, scrub=lambda text: text.replace(secret, "[secret]"))
    review = sample_review()
    cause = review.root_cause.model_copy(update={"statement": f"the password is {secret}"})
    layers = tuple(item.model_copy(update={"why": f"see {secret}"}) for item in review.missed_layers)
    tainted = review.model_copy(update={"root_cause": cause, "missed_layers": layers, "audio_summary": f"say {secret}"})
    request = here(channel, channel_name=secret)
    posted = await publisher.acknowledge(request)
    await publisher.progress(request, posted, Progress(stage="gather", note=secret))
    posted = await publisher.review(request, posted, tainted, sample_digest(), tmp_path)
    await publisher.audio(request, posted, tainted, sample_narration(tmp_path))
    await publisher.failed(request, posted, secret)
    assert secret not in str(messages(channel))
    assert secret not in str(workspace.calls)
    assert [] == [path.name for path in tmp_path.iterdir() if secret.encode() in path.read_bytes()]
    assert "[secret]" in str(messages(channel))


async def test_metadata_of_others_does_not_silence_the_bot(channel, publisher, workspace):
    """Only the bot's own messages count as posted."""
    request = here(channel)
    posted = await publisher.acknowledge(request)
    forged = dict(channel.messages[posted.root_ts], user=workspace.user("ines").id, bot_id=None)
    channel.put(forged)
    again = await publisher.acknowledge(request)
    assert again.root_ts != posted.root_ts
