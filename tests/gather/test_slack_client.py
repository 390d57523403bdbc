"""When a request to Slack is sent again, and when it must not be."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.errors import SlackApiError

from bot.gather.slack_client import make_client


class Flaky:
    """A Web API that answers 503 a number of times, and counts."""

    def __init__(self, failures: int) -> None:
        self.failures, self.seen = failures, 0
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._answer)
        self.server = TestServer(app)

    async def _answer(self, _: web.Request) -> web.Response:
        self.seen += 1
        if self.seen <= self.failures:
            return web.json_response({"ok": False, "error": "service_unavailable"}, status=503)
        return web.json_response({"ok": True, "ts": "1.0"})


@pytest.fixture
async def flaky():
    slack = Flaky(failures=1)
    async with slack.server:
        yield slack


async def test_reading_is_tried_again_after_a_server_error(flaky):
    """A 503 to a read is repeated."""
    client = make_client("xoxb-fake", str(flaky.server.make_url("/api/")))
    await client.conversations_info(channel="C1")
    assert flaky.seen == 2


async def test_posting_is_not_repeated_blindly(flaky):
    """After a 503 nobody knows whether the message stands, so whoever posted has to look first."""
    client = make_client("xoxb-fake", str(flaky.server.make_url("/api/")))
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C1", text="x")
    assert flaky.seen == 1
