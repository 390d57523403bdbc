"""Replies in a review's thread that address the bot become questions."""

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from bot.trigger.intake import Intake, Json
from bot.trigger.mention import question


def register(app: AsyncApp, intake: Intake) -> None:
    @app.event("message", matchers=[is_reply])
    async def reply(event: Json, context: AsyncBoltContext) -> None:
        bot_user = context.bot_user_id or ""
        if bot_user and f"<@{bot_user}" in (event.get("text") or ""):
            return  # comes as app_mention too
        if not intake.addresses_bot(event.get("text") or "", bot_user):
            return
        if await intake.desk.is_review_thread(event["channel"], event["thread_ts"]):
            await intake.desk.ask(question(event, bot_user))


async def is_reply(event: Json) -> bool:
    """A person's reply in a thread, as first sent; edits ask nothing again."""
    return (
        event.get("subtype") in {None, "file_share", "thread_broadcast"}
        and bool(event.get("user"))
        and not event.get("bot_id")
        and event.get("thread_ts") not in {None, event.get("ts")}
    )
