"""The real bot in a process of its own, to be killed: python -m tests.e2e.bot_process DIE_AFTER

Settings come from the environment as in production. DIE_AFTER names a step: the process kills itself when the step's
work is done but not yet stored, the worst moment. A tone stands in for the voice, so that a test takes seconds.
"""

import asyncio
import os
import signal
import sys

import numpy as np

from bot import app, log, settings


class Tone:
    """`nouns.ports.Voice` as short as it gets: a spoken-length hum."""

    name, engine, sample_rate = "tone", "tone", 24_000

    def speak(self, sentence):
        seconds = max(0.8, 0.38 * len(sentence.split()))
        time = np.arange(int(seconds * self.sample_rate)) / self.sample_rate
        return (0.2 * np.sin(2 * np.pi * 180 * time) * (1 + np.sin(2 * np.pi * 3 * time))).astype(np.float32)


def die_after(engine, step):
    """Wrap the engine's steps: the one named `step` is done and then lost."""
    run = engine._step

    async def dying(workflow_id, name, make):
        async def lost():
            await make()
            os.kill(os.getpid(), signal.SIGKILL)

        return await run(workflow_id, name, lost if name == step else make)

    engine._step = dying


async def main(step):
    loaded = settings.load()
    log.configure(level="info")
    bot = app.Bot(loaded, use_model=False, voice=Tone())
    die_after(bot.engine, step)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with bot.running():
        print("ready", flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
