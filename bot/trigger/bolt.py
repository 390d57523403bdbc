"""The Bolt app, and the two ways in: Socket Mode and signed HTTP."""

from collections.abc import Callable
from typing import Any

import structlog
from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import PostmortemError, SettingsError
from bot.nouns.ports import Desk
from bot.trigger import actions, channel_events, command, mention, shortcut, thread
from bot.trigger.intake import Intake
from bot.trigger.rules import ResolveRules

Json = dict[str, Any]
log = structlog.get_logger(__name__)

EVENTS_PATH = "/slack/events"


def make_app(
    client: AsyncWebClient,
    desk: Desk,
    rules: ResolveRules,
    addresses_bot: Callable[[str, str], bool],
    *,
    signing_secret: str = "",
) -> AsyncApp:
    """All listeners on one Bolt app. Without a signing secret it serves Socket Mode only."""
    app = AsyncApp(client=client, signing_secret=signing_secret, name="testing-postmortem")
    register(app, Intake(desk=desk, rules=rules, addresses_bot=addresses_bot))
    return app


def register(app: AsyncApp, intake: Intake) -> None:
    """Bolt takes the first listener that matches: what speaks to the bot comes before what the channel says."""
    command.register(app, intake)
    mention.register(app, intake)
    shortcut.register(app, intake)
    actions.register(app, intake)
    thread.register(app, intake)
    channel_events.register(app, intake)
    app.error(tell)


class SocketMode(AsyncSocketModeHandler):
    """Serves over a websocket; the client reconnects by itself, also when Slack asks it to."""

    async def connect_async(self) -> None:
        """Returns when Slack can deliver. Raises SettingsError when Slack refuses the app token."""
        try:
            # connect() would try a refused token for ever; asking for the address first lets the refusal out
            self.client.wss_uri = await self.client.issue_new_wss_url()
        except SlackApiError as error:
            await self.client.close()  # type: ignore[no-untyped-call]
            code = error.response.get("error") if hasattr(error.response, "get") else "no reason given"
            raise SettingsError(
                f"Slack does not open a socket ({code}). "
                "Set SLACK_APP_TOKEN to an app-level token with the scope connections:write."
            ) from error
        await self.client.connect()  # type: ignore[no-untyped-call]

    async def close_async(self) -> None:
        await self.client.close()  # type: ignore[no-untyped-call]


def socket_mode(app: AsyncApp, app_token: str) -> SocketMode:
    """`await .connect_async()` starts it, `await .close_async()` ends it. It opens at the app's own Web API address."""
    return SocketMode(app, app_token, web_client=app.client)


def http_route(app: AsyncApp, signing_secret: str) -> Route:
    """POST /slack/events for events, commands, shortcuts and buttons. Raises SettingsError without a secret."""
    if not signing_secret:
        raise SettingsError("HTTP mode needs SLACK_SIGNING_SECRET: without it anybody could send requests.")
    handler = AsyncSlackRequestHandler(app)

    async def slack_events(request: Request) -> Response:
        return await handler.handle(request)

    return Route(EVENTS_PATH, slack_events, methods=["POST"])


async def tell(error: Exception, body: Json, client: AsyncWebClient, respond: AsyncRespond) -> None:
    """The outer border of all listeners: the log gets the whole of it, the person who asked one sentence."""
    if isinstance(error, PostmortemError):
        log.info("request_refused", why=str(error), details=error.details)
        sentence = str(error)
    else:
        log.error("listener_failed", exc_info=error)
        sentence = "That did not work, and the reason is in the bot's log. Please try again or ask the operator."
    try:
        await _say(sentence, body, client, respond)
    except (SlackApiError, ClientError, TimeoutError, ValueError) as second:
        log.warning("cannot_tell", why=str(second))


async def _say(sentence: str, body: Json, client: AsyncWebClient, respond: AsyncRespond) -> None:
    """Privately, where the request came from. Events that nobody addressed to the bot get no answer."""
    if body.get("response_url"):
        await respond(sentence, response_type="ephemeral", replace_original=False)
        return
    event = body.get("event") or {}
    asked = event.get("type") == "app_mention" or (event.get("type") == "message" and event.get("thread_ts"))
    if asked and event.get("user") and not event.get("subtype"):
        await client.chat_postEphemeral(
            channel=event["channel"], user=event["user"], thread_ts=event.get("thread_ts"), text=sentence
        )
