"""A Slack of one page: the Web API methods that reading and triggering need, response URLs and downloads."""

import asyncio
from collections import defaultdict
from typing import Any, Self

from aiohttp import web
from aiohttp.test_utils import TestServer

Json = dict[str, Any]

BOT, BOT_ID, TOKEN = "UBOT", "BBOT", "xoxb-fake"
LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Login | Slack</title></head></html>"


class Refused(Exception):
    """An answer with ok: false."""


class FakeSlack:
    def __init__(self) -> None:
        self.channels: dict[str, Json] = {}
        self.messages: dict[str, list[Json]] = defaultdict(list)
        self.users: dict[str, Json] = {}
        self.files: dict[str, tuple[str, bytes]] = {}  # path -> content type, bytes
        self.redirects: dict[str, str] = {}
        self.refusals: dict[str, str] = {}  # method -> error
        self.limited: dict[str, int] = defaultdict(int)  # method -> how many 429 are still to come
        self.calls: list[tuple[str, Json]] = []
        self.said: list[Json] = []  # what came in at response URLs
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/respond", self._respond)
        app.router.add_get("/files/{name:.*}", self._download)
        self._server = TestServer(app)

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def api_url(self) -> str:
        return self.url("/api/")

    def url(self, path: str) -> str:
        return str(self._server.make_url(path))

    def channel(self, channel_id: str, name: str, **more: Any) -> None:
        self.channels[channel_id] = {"id": channel_id, "name": name, "is_member": True, "created": 1_000, **more}

    def say(self, channel_id: str, ts: str, text: str, user: str = "U1", **more: Any) -> None:
        self.messages[channel_id].append({"type": "message", "ts": ts, "user": user, "text": text, **more})

    def called(self, method: str) -> list[Json]:
        return [args for name, args in self.calls if name == method]

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        args: Json = {**request.query}
        args |= await request.json() if "json" in request.content_type else dict(await request.post())
        if self.limited[method]:
            self.limited[method] -= 1
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "0"})
        self.calls.append((method, args))
        if method in self.refusals:
            return web.json_response({"ok": False, "error": self.refusals[method], "needed": "some:scope"})
        try:
            answer = getattr(self, "_" + method.replace(".", "_"))(args)
        except Refused as error:
            return web.json_response({"ok": False, "error": str(error)})
        return web.json_response({"ok": True, **answer})

    async def _respond(self, request: web.Request) -> web.Response:
        await asyncio.sleep(0.03)  # Bolt looks for the acknowledgement every 10 ms; no network is quicker than that
        self.said.append(await request.json())
        return web.Response(text="ok")

    async def _download(self, request: web.Request) -> web.Response:
        if request.path in self.redirects:
            raise web.HTTPFound(self.redirects[request.path])
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(body=LOGIN_PAGE, content_type="text/html")
        if request.path not in self.files:
            raise web.HTTPNotFound
        content_type, body = self.files[request.path]
        return web.Response(body=body, content_type=content_type)

    def _auth_test(self, args: Json) -> Json:
        return {"url": "https://acme.slack.com/", "user_id": BOT, "bot_id": BOT_ID, "team_id": "T1", "user": "bot"}

    def _conversations_info(self, args: Json) -> Json:
        if args["channel"] not in self.channels:
            raise Refused("channel_not_found")
        return {"channel": self.channels[args["channel"]]}

    def _conversations_join(self, args: Json) -> Json:
        self.channels[args["channel"]]["is_member"] = True
        return {"channel": self.channels[args["channel"]]}

    def _conversations_history(self, args: Json) -> Json:
        roots = [m for m in self.messages[args["channel"]] if m.get("thread_ts") in {None, m["ts"]}]
        latest, oldest = float(args.get("latest") or 1e12), float(args.get("oldest") or 0)
        found = [m for m in roots if oldest < float(m["ts"]) < latest]
        return self._page(sorted(found, key=lambda m: float(m["ts"]), reverse=True), args)

    def _conversations_replies(self, args: Json) -> Json:
        found = [m for m in self.messages[args["channel"]] if args["ts"] in {m["ts"], m.get("thread_ts")}]
        if not found:
            raise Refused("thread_not_found")
        return self._page(sorted(found, key=lambda m: float(m["ts"])), args)

    def _users_info(self, args: Json) -> Json:
        if args["user"] not in self.users:
            raise Refused("user_not_found")
        return {"user": self.users[args["user"]]}

    def _users_list(self, args: Json) -> Json:
        return self._page(list(self.users.values()), args, "members")

    def _chat_postEphemeral(self, args: Json) -> Json:
        return {"message_ts": "9.0"}

    @staticmethod
    def _page(items: list[Json], args: Json, key: str = "messages") -> Json:
        start = int(args.get("cursor") or 0)
        end = start + int(args["limit"])
        return {key: items[start:end], "response_metadata": {"next_cursor": str(end) if end < len(items) else ""}}
