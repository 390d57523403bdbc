"""`make bench`: the figures of the README, side by side in one run. The machine may be shared: read medians and ratios.

python -m tests.bench [digest] [ack] [overhead] [speech]
"""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pydantic import SecretStr

from bot import commands, log, settings, weights
from bot.app import Bot
from bot.keepers import VOICE_WEIGHTS
from bot.speech.measure import measure
from bot.speech.onnx import OnnxVoice
from bot.workspace.server import Workspace

CASES = sorted(path.parent for path in Path("tests/incidents").glob("*/gold.json"))
COMMANDS = 100


def digest() -> str:
    """MB/s and peak memory of the whole digest over 200 MB of generated logs, in a child process."""
    done = subprocess.run(
        [sys.executable, "tests/bench/digest_bench.py", "200"], capture_output=True, text=True, check=True
    )
    return done.stdout.strip().splitlines()[-1]


async def ack() -> str:
    """Slash command to acknowledgement over Socket Mode, through the real bot, one after another."""
    async with await Workspace.start() as workspace:
        with tempfile.TemporaryDirectory() as folder:
            workspace.add_user("mira", "Mira")
            channel = workspace.add_channel("inc-bench", "mira")
            bot = Bot(_for(workspace, Path(folder)), use_model=False)
            async with bot.running():
                await workspace.connected()
                times = []
                for _ in range(COMMANDS):
                    start = time.perf_counter()
                    await workspace.command("mira", channel, "/testing-postmortem status")
                    times.append(1000 * (time.perf_counter() - start))
    cuts = statistics.quantiles(times, n=100)
    return f"ack: p50 {cuts[49]:.0f} ms, p99 {cuts[98]:.0f} ms over {COMMANDS} commands"


async def overhead() -> str:
    """Everything of a review but the model and the voice: median over the evaluation cases."""
    loaded = settings.load().model_copy(update={"audio": False})
    times = []
    for case in CASES:
        with tempfile.TemporaryDirectory() as out:
            start = time.perf_counter()
            await commands.review_files(loaded, commands.FileJob(case, Path(out), use_model=False), _silent)
            times.append(time.perf_counter() - start)
    return f"overhead: {statistics.median(times):.1f} s a review without model and voice (median of {len(times)} cases)"


def speech() -> str:
    """Audio seconds per CPU second of the default engine."""
    loaded = settings.load()
    model = weights.fetch(weights.load_catalogue()[VOICE_WEIGHTS], loaded.cache_dir, lambda *_: None)
    found = measure(OnnxVoice(model))
    return f"speech: {found['audio_s_per_cpu_s']:.2f} audio seconds per CPU second ({found['engine']}, {found['audio_s']} s of audio)"


def _for(workspace: Workspace, folder: Path) -> settings.Settings:
    return settings.load().model_copy(
        update={
            "slack_bot_token": SecretStr(workspace.bot_token),
            "slack_app_token": SecretStr(workspace.app_token),
            "slack_api_url": workspace.api_url,
            "data_dir": folder,
            "port": 0,
        }
    )


async def _silent(_: object) -> None:
    return


def main(names: list[str]) -> None:
    log.configure(level="error")
    parts = {"digest": digest, "ack": ack, "overhead": overhead, "speech": speech}
    lines = []
    for name in names or parts:
        made = parts[name]()
        lines.append(asyncio.run(made) if asyncio.iscoroutine(made) else made)
        print(lines[-1], flush=True)
    print("bench: " + "; ".join(line.split(" (")[0] for line in lines))


if __name__ == "__main__":
    main(sys.argv[1:])
