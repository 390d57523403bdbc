"""The workspace's page: static files, its own small API with a session cookie, and a stream of what happens."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.resources import files as package_files
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.workspace.channel_life import for_page
from bot.workspace.files import Files
from bot.workspace.refusal import SlackRefusal
from bot.workspace.slack_app import SlackApp
from bot.workspace.state import Channel, Json, State

Act = Callable[[str, Json], Awaitable[Json]]

_KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_HOSTS = {"127.0.0.1", "localhost", "[::1]"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
PAGE = package_files("bot.workspace") / "page"


class Page:
    """Only a browser that opened `/` of this very server may use the page's API: it lets one act as anybody."""

    def __init__(self, state: State, app: SlackApp, files: Files, act: Act) -> None:
        self._state = state
        self._app = app
        self._files = files
        self._act = act
        self._session = secrets.token_urlsafe(24)
        # Cookies do not tell ports apart: two workspaces on one machine must not share a name.
        self._cookie = f"workspace_{secrets.token_hex(4)}"
        self._readers: set[asyncio.Queue[Json | None]] = set()
        state.subscribe(self._tell)

    def routes(self) -> list[Route]:
        guarded = (
            ("/page/api/state", self._get_state, "GET"),
            ("/page/api/messages", self._get_messages, "GET"),
            ("/page/api/stream", self._stream, "GET"),
            ("/page/api/act/{action}", self._post_act, "POST"),
            ("/page/api/upload", self._upload, "POST"),
            ("/page/files/{file_id}/{name:path}", self._file, "GET"),
        )
        routes = [Route(path, self._guarded(endpoint), methods=[method]) for path, endpoint, method in guarded]
        return [
            Route("/", self._index),
            Route("/archives/{rest:path}", self._index),
            Route("/page/static/{name}", self._static),
            *routes,
        ]

    def _tell(self, event: Json) -> None:
        for queue in self._readers:
            queue.put_nowait(event)

    async def close(self) -> None:
        for queue in self._readers:
            queue.put_nowait(None)

    def _guarded(self, endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            cookie = request.cookies.get(self._cookie, "")
            if not _own_host(request) or not secrets.compare_digest(cookie, self._session):
                return PlainTextResponse("Open the page first.", status_code=403)
            try:
                return await endpoint(request)
            except SlackRefusal as refused:
                return JSONResponse({"ok": False, "error": refused.error, **refused.more}, 400)

        return guarded

    async def _index(self, request: Request) -> Response:
        if not _own_host(request):
            return PlainTextResponse("Open the page by its loopback address.", status_code=403)
        answer = _asset("index.html")
        answer.set_cookie(self._cookie, self._session, httponly=True, samesite="strict", path="/page/")
        return answer

    async def _static(self, request: Request) -> Response:
        return _asset(request.path_params["name"])

    async def _get_state(self, _: Request) -> Response:
        return JSONResponse(self.snapshot(), headers={"Cache-Control": "no-store"})

    def snapshot(self) -> Json:
        """All but the messages."""
        state, app = self._state, self._app
        return {
            "team": {"id": state.team_id, "name": state.team_name},
            "app": {
                "id": app.id,
                "bot_id": app.bot_id,
                "user_id": app.user_id,
                "name": app.name,
                "commands": app.commands,
                "shortcuts": [{"name": s.name, "callback_id": s.callback_id} for s in app.shortcuts],
                "home_tab": app.home_tab,
            },
            "users": [user.as_slack(state.team_id) for user in state.users.values()],
            "bots": list(state.bots.values()),
            "channels": [for_page(channel) for channel in state.channels.values()],
            "views": list(state.views.values()),
            "homes": state.homes,
        }

    def messages(self, channel: Channel) -> Json:
        whispered = [m for m in self._state.ephemeral.values() if m["channel"] == channel.id]
        return {"messages": [channel.messages[ts] for ts in channel.order], "ephemeral": whispered}

    async def _get_messages(self, request: Request) -> Response:
        channel = self._state.channel(request.query_params.get("channel", ""))
        return JSONResponse(self.messages(channel), headers={"Cache-Control": "no-store"})

    async def _stream(self, _: Request) -> Response:
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._readers.add(queue)

        async def told() -> AsyncIterator[str]:
            try:
                yield 'retry: 500\ndata: {"type": "page_hello"}\n\n'
                while (event := await queue.get()) is not None:
                    yield f"data: {json.dumps(event)}\n\n"
            finally:
                self._readers.discard(queue)

        return StreamingResponse(told(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def _post_act(self, request: Request) -> Response:
        body: Any = await request.json()
        if not isinstance(body, dict):
            raise SlackRefusal("invalid_arguments")
        return JSONResponse({"ok": True, **await self._act(request.path_params["action"], body)})

    async def _upload(self, request: Request) -> Response:
        async with request.form() as form:
            parts = [part for part in form.getlist("file") if isinstance(part, UploadFile)]
            contents = [(part.filename or "file", await part.read()) for part in parts]
            fields = {key: value for key, value in form.items() if isinstance(value, str)}
        return JSONResponse({"ok": True, **await self._act("upload", {**fields, "files": contents})})

    async def _file(self, request: Request) -> Response:
        found = self._files.for_page(request.path_params["file_id"])
        return found or PlainTextResponse("The content of this file is not here.", status_code=404)


def _own_host(request: Request) -> bool:
    """Against other sites' names that resolve to loopback."""
    return request.headers.get("host", "").rsplit(":", 1)[0] in _HOSTS


def _asset(name: str) -> Response:
    kind = _KINDS.get(f".{name.rpartition('.')[2]}")
    asset = PAGE / name
    if kind is None or "/" in name or not asset.is_file():
        return PlainTextResponse("not found", status_code=404)
    return Response(asset.read_bytes(), media_type=f"{kind}; charset=utf-8", headers=_HEADERS)
