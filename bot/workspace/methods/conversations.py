"""conversations.* (history and replies apart) and bookmarks.list."""

from bot.workspace import channel_life
from bot.workspace.methods.call import Call, Method
from bot.workspace.refusal import SlackRefusal
from bot.workspace.state import Channel, Json

_KINDS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def _shape(call: Call, channel: Channel) -> Json:
    return channel.as_slack(call.app.user_id) | {"context_team_id": call.state.team_id}


def listing(call: Call) -> Json:
    kinds = [_KINDS.get(kind.strip()) for kind in (call.text("types") or "public_channel").split(",")]
    if None in kinds:
        raise SlackRefusal("invalid_types")
    for kind in kinds:
        call.need(f"{kind}:read")
    skip_archived = call.flag("exclude_archived")
    found = [
        _shape(call, channel)
        for channel in call.state.channels.values()
        if channel.kind in kinds
        and not (skip_archived and channel.is_archived)
        and (channel.kind == "channels" or call.app.user_id in channel.members)
    ]
    page, cursor = call.page(found, call.number("limit", 100, 1000))
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


def info(call: Call) -> Json:
    return {"channel": _shape(call, call.channel("read"))}


def members(call: Call) -> Json:
    channel = call.channel("read")
    start_to_end = [{"id": member} for member in channel.members]
    page, cursor = call.page(start_to_end, call.number("limit", 100, 1000))
    return {"members": [member["id"] for member in page], "response_metadata": {"next_cursor": cursor}}


def join(call: Call) -> Json:
    call.need("channels:join")
    channel = call.channel()
    if channel.is_private or channel.is_im:
        raise SlackRefusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if call.app.user_id in channel.members:
        return {
            "channel": _shape(call, channel),
            "warning": "already_in_channel",
            "response_metadata": {"warnings": ["already_in_channel"]},
        }
    channel_life.join(call.state, channel, call.bot)
    return {"channel": _shape(call, channel)}


def opening(call: Call) -> Json:
    call.need("im:write", "channels:manage", "groups:write", "mpim:write")
    if call.text("channel"):
        channel = call.channel()
    else:
        users = [user for user in call.text("users").split(",") if user]
        if len(users) != 1:
            raise SlackRefusal("users_list_not_supplied" if not users else "too_many_users")
        channel = channel_life.direct(call.state, call.state.user(users[0]), call.bot)
    return {"channel": _shape(call, channel) if call.flag("return_im") else {"id": channel.id}}


def create(call: Call) -> Json:
    is_private = call.flag("is_private")
    call.need("groups:write" if is_private else "channels:manage")
    name = call.required("name", "invalid_name_required")
    return {"channel": _shape(call, channel_life.create(call.state, name, call.bot, is_private=is_private))}


def invite(call: Call) -> Json:
    channel = _managed(call)
    for user_id in call.required("users", "no_user").split(","):
        user = call.state.user(user_id)
        if user.id in channel.members:
            raise SlackRefusal("already_in_channel")
        channel_life.join(call.state, channel, user, inviter=call.app.user_id)
    return {"channel": _shape(call, channel)}


def set_topic(call: Call) -> Json:
    channel = _managed(call)
    channel_life.set_topic(call.state, channel, call.bot, call.text("topic"))
    return {"channel": _shape(call, channel)}


def rename(call: Call) -> Json:
    channel = _managed(call)
    channel_life.rename(call.state, channel, call.bot, call.required("name", "invalid_name_required"))
    return {"channel": _shape(call, channel)}


def archive(call: Call) -> Json:
    channel_life.archive(call.state, _managed(call), call.bot)
    return {}


def unarchive(call: Call) -> Json:
    channel = call.channel()
    call.need("groups:write" if channel.is_private else "channels:manage")
    channel_life.unarchive(call.state, channel, call.bot)
    return {}


def _managed(call: Call) -> Channel:
    channel = call.joined()
    call.need("groups:write" if channel.is_private else "channels:manage")
    return channel


def bookmarks(call: Call) -> Json:
    call.need("bookmarks:read")
    return {"bookmarks": call.channel(key="channel_id").bookmarks}


METHODS: dict[str, Method] = {
    "conversations.list": listing,
    "conversations.info": info,
    "conversations.members": members,
    "conversations.join": join,
    "conversations.open": opening,
    "conversations.create": create,
    "conversations.invite": invite,
    "conversations.setTopic": set_topic,
    "conversations.rename": rename,
    "conversations.archive": archive,
    "conversations.unarchive": unarchive,
    "bookmarks.list": bookmarks,
}
