"""Getting into the channel: public ones are joined, the rest is refused with what to do."""

from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChannelUnreadable
from bot.gather.slack_client import refuse

Json = dict[str, Any]


async def enter_channel(client: AsyncWebClient, channel_id: str, *, allow_shared: bool = False) -> Json:
    """Slack's channel object (conversations.info), after joining where that is possible and needed.

    An archived channel is read without joining. Raises ChannelUnreadable.
    """
    try:
        raw: Json = (await client.conversations_info(channel=channel_id))["channel"]
        name = f"#{raw.get('name') or channel_id}"
        _refuse_unfit(raw, name, allow_shared=allow_shared)
        if not raw.get("is_member") and not raw.get("is_private") and not raw.get("is_archived"):
            await client.conversations_join(channel=channel_id)
    except SlackApiError as error:
        refuse(error, channel_id)
    return raw


def _refuse_unfit(raw: Json, name: str, *, allow_shared: bool) -> None:
    if raw.get("is_im") or raw.get("is_mpim"):
        raise ChannelUnreadable("Direct messages are not reviewed. Run the command in the incident's channel.")
    if not allow_shared and (raw.get("is_ext_shared") or raw.get("is_pending_ext_shared")):
        raise ChannelUnreadable(
            f"{name} is shared with another organisation, so it is not reviewed. "
            "An operator can allow that with TESTING_POSTMORTEM_ALLOW_SHARED_CHANNELS=true."
        )
    if raw.get("is_private") and raw.get("is_member") is False:
        raise ChannelUnreadable(f"{name} is private. Invite the bot there: /invite @Testing Postmortem")
