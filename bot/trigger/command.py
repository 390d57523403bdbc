"""/testing-postmortem"""

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.trigger.command_text import read_command
from bot.trigger.intake import Asked, Intake, Json, grant
from bot.trigger.surface import COMMAND


def register(app: AsyncApp, intake: Intake) -> None:
    @app.command(COMMAND)
    async def command(ack: AsyncAck, command: Json, respond: AsyncRespond, client: AsyncWebClient) -> None:
        await ack()
        asked = Asked("command", channel_id=command["channel_id"], user=command["user_id"])
        wish = read_command(command.get("text") or "")
        await respond(await grant(wish, asked, client, intake), response_type="ephemeral")
