from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.gather.slack_client import make_client
from bot.publish.slack import SlackPublisher
from bot.workspace.server import Workspace


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    async with await Workspace.start() as started:
        yield started


@pytest.fixture
def channel(workspace):
    workspace.add_user("ines")
    return workspace.add_channel("inc-invoices-gone", "ines")


@pytest.fixture
def client(workspace) -> AsyncWebClient:
    return make_client(workspace.bot_token, workspace.api_url)


@pytest.fixture
def publisher(client) -> SlackPublisher:
    return SlackPublisher(client, scrub=str)
