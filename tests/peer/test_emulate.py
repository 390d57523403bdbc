"""The bot's Slack side against a peer that is not ours: npm `emulate`."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import uvicorn
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette

from bot.errors import PublishError, UnreadableFile
from bot.gather.slack import SlackSource
from bot.gather.slack_client import make_client
from bot.nouns.request import Progress, ReviewRequest
from bot.publish.slack import SlackPublisher
from bot.trigger import http_route, make_app
from tests.peer.peer import emulated_slack, install
from tests.publish.sample import sample_digest, sample_narration, sample_request, sample_review
from tests.trigger.conftest import SECRET, RecordingDesk, addresses_bot, make_rules

pytestmark = pytest.mark.peer


@dataclass
class Peer:
    bot: AsyncWebClient
    bob: AsyncWebClient
    desk: RecordingDesk
    channel: str

    async def gather(self):
        request = ReviewRequest(id="r", channel_id=self.channel, trigger="command")
        return await SlackSource(self.bot).incident(request, silent)


async def silent(_: Progress) -> None:
    pass


@pytest.fixture(scope="session", autouse=True)
def _installed() -> None:
    install()


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    """The emulator delivers its events to the real Bolt app, which listens on a free port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    events_url = f"http://127.0.0.1:{listener.getsockname()[1]}/slack/events"
    desk = RecordingDesk()
    async with emulated_slack(events_url) as api_url:
        bot, bob = make_client("xoxb-bot", api_url), make_client("xoxp-bob", api_url)
        channels = {entry["name"]: entry["id"] for entry in (await bot.conversations_list())["channels"]}
        rules = make_rules(review_channel=channels["reviews"])
        app = make_app(bot, desk, rules, addresses_bot, signing_secret=SECRET)
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=[http_route(app, SECRET)]), log_level="error"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        channel = channels["inc-1042-checkout-errors"]
        await bob.conversations_join(channel=channel)
        yield Peer(bot, bob, desk, channel)
        server.should_exit = True
        await serving


async def wait_for(found: list) -> None:
    """Until the desk has something; the test's own time limit ends a wait that is in vain."""
    while not found:
        await asyncio.sleep(0.02)


async def test_gathers_threads_edits_deletions_and_pages(peer):
    """What people wrote arrives as it stands now, over several pages and with the thread in line."""
    root = (await peer.bob.chat_postMessage(channel=peer.channel, text="checkout is donw"))["ts"]
    await peer.bob.chat_update(channel=peer.channel, ts=root, text="checkout is down")
    gone = (await peer.bob.chat_postMessage(channel=peer.channel, text="oops"))["ts"]
    await peer.bob.chat_delete(channel=peer.channel, ts=gone)
    await peer.bob.chat_postMessage(channel=peer.channel, text="pool is full", thread_ts=root)
    for n in range(210):
        await peer.bob.chat_postMessage(channel=peer.channel, text=f"note {n}")
    incident = await peer.gather()
    said = [message for message in incident.messages if not message.subtype]
    assert ["checkout is down", "pool is full", *(f"note {n}" for n in range(210))] == [m.text for m in said]
    assert (True, root) == (said[0].edited, said[1].thread_ts)
    assert {"bob"} == {message.author for message in said}


async def test_downloads_an_uploaded_log(peer):
    """A log that somebody uploaded is read with the bot's token."""
    await peer.bob.files_upload_v2(channel=peer.channel, filename="db.log", content="first line\nsecond line\n")
    incident = await peer.gather()
    lines = {text.name: [await anext(text.batches)] async for text in SlackSource(peer.bot).texts(incident)}
    assert lines == {"db.log": [["first line", "second line"]]}


async def test_a_file_that_was_deleted_meanwhile_says_so(peer):
    """A download that the peer answers with 404 becomes a reason at that file."""
    await peer.bob.files_upload_v2(channel=peer.channel, filename="db.log", content="x\n")
    incident = await peer.gather()
    await peer.bob.files_delete(file=incident.files[0].id)
    (text,) = [text async for text in SlackSource(peer.bot).texts(incident)]
    with pytest.raises(UnreadableFile, match="no longer has it"):
        await anext(text.batches)


