"""How reviews begin and end, with the real bot process against the offline workspace."""

import shutil
import socket

import httpx
import pytest

from tests.e2e.conftest import until
from tests.e2e.test_kill import files, posted_by_bot, until_done

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def roots(workspace, channel):
    return [m for m in posted_by_bot(workspace, channel) if m.get("thread_ts", m["ts"]) == m["ts"]]


def whispers(workspace, channel, user="mira"):
    return " ".join(m.get("text", "") for m in workspace.ephemeral(channel, user))


async def test_a_resolved_topic_and_a_command_make_one_review(workspace, incident, bot):
    """Two triggers of one incident are one review; the second hears where things stand."""
    async with bot.running():
        await workspace.connected()
        workspace.set_topic("mira", incident, "RESOLVED | checkout errors | lead: mira")
        await until(lambda: roots(workspace, incident))
        await workspace.command("mira", incident, "/testing-postmortem")
        await until_done(workspace, incident)
        await workspace.command("mira", incident, "/testing-postmortem")
        await until(lambda: "rerun" in whispers(workspace, incident))
    assert len(roots(workspace, incident)) == 1
    assert sum(name.endswith(".mp3") for name in files(workspace, incident)) == 1


async def test_ordinary_talk_of_resolving_starts_nothing(workspace, incident, bot):
    """People's chat is no trigger, and neither is a topic in a channel that is not an incident's."""
    lounge = workspace.add_channel("lounge", "mira")
    async with bot.running():
        await workspace.connected()
        workspace.post("mira", incident, "is this resolved yet?")
        workspace.set_topic("mira", lounge, "resolved: where to have lunch")
        await workspace.settled()
        await workspace.command("mira", incident, "/testing-postmortem status")
    assert "no review yet" in whispers(workspace, incident)
    assert (roots(workspace, incident), roots(workspace, lounge)) == ([], [])


async def test_an_archived_channel_is_reviewed_elsewhere(workspace, incident, bot):
    """The review of an archived channel is posted in the configured review channel."""
    reviews = workspace.add_channel("incident-reviews", "mira")
    bot.environment["TESTING_POSTMORTEM_REVIEW_CHANNEL"] = reviews.id
    async with bot.running():
        await workspace.connected()
        workspace.archive("mira", incident)
        await until(lambda: any(name.endswith(".mp3") for name in files(workspace, reviews)))
    assert (len(roots(workspace, reviews)), roots(workspace, incident)) == (1, [])


async def test_a_waiting_review_is_cancelled_and_started_anew(workspace, incident, bot):
    """`cancel` stops what waits for the channel to settle; the command makes a new revision then."""
    bot.environment["TESTING_POSTMORTEM_SETTLE_S"] = "600"
    async with bot.running():
        await workspace.connected()
        workspace.set_topic("mira", incident, "RESOLVED | checkout errors")
        await until_done(workspace, incident, "Revision 1: waiting")
        await workspace.command("mira", incident, "/testing-postmortem cancel")
        await until_done(workspace, incident, "Revision 1: cancelled")
        await workspace.command("mira", incident, "/testing-postmortem")
        await until(lambda: any(name.endswith(".mp3") for name in files(workspace, incident)))
    assert len(roots(workspace, incident)) == 1


async def test_http_mode_serves_signed_requests_and_health(workspace, incident, bot):
    """In HTTP mode the same command works through /slack/events, unsigned ones are refused, and operators see health."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    bot.environment |= {
        "TESTING_POSTMORTEM_SLACK_MODE": "http",
        "SLACK_SIGNING_SECRET": workspace.signing_secret,
        "TESTING_POSTMORTEM_PORT": str(port),
    }
    async with bot.running(), httpx.AsyncClient(base_url=address, trust_env=False) as client:
        await workspace.use_request_url(f"{address}/slack/events")
        await workspace.command("mira", incident, "/testing-postmortem")
        await until_done(workspace, incident)
        unsigned = await client.post("/slack/events", data={"command": "/testing-postmortem"})
        health, ready, metrics = [await client.get(path) for path in ("/healthz", "/readyz", "/metrics")]
    assert len(roots(workspace, incident)) == 1
    assert (unsigned.status_code, health.status_code, ready.json()) == (401, 200, {"slack": "ok", "model": "ok"})
    assert 'testing_postmortem_reviews_total{outcome="done"} 1.0' in metrics.text


async def test_a_question_is_answered_once(workspace, incident, bot):
    """A reply in the review's thread that asks is answered there, once, with its evidence."""
    async with bot.running():
        await workspace.connected()
        await workspace.command("mira", incident, "/testing-postmortem")
        await until_done(workspace, incident)
        root = roots(workspace, incident)[0]["ts"]
        before = len(workspace.thread(incident, root))
        workspace.post("lena", incident, "why did the load test not see it?", thread_ts=root)
        workspace.post("jonas", incident, "thanks <@U000000002>, good work", thread_ts=root)
        await until(lambda: len(workspace.thread(incident, root)) >= before + 3)
        await workspace.settled()
    said = [m for m in workspace.thread(incident, root)[before:] if m.get("user") == workspace.bot.id]
    assert len(said) == 1
    assert "200 rows" in str(said[0]["blocks"]) + said[0]["text"]


async def test_a_question_after_the_evidence_was_deleted_says_so(workspace, incident, bot, tmp_path):
    """After a purge the person who asks hears why there is no answer, and what to do."""
    async with bot.running():
        await workspace.connected()
        await workspace.command("mira", incident, "/testing-postmortem")
        await until_done(workspace, incident)
        shutil.rmtree(tmp_path / "reviews")
        workspace.post("lena", incident, "which tests should we write?", thread_ts=roots(workspace, incident)[0]["ts"])
        await until(lambda: "rerun" in whispers(workspace, incident, "lena"))


async def test_a_review_that_waits_says_how_many_are_ahead(workspace, incident, bot):
    """While another review runs, the status message of the next one tells its place, and becomes its verdict."""
    second = workspace.add_channel("inc-8-login", "mira")
    workspace.post("mira", second, "login fails since 14:02 UTC, root cause: the session table is full")
    async with bot.running():
        await workspace.connected()
        await workspace.command("mira", incident, "/testing-postmortem")
        await workspace.command("mira", second, "/testing-postmortem")
        await until(lambda: any(name.endswith(".mp3") for name in files(workspace, second)))
    told = [
        str(call) for method, call in workspace.calls if method == "chat.update" and call.get("channel") == second.id
    ]
    assert any("1 review ahead" in text for text in told)
    assert (len(roots(workspace, incident)), len(roots(workspace, second))) == (1, 1)
