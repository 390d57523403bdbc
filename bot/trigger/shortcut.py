"""Message menu -> Review testing gaps."""

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.trigger.command_text import Wish
from bot.trigger.intake import Asked, Intake, Json, grant
from bot.trigger.surface import SHORTCUT


def register(app: AsyncApp, intake: Intake) -> None:
    @app.message_shortcut(SHORTCUT)
    async def shortcut(ack: AsyncAck, shortcut: Json, respond: AsyncRespond, client: AsyncWebClient) -> None:
        await ack()
        message = shortcut["message"]
        asked = Asked(
            "shortcut",
            channel_id=shortcut["channel"]["id"],
            user=shortcut["user"]["id"],
            thread_ts=message.get("thread_ts") or message["ts"],
        )
        text = await grant(Wish("review"), asked, client, intake)
        await respond(text, response_type="ephemeral", replace_original=False)
