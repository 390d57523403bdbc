import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from bot.workspace.delivery import NotAcked
from bot.workspace.request_url import RequestUrl
from bot.workspace.server import Workspace
from tests.workspace.bolt_app import BUTTON_BLOCKS, bolt_app
from tests.workspace.test_socket_mode import until


@contextlib.asynccontextmanager
async def over_http(workspace: Workspace, heard: list[dict]) -> AsyncIterator[str]:
    client = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
    handler = AsyncSlackRequestHandler(bolt_app(client, workspace.signing_secret, heard))
    routes = [Route("/slack/events", handler.handle, methods=["POST"])]
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_config=None, lifespan="off"))
    serving = asyncio.create_task(server._serve([listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/slack/events"
    finally:
        server.should_exit = True
        await serving


async def test_whole_way_over_signed_http(workspace, channel, client):
    """Handshake, command, mention, shortcut, button and modal pass Bolt's signature check and come back."""
    heard = []
    async with over_http(workspace, heard) as url:
        await workspace.use_request_url(url)
        ack = await workspace.command("ana", channel, "/testing-postmortem help")
        assert ["Type `status`."] == [m["text"] for m in workspace.ephemeral(channel, "ana")]
        assert 0 < ack.seconds
        mention = workspace.post("ana", channel, "@testing-postmortem why?")
        await until(lambda: len(workspace.thread(channel, mention["ts"])) == 2)
        sent = await client.chat_postMessage(channel=channel.id, text="Review", blocks=BUTTON_BLOCKS)
        await workspace.shortcut("bo", channel, sent["ts"], "review_testing_gaps")
        await until(lambda: workspace.ephemeral(channel, "bo"))
        await workspace.press("bo", channel, sent["ts"], "overrule")
        await until(lambda: workspace.state.views)
        values = {"why": {"text": {"type": "plain_text_input", "value": "the timeout"}}}
        await workspace.submit("bo", next(iter(workspace.state.views)), values)
        await workspace.settled()
    assert {} == workspace.state.views
    assert all(one.acked for one in workspace.deliveries)


async def test_wrong_secret_is_refused(workspace, channel):
    """Requests signed with another secret are not taken by Bolt, and so not acked."""
    async with over_http(workspace, []) as url:
        stranger = RequestUrl(url, "another secret", workspace.state)
        with pytest.raises(NotAcked, match="http_error"):
            await stranger.send("events_api", {"type": "event_callback"}, timeout_s=2)
        await stranger.close()


async def test_nobody_at_the_url(workspace, channel):
    """A request URL that nobody serves fails the handshake."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotAcked, match="connection_failed"):
        await workspace.use_request_url(f"http://127.0.0.1:{port}/slack/events")
