"""A running workspace with two people and a channel, and the real Slack client pointed at it."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.server import Workspace
from bot.workspace.state import Channel


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    async with await Workspace.start(ack_timeout_s=0.5, retry_delays_s=(0.0, 0.05)) as running:
        running.add_user("ana", "Ana Ruiz")
        running.add_user("bo", "Bo Lind")
        yield running


@pytest.fixture
def channel(workspace: Workspace) -> Channel:
    return workspace.add_channel("inc-1", "ana", "bo")


@pytest.fixture
def client(workspace: Workspace) -> AsyncWebClient:
    return AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
