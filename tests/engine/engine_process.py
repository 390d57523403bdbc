"""A process with a durable engine, to be killed: python -m tests.engine.engine_process FOLDER DIE_IN

Appends each step that runs to FOLDER/ran; kills itself in the step named DIE_IN; prints the result otherwise.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from bot.engine.durable import DurableEngine

STEPS = ("one", "two", "three")


async def main(folder: Path, die_in: str) -> None:
    engine = DurableEngine(f"sqlite:///{folder}/state.db", "local", {"work": 1})

    async def body(payload, memo):
        async def step(name):
            with (folder / "ran").open("a") as ran:
                ran.write(name + "\n")
            if name == die_in:
                os.kill(os.getpid(), signal.SIGKILL)
            return {"step": name, "of": payload["work"]}

        return {"steps": [await memo(name, lambda name=name: step(name)) for name in STEPS]}

    engine.workflow("body", body)
    await engine.launch()
    await engine.enqueue("work", "body", "body:1", {"work": "x"})
    print(json.dumps(await engine.result("body:1")))
    await engine.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
