"""A small Bolt app that uses everything the workspace delivers; both transports run it."""

import contextlib
import io
import math
import struct
from collections.abc import AsyncIterator

import lameenc
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.server import Workspace

BUTTON_BLOCKS = [
    {"type": "header", "text": {"type": "plain_text", "text": "Testing-gap review"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Cause:* a `timeout` that no test covered"}},
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "accept",
                "value": "r1",
                "style": "primary",
                "text": {"type": "plain_text", "text": "Accept"},
            },
            {"type": "button", "action_id": "overrule", "text": {"type": "plain_text", "text": "Overrule"}},
        ],
    },
]
MODAL = {
    "type": "modal",
    "callback_id": "cause",
    "title": {"type": "plain_text", "text": "Overrule"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Your cause"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


def bolt_app(client: AsyncWebClient, signing_secret: str, heard: list[dict]) -> AsyncApp:
    """`heard` collects every payload that a listener got."""
    app = AsyncApp(client=client, signing_secret=signing_secret)

    @app.command("/testing-postmortem")
    async def command(ack, body, respond):
        heard.append(body)
        if body["text"] == "help":
            await ack("Type `status`.")
            return
        await ack()
        if body["text"] == "status":
            await respond("All is calm.", response_type="in_channel")
            return
        sent = await client.chat_postMessage(channel=body["channel_id"], text="Review", blocks=BUTTON_BLOCKS)
        await client.files_upload_v2(
            channel=body["channel_id"], thread_ts=sent["ts"], filename="summary.mp3", content=tone(), title="Summary"
        )

    @app.shortcut("review_testing_gaps")
    async def shortcut(ack, body, respond):
        await ack()
        heard.append(body)
        await respond(f"Reviewing {body['message']['ts']}", response_type="ephemeral", replace_original=False)

    @app.action("accept")
    async def accept(ack, body, respond):
        await ack()
        heard.append(body)
        await respond("Accepted.", replace_original=True)

    @app.action("overrule")
    async def overrule(ack, body):
        await ack()
        heard.append(body)
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("cause")
    async def submitted(ack, body, view):
        heard.append(body)
        text = view["state"]["values"]["why"]["text"]["value"]
        await (ack(response_action="errors", errors={"why": "Say more."}) if len(text) < 3 else ack())

    @app.event("app_mention")
    async def mention(body, say):
        heard.append(body)
        await say("Because.", thread_ts=body["event"].get("thread_ts") or body["event"]["ts"])

    @app.event("app_home_opened")
    async def home(event):
        blocks = [{"type": "section", "text": {"type": "plain_text", "text": "Two gaps are open"}}]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    for kind in ("message", "member_joined_channel", "channel_archive", "channel_created", "channel_rename"):

        @app.event(kind)
        async def event(body):
            heard.append(body)

    for kind in ("reaction_added", "reaction_removed", "file_shared", "channel_unarchive", "member_left_channel"):

        @app.event(kind)
        async def other(body):
            heard.append(body)

    return app


@contextlib.asynccontextmanager
async def over_socket(workspace: Workspace, heard: list[dict]) -> AsyncIterator[AsyncSocketModeHandler]:
    client = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
    app = bolt_app(client, workspace.signing_secret, heard)
    handler = AsyncSocketModeHandler(app, workspace.app_token, web_client=client)
    await handler.connect_async()
    await workspace.connected()
    try:
        yield handler
    finally:
        await handler.close_async()


def tone(seconds: float = 1.0, rate: int = 24_000) -> bytes:
    """An mp3 with a tone."""
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(64)
    encoder.set_in_sample_rate(rate)
    encoder.set_channels(1)
    encoder.silence()
    wave = io.BytesIO()
    for index in range(int(seconds * rate)):
        wave.write(struct.pack("<h", int(8000 * math.sin(index / 9))))
    return bytes(encoder.encode(wave.getvalue()) + encoder.flush())
