"""The Slack Web API client that every part of the bot shares, and what Slack's refusals mean for people."""

from typing import NoReturn
from urllib.parse import urlsplit

import structlog
from aiohttp import ClientConnectorError
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChannelUnreadable

log = structlog.get_logger(__name__)

# A lost answer to one of these does not say whether Slack acted: sent again blindly they would be said twice.
# Whoever posts looks in the thread first and then posts again.
SAID_TWICE = frozenset({"chat.postMessage", "chat.postEphemeral", "files.completeUploadExternal"})

_BAD_TOKEN = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})
_UNSEEN = frozenset({"channel_not_found", "not_in_channel", "team_access_not_granted", "access_denied"})


def make_client(token: str, base_url: str = "https://slack.com/api/", *, timeout_s: int = 30) -> AsyncWebClient:
    """A client that waits as long as Slack's Retry-After says and tries again after a lost connection or a 5xx."""
    client = AsyncWebClient(token=token, base_url=base_url, timeout=timeout_s)
    client.retry_handlers = [
        _Patient(max_retry_count=20),
        _Reconnecting(max_retry_count=3),
        _AfterServerError(max_retry_count=3),
    ]
    return client


class _Patient(AsyncRateLimitErrorRetryHandler):
    """A 429 was not acted on, so every method may be sent again."""

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        log.info("slack_rate_limited", method=_method(request), attempt=state.current_attempt + 1)
        await super().prepare_for_next_attempt_async(state=state, request=request, response=response, error=error)


class _Reconnecting(AsyncConnectionErrorRetryHandler):
    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if isinstance(error, ClientConnectorError):  # nothing was sent
            return True
        known = await super()._can_retry_async(state=state, request=request, response=response, error=error)
        return known and _method(request) not in SAID_TWICE


class _AfterServerError(AsyncServerErrorRetryHandler):
    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        known = await super()._can_retry_async(state=state, request=request, response=response, error=error)
        return known and _method(request) not in SAID_TWICE


def _method(request: HttpRequest) -> str:
    return urlsplit(request.url).path.rsplit("/", 1)[-1]


def error_code(error: SlackApiError) -> str:
    """Slack's own word for it, "channel_not_found"; "" when the answer was no JSON."""
    data = getattr(error.response, "data", error.response)
    return str(data.get("error") or "") if isinstance(data, dict) else ""


def refuse(error: SlackApiError, channel: str) -> NoReturn:
    """Raise ChannelUnreadable with what the person can do about Slack's refusal; `channel` is a name or an id."""
    code = error_code(error)
    raise ChannelUnreadable(_advice(error, code, channel), slack_error=code, channel=channel) from error


def _advice(error: SlackApiError, code: str, channel: str) -> str:
    if code in _UNSEEN:
        return (
            f"I cannot see the channel {channel}: it is private or does not exist. "
            "Invite the bot there: /invite @Testing Postmortem"
        )
    if code == "missing_scope":
        needed = error.response.get("needed", "") if hasattr(error.response, "get") else ""
        return f"The Slack app lacks the scope {needed or '(not named)'}. Add it and install the app again."
    if code in _BAD_TOKEN:
        return f"Slack does not accept the bot token ({code}). Set SLACK_BOT_TOKEN to the token of the installed app."
    if code == "ratelimited":
        return f"Slack keeps limiting the requests for {channel}. Try again in some minutes."
    return f"Slack refused to give the channel {channel} ({code or 'no reason given'}). Try again."
