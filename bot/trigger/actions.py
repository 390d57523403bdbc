"""The buttons on the bot's own messages."""

import re

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.trigger.command_text import Action, Wish
from bot.trigger.intake import Asked, Intake, Json, grant
from bot.trigger.surface import CANCEL, RERUN

_REQUEST = re.compile(r"^review:([CG][A-Z0-9]+)(?::|$)")


def register(app: AsyncApp, intake: Intake) -> None:
    async def press(action: Action, body: Json, respond: AsyncRespond, client: AsyncWebClient) -> None:
        here = body["channel"]["id"]
        asked = Asked("rerun", channel_id=here, user=body["user"]["id"])
        wish = Wish(action, reviewed_channel(body) or here)
        text = await grant(wish, asked, client, intake)
        await respond(text, response_type="ephemeral", replace_original=False)

    @app.action(CANCEL)
    async def cancel(ack: AsyncAck, body: Json, respond: AsyncRespond, client: AsyncWebClient) -> None:
        await ack()
        await press("cancel", body, respond, client)

    @app.action(RERUN)
    async def rerun(ack: AsyncAck, body: Json, respond: AsyncRespond, client: AsyncWebClient) -> None:
        await ack()
        await press("rerun", body, respond, client)


def reviewed_channel(body: Json) -> str | None:
    """The incident's channel from the button's value (a request id); it may differ from where the button is."""
    value = str(body["actions"][0].get("value") or "")
    found = _REQUEST.match(value)
    return found[1] if found else None
