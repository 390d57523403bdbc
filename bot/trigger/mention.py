"""@Testing Postmortem: a question in a review's thread; elsewhere "review" and the other words of the command."""

import re

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.nouns.request import Question
from bot.trigger.command_text import Wish, read_mention
from bot.trigger.intake import Asked, Intake, Json, grant


def register(app: AsyncApp, intake: Intake) -> None:
    @app.event("app_mention")
    async def mention(event: Json, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        if event.get("bot_id") or event.get("edited") or not event.get("user"):
            return
        channel, thread, bot_user = event["channel"], event.get("thread_ts"), context.bot_user_id or ""
        wish = read_mention(without_mention(event.get("text") or "", bot_user))
        if thread and not _is_bare_word(wish, event) and await intake.desk.is_review_thread(channel, thread):
            await intake.desk.ask(question(event, bot_user))
            return
        asked = Asked("mention", channel_id=channel, user=event["user"], thread_ts=thread or event["ts"])
        text = await grant(wish, asked, client, intake)
        await client.chat_postEphemeral(channel=channel, user=event["user"], thread_ts=thread, text=text)


def question(event: Json, bot_user: str) -> Question:
    """A reply as a follow-up question; the message's ts makes it the same however often it is delivered."""
    return Question(
        id=f"ask:{event['channel']}:{event['ts']}",
        channel_id=event["channel"],
        thread_ts=event["thread_ts"],
        message_ts=event["ts"],
        user=event["user"],
        text=without_mention(event.get("text") or "", bot_user),
    )


def without_mention(text: str, bot_user: str) -> str:
    """The words without the bot's own mention."""
    return re.sub(rf"\s*<@{re.escape(bot_user)}(?:\|[^>]*)?>\s*", " ", text).strip() if bot_user else text.strip()


def _is_bare_word(wish: Wish, event: Json) -> bool:
    """ "@bot rerun" in a review's thread is a command; "@bot which review step failed?" is a question."""
    return wish.action != "help" and len(re.findall(r"[^\s<>]+", re.sub(r"<[^>]*>", "", event.get("text") or ""))) == 1
