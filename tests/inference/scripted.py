"""A small server on loopback that answers like an Ollama, by a script: one step for each call of /api/chat."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

MODEL = "tiny:1b"
Step = Callable[["Scripted", Request], Response]


@dataclass
class Scripted:
    """`steps` are used up in order, the last one again and again; `asked` has the bodies that came in."""

    steps: list[Step] = field(default_factory=list)
    models: list[str] = field(default_factory=lambda: [MODEL])
    asked: list[dict[str, Any]] = field(default_factory=list)
    pulled: list[str] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)  # a client left in the middle of an answer
    context_length: int = 32768
    url: str = ""

    async def chat(self, request: Request) -> Response:
        self.asked.append(await request.json())
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        return step(self, request)

    async def tags(self, _: Request) -> Response:
        details = {"family": "llama", "parameter_size": "1.5B", "quantization_level": "Q4_K_M"}
        entries = [
            {"name": name, "model": name, "digest": f"digest-of-{name}", "size": 7, "details": details}
            for name in self.models
        ]
        return JSONResponse({"models": entries})

    async def show(self, _: Request) -> Response:
        facts = {"general.architecture": "llama", "llama.context_length": self.context_length}
        return JSONResponse({"details": {"family": "llama"}, "model_info": facts})

    async def version(self, _: Request) -> Response:
        return JSONResponse({"version": "0.32.15"})

    async def pull(self, request: Request) -> Response:
        name = (await request.json())["model"]
        self.pulled.append(name)
        self.models.append(name)
        steps = [{"status": "pulling", "total": 10, "completed": 4}, {"status": "success"}]
        return StreamingResponse((json.dumps(step) + "\n" for step in steps), media_type="application/x-ndjson")


@asynccontextmanager
async def serving(script: Scripted) -> AsyncIterator[Scripted]:
    """The script behind a free port; `script.url` is its address."""
    routes = [
        Route("/api/chat", script.chat, methods=["POST"]),
        Route("/api/tags", script.tags),
        Route("/api/show", script.show, methods=["POST"]),
        Route("/api/version", script.version),
        Route("/api/pull", script.pull, methods=["POST"]),
    ]
    config = uvicorn.Config(Starlette(routes=routes), port=0, log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    script.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield script
    server.should_exit = True
    await task


def line(content: str = "", **extra: Any) -> str:
    """One line of a stream."""
    message = {"role": "assistant", "content": content}
    return json.dumps({"model": MODEL, "created_at": "2026-01-01T00:00:00Z", "message": message, **extra}) + "\n"


def says(*pieces: str, reason: str = "stop", prompt_tokens: int = 40) -> Step:
    """A whole answer in pieces."""
    counts = {"prompt_eval_count": prompt_tokens, "eval_count": len(pieces) + 1}
    lines = [*(line(p, done=False) for p in pieces), line(done=True, done_reason=reason, **counts)]
    return lambda script, request: StreamingResponse(iter(lines), media_type="application/x-ndjson")


def refuses(status: int, text: str) -> Step:
    return lambda script, request: JSONResponse({"error": text}, status)


def breaks_off(*pieces: str) -> Step:
    """The connection is lost in the middle of the answer."""

    async def lines() -> AsyncIterator[str]:
        for piece in pieces:
            yield line(piece, done=False)
        raise ConnectionAbortedError

    return lambda script, request: StreamingResponse(lines(), media_type="application/x-ndjson")


def hangs(*pieces: str) -> Step:
    """After the pieces nothing more comes; `script.gone` is set when the client leaves."""

    def answer(script: Scripted, request: Request) -> Response:
        async def lines() -> AsyncIterator[str]:
            try:
                for piece in pieces:
                    yield line(piece, done=False)
                await asyncio.Event().wait()
            finally:
                script.gone.set()

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    return answer
