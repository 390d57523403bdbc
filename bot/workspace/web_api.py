"""`/api/<method>`: arguments from query, form or JSON, the token, refusals on demand, and Slack's shape of answers."""

import json
import secrets
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.workspace.files import Files
from bot.workspace.methods import METHODS
from bot.workspace.methods.call import Call
from bot.workspace.refusal import SlackRefusal
from bot.workspace.slack_app import SlackApp
from bot.workspace.socket_mode import SocketMode
from bot.workspace.state import Json, State
from bot.workspace.views import Views

_APP_METHODS = frozenset({"apps.connections.open"})
_FREE = frozenset({"api.test"})


@dataclass(frozen=True)
class Fault:
    """One refusal in store for a method. `after` lets the call act first, as when the answer gets lost."""

    error: str
    status: int
    retry_after_s: int
    after: bool


class WebApi:
    def __init__(self, state: State, app: SlackApp, files: Files, views: Views, socket_mode: SocketMode) -> None:
        self._state = state
        self._app = app
        self._files = files
        self._views = views
        self._socket_mode = socket_mode
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.calls: list[tuple[str, Json]] = []

    def fail_next(
        self,
        method: str,
        times: int = 1,
        *,
        error: str = "ratelimited",
        status: int = 429,
        retry_after_s: int = 1,
        after: bool = False,
    ) -> None:
        self._faults[method].extend([Fault(error, status, retry_after_s, after)] * times)

    async def endpoint(self, request: Request) -> Response:
        name = request.path_params["method"]
        try:
            return JSONResponse({"ok": True, **await self._call(name, request)}, headers=self._scopes())
        except SlackRefusal as refused:
            answer = {"ok": False, "error": refused.error, **refused.more}
            return JSONResponse(answer, refused.status, self._scopes() | refused.headers)

    def _scopes(self) -> dict[str, str]:
        return {"x-oauth-scopes": ",".join(sorted(self._app.scopes)), "cache-control": "no-store"}

    async def _call(self, name: str, request: Request) -> Json:
        args = await arguments(request)
        method = METHODS.get(name)
        if method is None:
            raise SlackRefusal("unknown_method", req_method=name)
        scopes = self._authorised(name, request, args)
        fault = self._faults[name].popleft() if self._faults[name] else None
        if fault is not None and not fault.after:
            raise _refusal(fault)
        self.calls.append((name, args))
        answer = method(Call(args, scopes, self._app, self._state, self._files, self._views, self._socket_mode))
        if fault is not None:
            raise _refusal(fault)
        return answer

    def _authorised(self, name: str, request: Request, args: Json) -> frozenset[str]:
        header = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        token = header or str(args.pop("token", ""))
        args.pop("token", None)
        if name in _FREE:
            return self._app.scopes
        if not token:
            raise SlackRefusal("not_authed")
        needed = self._app.app_token if name in _APP_METHODS else self._app.bot_token
        if secrets.compare_digest(token.encode(), needed.encode()):
            return self._app.scopes
        other = {self._app.app_token, self._app.bot_token}
        raise SlackRefusal("not_allowed_token_type" if token in other else "invalid_auth")


def _refusal(fault: Fault) -> SlackRefusal:
    headers = {"Retry-After": str(fault.retry_after_s)} if fault.status == 429 else {}
    return SlackRefusal(fault.error, status=fault.status, headers=headers)


async def arguments(request: Request) -> dict[str, Any]:
    """Query and body together; slack_sdk uses both. Raises SlackRefusal invalid_json, invalid_form_data."""
    args: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind == "application/json":
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            raise SlackRefusal("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackRefusal("json_not_object")
        return args | body
    if kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        form = await request.form()
        return args | {key: value for key, value in form.items() if isinstance(value, str)}
    return args
