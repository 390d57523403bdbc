"""Messages and reactions: said, changed and taken back, each with the event that Slack sends for it."""

import uuid
from copy import deepcopy
from typing import Any

from bot.workspace.refusal import SlackRefusal
from bot.workspace.state import Channel, Json, State, User, random_id, without_summary

MESSAGE_FIELDS = ("text", "blocks", "attachments", "metadata", "files")


def say(
    state: State,
    channel: Channel,
    author: User,
    *,
    text: str = "",
    ts: str | None = None,
    thread_ts: str | None = None,
    subtype: str | None = None,
    **more: Any,
) -> Json:
    """Store a message and tell about it. `more` are further fields of a Slack message; `ts` only for replays.

    Raises SlackRefusal: is_archived, thread_not_found.
    """
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    thread_ts = _thread(channel, thread_ts)
    ts = ts or state.new_ts(channel)
    message: Json = {"type": "message", "user": author.id, "text": text, "ts": ts, "team": state.team_id}
    message |= {key: value for key, value in more.items() if value is not None}
    message |= authorship(state, author)
    if subtype:
        message["subtype"] = subtype
    if thread_ts:
        message |= {"thread_ts": thread_ts, "parent_user_id": channel.messages[thread_ts].get("user", "")}
    if message.get("blocks"):
        message["blocks"] = with_ids(message["blocks"])
    return insert(state, channel, message)


def insert(state: State, channel: Channel, message: Json) -> Json:
    """Put a whole message in its place and tell about it."""
    stored = without_summary(message)
    channel.put(stored)
    event = message_event(channel, stored)
    if stored.get("files"):  # only the event calls it so, the history does not
        event.setdefault("subtype", "file_share")
    state.emit(event)
    return stored


def message_event(channel: Channel, message: Json) -> Json:
    told = deepcopy(message)
    return {**told, "channel": channel.id, "channel_type": channel.channel_type, "event_ts": message["ts"]}


def authorship(state: State, author: User) -> Json:
    """What marks a message as an app's, or as typed by a person."""
    if not author.bot_id:
        return {"client_msg_id": str(uuid.uuid4())}
    profile = {k: state.bots[author.bot_id][k] for k in ("id", "app_id", "name", "deleted", "updated", "icons")}
    profile["team_id"] = state.team_id
    return {"bot_id": author.bot_id, "app_id": profile["app_id"], "bot_profile": profile}


def _thread(channel: Channel, thread_ts: str | None) -> str | None:
    """A reply to a reply goes to the thread's first message."""
    if not thread_ts:
        return None
    parent = channel.messages.get(thread_ts)
    if parent is None:
        raise SlackRefusal("thread_not_found")
    first: str = parent.get("thread_ts", thread_ts)
    return first


def with_ids(blocks: list[Json]) -> list[Json]:
    """Slack gives each block and each interactive element an id when the app did not."""
    found = deepcopy(blocks)
    for block in found:
        block.setdefault("block_id", random_id())
        inner = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        for element in inner if block["type"] in {"actions", "section", "input"} else ():
            if isinstance(element, dict) and element.get("type") != "image":
                element.setdefault("action_id", random_id())
    return found


def change(state: State, channel: Channel, ts: str, changes: Json, *, by: str) -> Json:
    """Replace fields of a message. `None` leaves a field, an empty value removes it.

    As in Slack, a message changed by blocks is not marked as edited.
    """
    before = state.message(channel, ts)
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    after = deepcopy(before)
    for key in MESSAGE_FIELDS:
        if changes.get(key) is not None:
            after[key] = with_ids(changes[key]) if key == "blocks" else changes[key]
            if not after[key] and key != "text":
                del after[key]
    if after != before:
        if not changes.get("blocks"):
            after["edited"] = {"user": by, "ts": f"{int(state.clock())}.000000"}
        channel.put(after)
        state.emit(_changed(state, channel, after, before))
    return after


def _changed(state: State, channel: Channel, after: Json, before: Json) -> Json:
    event = _hidden(state, channel, "message_changed")
    return event | {"message": deepcopy(channel.shown(after)), "previous_message": deepcopy(before)}


def _hidden(state: State, channel: Channel, subtype: str) -> Json:
    ts = f"{state.clock():.6f}"
    return {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": channel.id,
        "channel_type": channel.channel_type,
        "ts": ts,
        "event_ts": ts,
    }


def take_back(state: State, channel: Channel, ts: str) -> None:
    """Delete a message; the first one of a thread leaves a tombstone, so that its replies stay readable."""
    message = state.message(channel, ts)
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if channel.replies(ts):
        tomb = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "hidden": True, "ts": ts}
        tomb |= {"text": "This message was deleted.", "thread_ts": ts}
        channel.put(tomb)
        state.emit(_changed(state, channel, tomb, message))
        return
    channel.remove(ts)
    event = _hidden(state, channel, "message_deleted")
    state.emit(event | {"deleted_ts": ts, "previous_message": deepcopy(message)})


def react(state: State, channel: Channel, ts: str, name: str, user: User) -> None:
    message = state.message(channel, ts)
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    reactions = message.setdefault("reactions", [])
    found = next((r for r in reactions if r["name"] == name), None)
    if found is None:
        reactions.append({"name": name, "users": [user.id], "count": 1})
    elif user.id in found["users"]:
        raise SlackRefusal("already_reacted")
    else:
        found["users"].append(user.id)
        found["count"] += 1
    state.emit(_reaction(state, channel, message, name, user, "reaction_added"))


def unreact(state: State, channel: Channel, ts: str, name: str, user: User) -> None:
    message = state.message(channel, ts)
    reactions = message.get("reactions", [])
    found = next((r for r in reactions if r["name"] == name and user.id in r["users"]), None)
    if found is None:
        raise SlackRefusal("no_reaction")
    found["users"].remove(user.id)
    found["count"] -= 1
    if not found["users"]:
        reactions.remove(found)
    state.emit(_reaction(state, channel, message, name, user, "reaction_removed"))


def _reaction(state: State, channel: Channel, message: Json, name: str, user: User, kind: str) -> Json:
    return {
        "type": kind,
        "user": user.id,
        "reaction": name,
        "item": {"type": "message", "channel": channel.id, "ts": message["ts"]},
        "item_user": message.get("user", ""),
        "event_ts": f"{state.clock():.6f}",
    }


def whisper(state: State, channel: Channel, author: User, reader: str, **fields: Any) -> Json:
    """A message that only `reader` sees; it is in no history."""
    message: Json = {"type": "message", "user": author.id, "text": "", "ts": state.new_ts(channel)}
    message |= {key: value for key, value in fields.items() if value}
    message |= authorship(state, author)
    message |= {"channel": channel.id, "is_ephemeral": True, "reader": reader}
    if message.get("blocks"):
        message["blocks"] = with_ids(message["blocks"])
    state.ephemeral[message["ts"]] = message
    state.emit({"type": "page_ephemeral", "message": message})
    return message


def hush(state: State, ts: str) -> None:
    """Remove an ephemeral message."""
    if message := state.ephemeral.pop(ts, None):
        state.emit({"type": "page_ephemeral_gone", "channel": message["channel"], "ts": ts})
