"""The bot as a process against the offline workspace, as an operator would run it."""

import asyncio
import contextlib
import os
import signal
import sys

import pytest

from bot.workspace.server import Workspace

TALK = (
    ("alertbot", "[FIRING] checkout error rate 34 % on pay-api since 14:02 UTC"),
    ("mira", "I'm on it. pay-api pods restart every two minutes, OOMKilled"),
    ("jonas", "could it be the new promo traffic?"),
    ("jonas", "no, traffic is flat, not that"),
    ("mira", "found it: release 4.18 loads the whole price table into memory, 1.9 GB per pod, the limit is 1 GB"),
    ("mira", "rolled back to 4.17 at 14:31 UTC, error rate is back to 0.1 %"),
    ("lena", "why did no test see it?"),
    (
        "mira",
        "the load test uses a price table of 200 rows, production has 4 million. nobody ever ran it with real data",
    ),
    ("jonas", "and the memory alert never fired, it watches the node and not the pod"),
)


@pytest.fixture
async def workspace():
    async with await Workspace.start(retry_delays_s=(0.2, 0.5)) as running:
        yield running


@pytest.fixture
async def incident(workspace):
    """A short incident channel with a log; the bot is in it."""
    for name in ("mira", "jonas", "lena"):
        workspace.add_user(name, name.title())
    workspace.state.add_bot("B0ALERT", "Alertbot")
    workspace.add_user("alertbot", "Alertbot", is_bot=True, bot_id="B0ALERT")
    channel = workspace.add_channel("inc-7-checkout", "mira", "jonas", "lena", "alertbot")
    for who, text in TALK:
        workspace.post(who, channel, text)
    lines = [
        f"2026-11-24T14:{2 + i // 30:02d}:{2 * i % 60:02d}Z ERROR pay-api OutOfMemoryError heap=1.0G" for i in range(60)
    ]
    workspace.upload("mira", channel, "pay-api.log", ("\n".join(lines) + "\n").encode(), text="pod log")
    return channel


class Process:
    """A bot process; `environment` is what production would set."""

    def __init__(self, workspace, folder):
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("TESTING_POSTMORTEM_", "SLACK_"))},
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            "SLACK_API_URL": workspace.api_url,
            "TESTING_POSTMORTEM_DATA_DIR": str(folder),
            "TESTING_POSTMORTEM_PORT": "0",
            "TESTING_POSTMORTEM_SETTLE_S": "0",
        }
        self._log = folder / "bot.log"

    @contextlib.asynccontextmanager
    async def running(self, die_after="never"):
        with self._log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.e2e.bot_process", die_after,
                stdout=asyncio.subprocess.PIPE, stderr=log, env=self.environment,
            )  # fmt: skip
            ready = await asyncio.wait_for(process.stdout.readline(), 60)
            assert ready == b"ready\n", self._log.read_text()
            try:
                yield process
            finally:
                if process.returncode is None:
                    process.send_signal(signal.SIGTERM)
                await asyncio.wait_for(process.wait(), 30)


@pytest.fixture
def bot(workspace, tmp_path):
    return Process(workspace, tmp_path)


async def until(true, seconds=60):
    """Wait until `true()` holds."""
    for _ in range(int(seconds / 0.1)):
        if true():
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"did not happen within {seconds} s")
