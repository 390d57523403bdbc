"""What Slack's refusals to post mean for people; translated here, once."""

import contextlib
from collections.abc import Iterator

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import PublishError

_ADVICE = {
    "is_archived": (
        "The channel is archived, so nothing can be posted in it. Run `/testing-postmortem` with a link to the channel "
        "in another channel, or set TESTING_POSTMORTEM_REVIEW_CHANNEL."
    ),
    "not_in_channel": "The bot is not in the channel. Invite it there: `/invite @Testing Postmortem`",
    "channel_not_found": (
        "The bot cannot see the channel: it is private or does not exist. "
        "Invite it there: `/invite @Testing Postmortem`"
    ),
    "ratelimited": "Slack keeps limiting the bot's posts in this channel. Try again in some minutes.",
    "restricted_action": "The workspace does not let the bot post in this channel. Ask a workspace admin to allow it.",
    "storage_limit_reached": "The workspace's file storage is full. Delete files, or ask a workspace admin.",
    "file_uploads_disabled": "The workspace does not allow file uploads. Ask a workspace admin to allow them.",
}
_SAME = {
    "restricted_action_read_only_channel": "restricted_action",
    "restricted_action_thread_only_channel": "restricted_action",
    "restricted_action_non_threadable_channel": "restricted_action",
    "message_limit_exceeded": "ratelimited",
    "rate_limited": "ratelimited",
}
_BAD_TOKEN = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})


def code_of(error: SlackApiError) -> str:
    """Slack's own word for it; "" when the answer was no JSON."""
    data = getattr(error.response, "data", error.response)
    return str(data.get("error") or "") if isinstance(data, dict) else ""


@contextlib.contextmanager
def translated(channel: str) -> Iterator[None]:
    """Inside the block, whatever the client raises becomes PublishError with what to do; `.details` has Slack's word."""
    try:
        yield
    except SlackApiError as error:
        code = code_of(error)
        raise PublishError(_advice(error, code), slack_error=code, channel=channel) from error
    except SlackClientError as error:
        raise PublishError(
            "Slack did not take an upload of the review. Try again.", channel=channel, why=str(error)
        ) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise PublishError(
            "Slack cannot be reached. Check the network and SLACK_API_URL, then try again.",
            channel=channel,
            why=repr(error),
        ) from error


def _advice(error: SlackApiError, code: str) -> str:
    if code == "missing_scope":
        data = getattr(error.response, "data", error.response)
        needed = data.get("needed") if isinstance(data, dict) else None
        return f"The Slack app lacks the scope {needed or '(not named)'}. Add it and install the app again."
    if code in _BAD_TOKEN:
        return f"Slack does not accept the bot token ({code}). Set SLACK_BOT_TOKEN to the token of the installed app."
    known = _ADVICE.get(_SAME.get(code, code))
    return known or f"Slack refused the post ({code or 'no reason given'}). Try again; the bot's log has the details."
