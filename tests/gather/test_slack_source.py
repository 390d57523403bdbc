"""SlackSource against a small Slack with the real slack_sdk client."""

import gzip

import pytest

from bot.errors import ChannelUnreadable, NotAnIncident, UnreadableFile
from bot.gather.slack import SlackSource
from bot.gather.slack_client import make_client
from bot.nouns.incident import Incident
from bot.nouns.request import Progress, ReviewRequest
from tests.trigger.fake_slack import BOT, BOT_ID, LOGIN_PAGE, TOKEN, FakeSlack

CHANNEL = "C0INC"


@pytest.fixture
async def slack():
    async with FakeSlack() as fake:
        fake.channel(CHANNEL, "inc-1-checkout", topic={"value": "SEV1"})
        yield fake


def source(slack: FakeSlack, **limits) -> SlackSource:
    return SlackSource(make_client(TOKEN, slack.api_url), **limits)


async def read(slack: FakeSlack, channel: str = CHANNEL, **limits) -> Incident:
    request = ReviewRequest(id=f"review:{channel}:r1", channel_id=channel, trigger="command")
    return await source(slack, **limits).incident(request, silent)


async def silent(_: Progress) -> None:
    pass


async def lines_of(slack: FakeSlack, incident: Incident, **limits) -> dict[str, list[str] | str]:
    """Name -> lines, or the reason where reading stopped."""
    found: dict[str, list[str] | str] = {}
    async for text in source(slack, **limits).texts(incident):
        lines: list[str] = []
        try:
            async for batch in text.batches:
                lines += batch
            found[text.name] = lines
        except UnreadableFile as why:
            found[text.name] = str(why)
    return found


def attach(slack: FakeSlack, name: str, body: bytes, content_type: str = "text/plain", **more) -> None:
    path = f"/files/{name}"
    slack.files[path] = (content_type, body)
    file = {"id": f"F{len(slack.files)}", "name": name, "size": len(body), "url_private": slack.url(path), **more}
    slack.say(CHANNEL, f"{2000 + len(slack.files)}.000001", "see the file", files=[file])


async def test_reads_every_page_and_every_reply(slack):
    """Nothing is cut: 450 messages and a thread of 250 replies arrive, oldest first."""
    for n in range(450):
        slack.say(CHANNEL, f"{5000 + n}.000100", f"message {n}")
    slack.messages[CHANNEL][0].update(thread_ts="5000.000100", reply_count=250)
    for n in range(250):
        slack.say(CHANNEL, f"{6000 + n}.000200", f"reply {n}", thread_ts="5000.000100")
    incident = await read(slack)
    expected = [f"message {n}" for n in range(450)] + [f"reply {n}" for n in range(250)]
    assert expected == [message.text for message in incident.messages]
    assert incident.missing == ()


async def test_progress_is_told_per_page(slack):
    """Each page of history is a step forward."""
    for n in range(401):
        slack.say(CHANNEL, f"{5000 + n}.000100", "x")
    told: list[Progress] = []

    async def report(progress: Progress) -> None:
        told.append(progress)

    await source(slack).incident(ReviewRequest(id="r", channel_id=CHANNEL, trigger="command"), report)
    assert [progress.done for progress in told] == [200, 400, 401]


async def test_too_long_channel_keeps_its_newest_and_its_first_messages(slack):
    """Over the limit, the end and the first 200 messages are kept, and the gap is said."""
    for n in range(1500):
        slack.say(CHANNEL, f"{1000 + n * 60}.000100", f"message {n}")
    incident = await read(slack, max_messages=600)
    numbers = [int(message.text.split()[1]) for message in incident.messages]
    assert [*range(200), *range(1100, 1500)] == numbers
    assert len(incident.missing) == 1
    assert "newest 400 messages and the first 200" in incident.missing[0].why


async def test_permalinks_need_no_call(slack):
    """A link to a message and to a reply is built from the workspace's address."""
    slack.say(CHANNEL, "5000.000100", "root", thread_ts="5000.000100", reply_count=1)
    slack.say(CHANNEL, "5001.000100", "reply", thread_ts="5000.000100")
    incident = await read(slack)
    assert [
        f"https://acme.slack.com/archives/{CHANNEL}/p5000000100",
        f"https://acme.slack.com/archives/{CHANNEL}/p5001000100?thread_ts=5000.000100&cid={CHANNEL}",
    ] == [message.permalink for message in incident.messages]
    assert slack.called("chat.getPermalink") == []


