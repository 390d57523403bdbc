"""The routes of Ollama's API over one model."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.inference.client import full_name
from bot.inference.embedded import wire
from bot.inference.embedded.call import Call, Refused, body_of, call_of
from bot.inference.embedded.generation import lines
from bot.inference.embedded.gguf import Gguf
from bot.inference.embedded.keeper import Keeper

_JSON = "application/json; charset=utf-8"
_NO_EMBEDDINGS = "This server does not support embeddings. Start it with `--embeddings`"
_CLIENT_GONE = 499

Result = TypeVar("Result")


class ClientGone(Exception):
    """The caller closed the connection; nobody hears the answer."""


@dataclass(frozen=True)
class Served:
    """The model that this endpoint has."""

    name: str  # with its tag
    file: Path
    gguf: Gguf
    digest: Awaitable[str]  # sha256 of the file, computed while the model loads
    modified_ns: int
    stop: str  # the token that ends an answer


class OllamaApi:
    """Handlers; each answers as the recorded server does."""

    def __init__(self, served: Served, keeper: Keeper) -> None:
        self._served = served
        self._keeper = keeper

    async def version(self, _: Request) -> Response:
        return _json({"version": wire.VERSION})

    async def tags(self, _: Request) -> Response:
        served = self._served
        entry = wire.tags_entry(served.name, served.gguf, await served.digest, served.modified_ns)
        return _json({"models": [entry]})

    async def ps(self, _: Request) -> Response:
        served, loaded = self._served, self._keeper.loaded
        if loaded is None:
            return _json({"models": []})
        digest, expires_at = await served.digest, self._keeper.expires_at
        return _json({"models": [wire.ps_entry(served.name, served.gguf, digest, loaded.num_ctx, expires_at)]})

    async def show(self, request: Request) -> Response:
        self._check_model(_named(await request.body(), "ShowRequest"))
        shown = wire.show(self._served.file.name, self._served.gguf, self._served.stop, self._served.modified_ns)
        return StreamingResponse(_once(shown), media_type=_JSON)

    async def chat(self, request: Request) -> Response:
        return await self._generate(request, call_of(await request.body(), "ChatRequest"), chat=True)

    async def generate(self, request: Request) -> Response:
        return await self._generate(request, call_of(await request.body(), "GenerateRequest"), chat=False)

    async def embed(self, request: Request) -> Response:
        named = _named(await request.body(), "EmbedRequest")
        if full_name(named) != self._served.name:
            raise Refused(404, f'model "{named}" not found, try pulling it first')
        raise Refused(501, _NO_EMBEDDINGS)

    async def embeddings(self, request: Request) -> Response:
        named = _named(await request.body(), "EmbeddingRequest")
        if full_name(named) != self._served.name:
            raise Refused(404, f'model "{named}" not found, try pulling it first')
        raise Refused(500, _NO_EMBEDDINGS)

    async def pull(self, request: Request) -> Response:
        body = body_of(await request.body(), "PullRequest")
        named = str(body.get("model") or body.get("name") or "")
        answer: dict[str, Any] = {"status": "success"}
        if full_name(named) != self._served.name:
            answer = {
                "error": f"This endpoint serves {self._served.name} only. Run: testing-postmortem models pull {named}, "
                f"then start again with TESTING_POSTMORTEM_MODEL={named}; or install Ollama."
            }
        if body.get("stream") is False:
            return _json(answer, 500 if "error" in answer else 200)
        steps = [answer] if "error" in answer else [{"status": "pulling manifest"}, answer]
        return StreamingResponse((_line(step) for step in steps), media_type="application/x-ndjson")

    async def _generate(self, request: Request, call: Call, *, chat: bool) -> Response:
        self._check_call(call)
        answer = lines(call, self._keeper, self._served.gguf.number("context_length"), chat=chat)
        try:
            first = await while_connected(request, anext(answer))
        except Refused as refused:
            if call.stream and refused.from_runner:
                return StreamingResponse(_once({"error": refused.text}), refused.status, media_type="application/json")
            raise
        if call.stream and call.messages:  # loading and unloading are answered in one piece
            return StreamingResponse(_ndjson(first, answer), media_type="application/x-ndjson")
        return _json(await while_connected(request, _whole(first, answer)))

    def _check_call(self, call: Call) -> None:
        self._check_model(call.named)
        if call.think:
            raise Refused(400, f'"{call.named}" does not support thinking')
        if call.tools:
            raise Refused(400, f"registry.ollama.ai/library/{self._served.name} does not support tools")

    def _check_model(self, named: str) -> None:
        if not named:
            raise Refused(400, "model is required")
        if full_name(named) != self._served.name:
            raise Refused(404, f"model '{full_name(named)}' not found")


def build_app(
    served: Served, keeper: Keeper, lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]]
) -> Starlette:
    """The application; only requests that name this machine are answered, against pages that rebind a name to it."""
    api = OllamaApi(served, keeper)
    routes = [
        Route("/", _root, methods=["GET", "HEAD"]),
        Route("/api/version", api.version, methods=["GET"]),
        Route("/api/tags", api.tags, methods=["GET"]),
        Route("/api/ps", api.ps, methods=["GET"]),
        Route("/api/show", api.show, methods=["POST"]),
        Route("/api/chat", api.chat, methods=["POST"]),
        Route("/api/generate", api.generate, methods=["POST"]),
        Route("/api/embed", api.embed, methods=["POST"]),
        Route("/api/embeddings", api.embeddings, methods=["POST"]),
        Route("/api/pull", api.pull, methods=["POST"]),
    ]
    return Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])],
        exception_handlers={Refused: _refused, ClientGone: _gone},
    )


async def while_connected(request: Request, work: Awaitable[Result]) -> Result:
    """The result of `work`, which is cancelled when the caller goes away. Raises ClientGone."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnect(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise ClientGone
    finally:
        for each in (task, gone):
            each.cancel()
        await asyncio.wait({task, gone})


async def _disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue


async def _whole(first: dict[str, Any], rest: AsyncIterator[dict[str, Any]]) -> dict[str, Any]:
    """All pieces as one answer."""
    last, pieces = first, [_text(first)]
    async for last in rest:
        pieces.append(_text(last))
    text = "".join(pieces)
    return (
        {**last, "response": text} if "response" in last else {**last, "message": {**last["message"], "content": text}}
    )


def _text(line: dict[str, Any]) -> str:
    return str(line["response"] if "response" in line else line["message"]["content"])


async def _ndjson(first: dict[str, Any], rest: AsyncIterator[dict[str, Any]]) -> AsyncIterator[bytes]:
    yield _line(first)
    try:
        async for line in rest:
            yield _line(line)
    except Refused as refused:  # too late for a status
        yield _line({"error": refused.text})


async def _once(value: dict[str, Any]) -> AsyncIterator[bytes]:
    yield _dumps(value).encode()


def _line(value: dict[str, Any]) -> bytes:
    return _dumps(value).encode() + b"\n"


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _json(value: dict[str, Any], status: int = 200) -> Response:
    return Response(_dumps(value), status, media_type=_JSON)


def _named(raw: bytes, go_type: str) -> str:
    body = body_of(raw, go_type)
    return str(body.get("model") or body.get("name") or "")


async def _root(_: Request) -> Response:
    return PlainTextResponse("Ollama is running")


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return _json({"error": error.text}, error.status)


async def _gone(_: Request, __: Exception) -> Response:
    return Response(status_code=_CLIENT_GONE)
