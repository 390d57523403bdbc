"""The child process: `python -m bot.inference.embedded --model PATH --name NAME`. Started by `EmbeddedEndpoint`.

Prints one JSON line `{"base_url": ...}` on stdout when the model is loaded, and ends when its stdin ends.
"""

import argparse
import asyncio
import hashlib
import json
import os
import socket
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TextIO

import structlog
import uvicorn
from starlette.applications import Starlette

from bot.inference.client import full_name
from bot.inference.embedded import gguf
from bot.inference.embedded.api import Served, build_app
from bot.inference.embedded.cores import generation_threads, usable_cores
from bot.inference.embedded.keeper import Keeper
from bot.inference.embedded.llama import Llama, LoadFailed, Threads


def main() -> None:
    """Exit code 2 when the model cannot be served; the reason is the last line on stderr."""
    arguments = _arguments()
    announce = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # llama.cpp may print; stdout is for the address alone
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    threading.Thread(target=_die_with_the_parent, daemon=True).start()
    try:
        asyncio.run(_serve(arguments, announce))
    except (OSError, ValueError, LoadFailed) as error:
        sys.exit(_say(f"The model {arguments.model} cannot be served: {error}"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.inference.embedded", description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="GGUF file")
    parser.add_argument("--name", required=True, help="name under which it is served")
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--threads", type=int, default=0, help="0: all cores but one, and all for reading prompts")
    parser.add_argument("--num-ctx", type=int, default=4096, help="context of calls that do not say")
    return parser.parse_args()


async def _serve(arguments: argparse.Namespace, announce: TextIO) -> None:
    header = await asyncio.to_thread(gguf.read, arguments.model)
    longest = header.number("context_length") or arguments.num_ctx
    cores = usable_cores()
    threads = Threads(arguments.threads or generation_threads(cores), arguments.threads or cores)
    keeper = Keeper(lambda num_ctx: Llama.load(arguments.model, num_ctx, threads), min(arguments.num_ctx, longest))
    digest = asyncio.ensure_future(asyncio.to_thread(_sha256, arguments.model))
    async with keeper.turn(None, None) as llama:  # load now: a file that cannot be loaded is said at the start
        stop = await llama.end_of_turn()
    listener = socket.create_server(("127.0.0.1", arguments.port))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        print(json.dumps({"base_url": address}), file=announce, flush=True)
        yield

    modified_ns = arguments.model.stat().st_mtime_ns
    served = Served(full_name(arguments.name), arguments.model, header, digest, modified_ns, stop)
    config = uvicorn.Config(
        build_app(served, keeper, lifespan), log_level="warning", access_log=False, timeout_graceful_shutdown=2
    )
    await uvicorn.Server(config).serve(sockets=[listener])


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _die_with_the_parent() -> None:
    """The parent holds the other end of stdin and never writes; the end of it is the parent's end, however it came."""
    while os.read(0, 1024):
        continue
    os._exit(0)


def _say(text: str) -> int:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - the parent shows it
    return 2


if __name__ == "__main__":
    main()