async def test_own_messages_and_review_threads_are_no_evidence(slack):
    """The bot's posts, the thread under its review and words addressed to it stay out of the incident."""
    slack.say(CHANNEL, "5000.000100", "db is down")
    slack.say(CHANNEL, "5001.000100", "*Review*", user=BOT, bot_id=BOT_ID, thread_ts="5001.000100", reply_count=1)
    slack.say(CHANNEL, "5002.000100", "why was it down?", thread_ts="5001.000100")
    slack.say(CHANNEL, "5003.000100", f"<@{BOT}> review")
    slack.say(CHANNEL, "5004.000100", "alert fired", user=None, bot_id="BALERT", subtype="bot_message")
    incident = await read(slack)
    assert [message.text for message in incident.messages] == ["db is down", "alert fired"]


async def test_replies_of_a_deleted_parent_are_read(slack):
    """A parent that was deleted leaves a tombstone; what was said under it still counts."""
    slack.say(CHANNEL, "5000.000100", "gone", thread_ts="5000.000100", reply_count=1, subtype="tombstone")
    slack.say(CHANNEL, "5001.000100", "it was the deploy", thread_ts="5000.000100")
    assert [message.text for message in (await read(slack)).messages] == ["it was the deploy"]


async def test_a_thread_that_is_gone_is_said(slack):
    """One unreadable thread does not end the review; it is listed as missing."""
    slack.say(CHANNEL, "5000.000100", "root", thread_ts="5000.000100", reply_count=3)
    slack.refusals["conversations.replies"] = "thread_not_found"
    incident = await read(slack)
    assert [missing.why for missing in incident.missing] == ["Slack no longer has it"]


async def test_people_are_asked_once_and_deleted_ones_keep_their_id(slack):
    """A few people are asked one by one, once each; a deleted user is called by the id."""
    slack.users["U1"] = {"id": "U1", "name": "ana", "profile": {"display_name": "ana"}}
    slack.say(CHANNEL, "5000.000100", "hi <@U1>")
    slack.say(CHANNEL, "5001.000100", "bye", user="U9GONE")
    reader = source(slack)
    request = ReviewRequest(id="r", channel_id=CHANNEL, trigger="command")
    await reader.incident(request, silent)
    incident = await reader.incident(request, silent)
    assert [message.author for message in incident.messages] == ["ana", "U9GONE"]
    assert incident.messages[0].text == "hi @ana"
    assert len(slack.called("users.info")) == 2


async def test_many_people_are_read_as_a_list(slack):
    """Over 25 unknown people the paged list is read instead of asking for each."""
    for n in range(450):
        slack.users[f"U{n}"] = {"id": f"U{n}", "name": f"name{n}"}
    for n in range(400, 440):
        slack.say(CHANNEL, f"{5000 + n}.000100", "x", user=f"U{n}")
    incident = await read(slack)
    assert [f"name{n}" for n in range(400, 440)] == [message.author for message in incident.messages]
    assert (len(slack.called("users.info")), len(slack.called("users.list"))) == (0, 3)


async def test_names_that_slack_refuses_are_said(slack):
    """Without users:read the review goes on with ids."""
    slack.refusals["users.info"] = "missing_scope"
    slack.say(CHANNEL, "5000.000100", "x")
    incident = await read(slack)
    assert [missing.what for missing in incident.missing] == ["names of people"]


async def test_rate_limit_is_waited_out(slack):
    """429 answers are repeated after Retry-After, more than once if need be."""
    slack.say(CHANNEL, "5000.000100", "x")
    slack.limited["conversations.history"] = 3
    assert len((await read(slack)).messages) == 1


async def test_public_channel_is_joined(slack):
    """The bot joins a public channel that it is not in."""
    slack.channels[CHANNEL]["is_member"] = False
    slack.say(CHANNEL, "5000.000100", "x")
    await read(slack)
    assert len(slack.called("conversations.join")) == 1


async def test_archived_channel_is_read_without_joining(slack):
    """An archived channel stays readable."""
    slack.channels[CHANNEL].update(is_member=False, is_archived=True)
    slack.say(CHANNEL, "5000.000100", "x")
    incident = await read(slack)
    assert (incident.channel.is_archived, len(slack.called("conversations.join"))) == (True, 0)


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        ({"is_private": True, "is_member": False}, "/invite @Testing Postmortem"),
        ({"is_ext_shared": True}, "shared with another organisation"),
        ({"is_im": True}, "Direct messages"),
    ],
)
async def test_unfit_channel_is_refused_with_what_to_do(slack, channel, words):
    """Private, shared and direct conversations end in a sentence for the person."""
    slack.channels[CHANNEL].update(channel)
    slack.say(CHANNEL, "5000.000100", "x")
    with pytest.raises(ChannelUnreadable, match=words):
        await read(slack)


