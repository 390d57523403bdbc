"""Kill -9 at every step's worst moment (done, not yet stored): one review, one audio, nothing lost."""

import asyncio
import signal

import pytest

STEPS = ("acknowledge", "gather", "digest", "review", "publish", "speak", "upload")


def posted_by_bot(workspace, channel):
    everything = channel.messages.values()
    return [m for m in everything if m.get("user") == workspace.bot.id and m.get("subtype") != "channel_join"]


def files(workspace, channel):
    return [file["name"] for message in posted_by_bot(workspace, channel) for file in message.get("files", [])]


def parts(messages):
    payloads = [m.get("metadata", {}).get("event_payload", {}) for m in messages]
    return [payload["part"] for payload in payloads if "part" in payload]


async def until_done(workspace, channel, words="Revision 1: done"):
    """Ask as a person would until the bot says so."""
    for _ in range(60):
        await workspace.command("mira", channel, "/testing-postmortem status")
        if any(words in m.get("text", "") for m in workspace.ephemeral(channel, "mira")):
            return
        await asyncio.sleep(0.5)
    raise AssertionError(f"{words}: not within 30 s")


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("step", STEPS)
async def test_killed_after_a_step_posts_everything_once(workspace, incident, bot, step):
    """A bot killed when a step is done but not stored finishes after its restart and says nothing twice."""
    async with bot.running(die_after=step) as process:
        await workspace.connected()
        await workspace.command("mira", incident, "/testing-postmortem")
        assert await process.wait() == -signal.SIGKILL
    async with bot.running():
        await until_done(workspace, incident)
    messages = posted_by_bot(workspace, incident)
    named = files(workspace, incident)
    assert sorted(named) == sorted(set(named))
    assert sum(name.endswith(".mp3") for name in named) == 1
    assert sorted(parts(messages)) == sorted(set(parts(messages)))
    assert sum(m.get("thread_ts", m["ts"]) == m["ts"] for m in messages) == 1
