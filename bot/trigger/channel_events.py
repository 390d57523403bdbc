"""The channel's own events: resolved in topic, name or a bot's words, or archived. They start a review by themselves."""

from datetime import UTC, datetime

import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.trigger.intake import Intake, Json, look_at

log = structlog.get_logger(__name__)


def register(app: AsyncApp, intake: Intake) -> None:
    async def over(event: Json) -> bool:
        return intake.rules.signal(event) is not None

    async def ended(event: Json, client: AsyncWebClient) -> None:
        await start_by_itself(event, client, intake)

    for kind in ("channel_archive", "channel_rename", "group_rename", "message"):
        app.event(kind, matchers=[over])(ended)

    @app.event("channel_rename")
    @app.event("group_rename")
    @app.event("message")
    async def nothing() -> None:
        """Nearly every message: acknowledged, and nothing else."""


async def start_by_itself(event: Json, client: AsyncWebClient, intake: Intake) -> None:
    """Ask Slack for the channel only when the event says "over"; most channels are no incident's."""
    signal = intake.rules.signal(event)
    if signal is None:
        return
    channel = await look_at(client, signal.channel_id, intake.rules)
    name = str(channel.get("name") or signal.name or "")
    request = intake.rules.decide(event, name, now=datetime.now(UTC))
    if request is None:
        log.info("resolve_ignored", channel=name, trigger=signal.trigger)
        return
    ticket = await intake.desk.submit(request)
    log.info("review_by_itself", channel=name, trigger=signal.trigger, state=ticket.state)
