"""From a wish to a durable request: is the channel fit, where is the review posted, what does the person hear."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChannelUnreadable, PostmortemError
from bot.nouns.ports import Desk
from bot.nouns.request import ReviewRequest, Ticket, Trigger
from bot.trigger.command_text import HELP, Wish, unclear_text
from bot.trigger.rules import ResolveRules, review_request
from bot.trigger.surface import BOT_NAME, COMMAND

Json = dict[str, Any]
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Intake:
    """What every listener needs. `addresses_bot(text, bot_user_id)` tells whether a thread reply is for the bot."""

    desk: Desk
    rules: ResolveRules
    addresses_bot: Callable[[str, str], bool]


@dataclass(frozen=True)
class Asked:
    """Who asked, where and how; `thread_ts` is the thread to post into when it is in the reviewed channel."""

    trigger: Trigger
    channel_id: str
    user: str
    thread_ts: str | None = None


async def grant(wish: Wish, asked: Asked, client: AsyncWebClient, intake: Intake) -> str:
    """Carry out a wish and give the sentence for the person, also when it cannot be granted."""
    try:
        return await _granted(wish, asked, client, intake)
    except PostmortemError as refusal:
        log.info("request_refused", trigger=asked.trigger, why=str(refusal), **refusal.details)
        return str(refusal)


async def _granted(wish: Wish, asked: Asked, client: AsyncWebClient, intake: Intake) -> str:
    channel_id = wish.channel_id or asked.channel_id
    if wish.action == "help":
        return unclear_text(wish) if wish.unclear else HELP
    if wish.action == "status":
        return await intake.desk.status(channel_id)
    if wish.action == "cancel":
        return await intake.desk.cancel(channel_id, asked.user)
    request = await _request(channel_id, asked, client, intake.rules)
    if wish.action == "rerun":
        ticket = await intake.desk.rerun(request.model_copy(update={"trigger": "rerun"}))
    else:
        ticket = await intake.desk.submit(request)
    return ticket_text(ticket, request)


async def look_at(client: AsyncWebClient, channel_id: str, rules: ResolveRules) -> Json:
    """Slack's channel object; the bot is in it afterwards, so that it can post. Raises ChannelUnreadable."""
    if not channel_id.startswith(("C", "G")):
        raise ChannelUnreadable(f"This is not a channel. Name the incident's channel: `{COMMAND} #channel`")
    try:
        channel: Json = (await client.conversations_info(channel=channel_id))["channel"]
        _refuse_unfit(channel, rules)
        if not (channel.get("is_member") or channel.get("is_private") or channel.get("is_archived")):
            await client.conversations_join(channel=channel_id)
    except SlackApiError as error:
        code = str(error.response.get("error")) if hasattr(error.response, "get") else ""
        raise ChannelUnreadable(_refusal(code), slack_error=code, channel=channel_id) from error
    return channel


async def _request(channel_id: str, asked: Asked, client: AsyncWebClient, rules: ResolveRules) -> ReviewRequest:
    channel = await look_at(client, channel_id, rules)
    elsewhere = asked.channel_id if asked.channel_id != channel_id else ""
    post_channel = (rules.review_channel or elsewhere) if channel.get("is_archived") else channel_id
    if not post_channel:
        raise ChannelUnreadable(
            "The channel is archived, so nothing can be posted in it. "
            f"Run `{COMMAND} <link to the channel>` in the channel where the review should go."
        )
    return review_request(
        channel_id,
        str(channel.get("name") or ""),
        asked.trigger,
        requested_by=asked.user,
        post_channel=post_channel,
        thread_ts=asked.thread_ts if post_channel == asked.channel_id == channel_id else None,
        requested_at=datetime.now(UTC),
    )


def _refuse_unfit(channel: Json, rules: ResolveRules) -> None:
    if channel.get("is_im") or channel.get("is_mpim"):
        raise ChannelUnreadable(f"Direct messages are not reviewed. Name a channel: `{COMMAND} #channel`")
    if not rules.allow_shared and (channel.get("is_ext_shared") or channel.get("is_pending_ext_shared")):
        raise ChannelUnreadable(
            "This channel is shared with another organisation, so it is not reviewed. "
            "An operator can allow that with TESTING_POSTMORTEM_ALLOW_SHARED_CHANNELS=true."
        )
    if channel.get("is_private") and channel.get("is_archived"):
        raise ChannelUnreadable(
            "The channel is private and archived: its review would have to be posted where others can read it. "
            "Unarchive it, run the command in it, and archive it again."
        )


def _refusal(code: str) -> str:
    if code in {"channel_not_found", "not_in_channel"}:
        return f"I cannot see that channel: it is private or does not exist. Invite me there: `/invite @{BOT_NAME}`"
    if code == "missing_scope":
        return "My Slack app lacks a scope. Ask the operator to install it again from the manifest."
    return f"Slack refused ({code or 'no reason given'}). Try again in a minute."


def ticket_text(ticket: Ticket, request: ReviewRequest) -> str:
    """The desk's own sentence, or one for the state of the ticket."""
    if ticket.message:
        return ticket.message
    channel, post = f"<#{request.channel_id}>", f"<#{request.post_channel}>"
    if ticket.state == "started":
        return f"The review of {channel} has started. It will be posted in {post}."
    if ticket.state == "queued":
        return f"The review of {channel} waits; reviews ahead of it: {ticket.position}. It will be posted in {post}."
    if ticket.state == "already-running":
        return f"The review of {channel} is already under way in {post}. Stop it with `{COMMAND} cancel`."
    if ticket.state == "already-done":
        return f"{channel} has been reviewed. To do it again: `{COMMAND} rerun`"
    return f"The review of {channel} was not started. `{COMMAND} status` says what is running."