async def test_shared_channel_is_read_when_allowed(slack):
    """The operator may allow shared channels."""
    slack.channels[CHANNEL]["is_ext_shared"] = True
    slack.say(CHANNEL, "5000.000100", "x")
    assert (await read(slack, allow_shared=True)).channel.is_shared


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("channel_not_found", "/invite @Testing Postmortem"),
        ("missing_scope", "lacks the scope some:scope"),
        ("invalid_auth", "SLACK_BOT_TOKEN"),
        ("fatal_error", "fatal_error"),
    ],
)
async def test_slack_refusal_is_translated(slack, error, words):
    """Each refusal of Slack says what to do."""
    slack.refusals["conversations.history"] = error
    with pytest.raises(ChannelUnreadable, match=words):
        await read(slack)


async def test_slack_out_of_reach_is_said():
    """A connection that fails for good ends in a sentence, not in a stack trace."""
    async with FakeSlack() as gone:
        reader = source(gone)
    reader._client.retry_handlers = []
    with pytest.raises(ChannelUnreadable, match="Slack did not answer"):
        await reader.incident(ReviewRequest(id="r", channel_id=CHANNEL, trigger="command"), silent)


async def test_empty_channel_is_no_incident(slack):
    """A channel with nothing but joins is refused."""
    slack.say(CHANNEL, "5000.000100", "joined", subtype="channel_join")
    with pytest.raises(NotAnIncident, match="inc-1-checkout has no messages"):
        await read(slack)


async def test_attached_texts_are_downloaded_with_the_token(slack):
    """Logs, gzip included, are read line by line; the bearer token opens them."""
    attach(slack, "app.log", b"one\ntwo\n")
    attach(slack, "db.log.gz", gzip.compress(b"three\n"), "application/gzip")
    incident = await read(slack)
    assert await lines_of(slack, incident) == {"app.log": ["one", "two"], "db.log.gz": ["three"]}


async def test_login_page_names_the_missing_scope(slack):
    """Slack answers a download without files:read with its login page; that is no log."""
    attach(slack, "app.log", LOGIN_PAGE, "text/html")
    attach(slack, "good.log", b"fine\n")
    found = await lines_of(slack, await read(slack))
    assert "files:read" in found["app.log"]
    assert found["good.log"] == ["fine"]


async def test_a_file_that_is_gone_does_not_stop_the_next(slack):
    """404 becomes a reason at that file; the files after it are read."""
    attach(slack, "gone.log", b"x")
    attach(slack, "good.log", b"fine\n")
    incident = await read(slack)
    del slack.files["/files/gone.log"]
    found = await lines_of(slack, incident)
    assert found == {"gone.log": "Slack no longer has it (404)", "good.log": ["fine"]}


async def test_larger_than_it_said_is_cut_at_the_limit(slack):
    """The limit counts bytes as they come, whatever size Slack named."""
    attach(slack, "big.log", b"a line\n" * 200_000, size=10)
    found = await lines_of(slack, await read(slack), max_file_mb=1)
    assert "larger than 1 MB" in found["big.log"]


async def test_redirect_within_slack_is_followed(slack):
    """A redirect on the same host leads to the content."""
    attach(slack, "app.log", b"fine\n")
    slack.redirects["/files/app.log"] = slack.url("/files/moved.log")
    slack.files["/files/moved.log"] = ("text/plain", b"moved\n")
    assert await lines_of(slack, await read(slack)) == {"app.log": ["moved"]}


async def test_token_never_leaves_slack(slack):
    """A link or a redirect to another host is not opened: the token stays home."""
    async with FakeSlack() as thief:
        attach(slack, "elsewhere.log", b"x")
        slack.messages[CHANNEL][-1]["files"][0]["url_private"] = thief.url("/files/elsewhere.log")
        attach(slack, "redirected.log", b"x")
        slack.redirects["/files/redirected.log"] = thief.url("/files/redirected.log")
        thief.files["/files/elsewhere.log"] = thief.files["/files/redirected.log"] = ("text/plain", b"stolen\n")
        found = await lines_of(slack, await read(slack))
    assert all("outside Slack" in why for why in found.values())
    assert {"elsewhere.log", "redirected.log"} == set(found)


async def test_what_is_not_read_is_listed(slack):
    """Pictures, archives of other kinds, oversize and withdrawn files are missing evidence, not downloads."""
    attach(slack, "graph.png", b"x", mimetype="image/png")
    attach(slack, "dump.hprof", b"x")
    attach(slack, "huge.log", b"x", size=65_000_000)
    attach(slack, "deleted.log", b"x", mode="tombstone")
    incident = await read(slack)
    assert [missing.what for missing in incident.missing] == ["graph.png", "dump.hprof", "huge.log", "deleted.log"]
    assert await lines_of(slack, incident) == {}
