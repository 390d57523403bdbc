"""Channels: made, joined, renamed, given a topic, archived, each with the event that Slack sends for it."""

import re
from typing import Any

from bot.workspace import talk
from bot.workspace.refusal import SlackRefusal
from bot.workspace.state import Channel, Json, State, User

_NAME = re.compile(r"[a-z0-9_\-À-ɏ]{1,80}")


def create(
    state: State, name: str, creator: User, *, is_private: bool = False, quietly: bool = False, **more: Any
) -> Channel:
    """Raises SlackRefusal: invalid_name..., name_taken. `more` are fields of Channel; `quietly` sends the app no event."""
    _check_name(state, name)
    channel_id = more.pop("id", None) or state.new_id("G" if is_private else "C")
    created = int(more.pop("created", state.clock()))
    channel = Channel(channel_id, name, creator.id, created, [creator.id], is_private, **more)
    state.channels[channel.id] = channel
    shape = {"id": channel.id, "name": name, "created": created, "creator": creator.id}
    state.emit(page_channel(channel) if quietly else _about(state, channel, "channel_created") | {"channel": shape})
    return channel


def _check_name(state: State, name: str) -> None:
    if not name:
        raise SlackRefusal("invalid_name_required")
    if len(name) > 80:
        raise SlackRefusal("invalid_name_maxlength")
    if not _NAME.fullmatch(name):
        raise SlackRefusal("invalid_name_specials")
    if any(c.name == name for c in state.channels.values()):
        raise SlackRefusal("name_taken")


def direct(state: State, user: User, bot: User) -> Channel:
    """The direct conversation of a person and the app; made when first needed."""
    for channel in state.channels.values():
        if channel.is_im and user.id in channel.members:
            return channel
    members = [user.id, bot.id]
    channel = Channel(state.new_id("D"), user.name, user.id, int(state.clock()), members, is_im=True)
    state.channels[channel.id] = channel
    state.emit(page_channel(channel))
    return channel


def join(state: State, channel: Channel, user: User, *, inviter: str | None = None, quietly: bool = False) -> None:
    """`quietly` leaves out the line in the channel, for the people who were there from the start."""
    if user.id in channel.members:
        return
    channel.members.append(user.id)
    if quietly:
        state.emit(page_channel(channel))
        return
    event = _about(state, channel, "member_joined_channel", user=user.id)
    event |= {"channel": channel.id, "channel_type": channel.id[0], "team": state.team_id}
    state.emit(event | ({"inviter": inviter} if inviter else {}))
    talk.say(state, channel, user, text=f"<@{user.id}> has joined the channel", subtype="channel_join", inviter=inviter)


def leave(state: State, channel: Channel, user: User) -> None:
    channel.members.remove(user.id)
    event = _about(state, channel, "member_left_channel", user=user.id)
    state.emit(event | {"channel": channel.id, "channel_type": channel.id[0], "team": state.team_id})


def set_topic(state: State, channel: Channel, user: User, topic: str, *, ts: str | None = None) -> Json:
    """Sets the topic and says so in the channel, as Slack does."""
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if len(topic) > 250:
        raise SlackRefusal("too_long")
    channel.topic = {"value": topic, "creator": user.id, "last_set": int(state.clock())}
    text = f"<@{user.id}> set the channel topic: {topic}" if topic else f"<@{user.id}> cleared the channel topic"
    subtype = "group_topic" if channel.is_private else "channel_topic"
    message = talk.say(state, channel, user, text=text, subtype=subtype, topic=topic, ts=ts)
    state.emit(page_channel(channel))
    return message


def rename(state: State, channel: Channel, user: User, name: str) -> None:
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    _check_name(state, name)
    old, channel.name = channel.name, name
    channel.previous_names.insert(0, old)
    shape = {"id": channel.id, "name": name, "name_normalized": name, "created": channel.created}
    kind = "group_rename" if channel.is_private else "channel_rename"
    state.emit(_about(state, channel, kind) | {"channel": shape})
    text = f'has renamed the channel from "{old}" to "{name}"'
    subtype = "group_name" if channel.is_private else "channel_name"
    talk.say(state, channel, user, text=text, subtype=subtype, old_name=old, name=name)


def archive(state: State, channel: Channel, user: User) -> None:
    if channel.is_archived:
        raise SlackRefusal("already_archived")
    subtype = "group_archive" if channel.is_private else "channel_archive"
    talk.say(state, channel, user, text=f"<@{user.id}> archived the channel", subtype=subtype)
    channel.is_archived = True
    kind = "group_archive" if channel.is_private else "channel_archive"
    state.emit(_about(state, channel, kind, user=user.id) | {"channel": channel.id, "is_moved": 0})


def unarchive(state: State, channel: Channel, user: User) -> None:
    if not channel.is_archived:
        raise SlackRefusal("not_archived")
    channel.is_archived = False
    kind = "group_unarchive" if channel.is_private else "channel_unarchive"
    state.emit(_about(state, channel, kind, user=user.id) | {"channel": channel.id})
    subtype = "group_unarchive" if channel.is_private else "channel_unarchive"
    talk.say(state, channel, user, text=f"<@{user.id}> un-archived the channel", subtype=subtype)


def page_channel(channel: Channel) -> Json:
    """The channel as it is now, for the page."""
    return {"type": "page_channel", "channel": channel.id, "page_channel": for_page(channel)}


def for_page(channel: Channel) -> Json:
    return channel.as_slack("") | {"name": channel.name, "members": list(channel.members)}


def _about(state: State, channel: Channel, kind: str, **more: Any) -> Json:
    """`page_channel` on the event gives the page the channel as it is now; it is not sent to the app."""
    told = page_channel(channel) | {"type": kind, "event_ts": f"{state.clock():.6f}"}
    return told | more