async def test_own_posts_are_not_the_incident(peer):
    """The bot's review and the talk under it stay out when the channel is read again."""
    await peer.bob.chat_postMessage(channel=peer.channel, text="checkout is down")
    await peer.bot.conversations_join(channel=peer.channel)
    review = (await peer.bot.chat_postMessage(channel=peer.channel, text="*Review*"))["ts"]
    await peer.bob.chat_postMessage(channel=peer.channel, text="thanks", thread_ts=review)
    incident = await peer.gather()
    assert [message.text for message in incident.messages if not message.subtype] == ["checkout is down"]


async def test_archived_channel_is_readable_but_takes_no_post(peer):
    """An archived channel gives its history and refuses posts with is_archived."""
    await peer.bob.chat_postMessage(channel=peer.channel, text="checkout is down")
    await peer.bot.conversations_join(channel=peer.channel)
    await peer.bob.conversations_archive(channel=peer.channel)
    incident = await peer.gather()
    assert incident.channel.is_archived
    assert "checkout is down" in [message.text for message in incident.messages]
    with pytest.raises(SlackApiError, match="is_archived"):
        await peer.bot.chat_postMessage(channel=peer.channel, text="x")


async def test_resolved_topic_reaches_the_desk(peer):
    """A signed channel_topic event of the peer passes Bolt's check and starts one review."""
    await peer.bob.conversations_setTopic(channel=peer.channel, topic="SEV1 checkout errors | resolved")
    await wait_for(peer.desk.submitted)
    (request,) = peer.desk.submitted
    assert (f"review:{peer.channel}:r1", "resolved") == (request.id, request.trigger)


async def test_archive_reaches_the_desk(peer):
    """A signed channel_archive event starts a review that is posted elsewhere."""
    await peer.bob.conversations_archive(channel=peer.channel)
    await wait_for(peer.desk.submitted)
    request = peer.desk.submitted[0]
    assert request.trigger == "archived"
    assert request.post_channel not in {"", peer.channel}


async def test_question_in_a_review_thread_reaches_the_desk(peer):
    """A signed reply in a review's thread becomes a question, once."""
    await peer.bot.conversations_join(channel=peer.channel)
    root = (await peer.bot.chat_postMessage(channel=peer.channel, text="*Review*"))["ts"]
    peer.desk.review_threads.add((peer.channel, root))
    asked = await peer.bob.chat_postMessage(channel=peer.channel, text="Which test was missing?", thread_ts=root)
    await wait_for(peer.desk.questions)
    assert [f"ask:{peer.channel}:{asked['ts']}"] == [question.id for question in peer.desk.questions]


async def test_a_review_is_posted_once_and_an_archived_channel_is_said(peer, tmp_path):
    """Verdict, details, files and audio stand in one thread, also when every step is repeated; an archive is said."""
    publisher = SlackPublisher(peer.bot, scrub=str)
    request = sample_request(channel_id=peer.channel, post_channel=peer.channel)
    review, digest, narration = sample_review(), sample_digest(), sample_narration(tmp_path)
    for _ in range(2):
        posted = await publisher.acknowledge(request)
        posted = await publisher.review(request, posted, review, digest, tmp_path)
        await publisher.audio(request, posted, review, narration)
    history = (await peer.bot.conversations_history(channel=peer.channel))["messages"]
    thread = (await peer.bot.conversations_replies(channel=peer.channel, ts=posted.root_ts))["messages"]
    files = sorted(file["name"] for message in thread for file in message.get("files", []))
    texts = [message.get("text", "") for message in thread if not message.get("files")]
    assert sum("Testing-gap review" in message.get("text", "") for message in history) == 1
    assert len(files) == len(set(files)) == 5
    assert len(texts) == len(set(texts)) == 6
    await peer.bob.conversations_archive(channel=peer.channel)
    with pytest.raises(PublishError, match="archived"):
        await publisher.acknowledge(
            sample_request(id="review:C1:r2", channel_id=peer.channel, post_channel=peer.channel)
        )
