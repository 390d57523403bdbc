"""chat.*: posts by the bot."""

import json
from typing import Any

from bot.workspace import channel_life, limits, talk
from bot.workspace.methods.call import Call, Method
from bot.workspace.refusal import SlackRefusal
from bot.workspace.state import Channel, Json


def post_message(call: Call) -> Json:
    call.need("chat:write")
    channel = _target(call)
    content = _content(call)
    thread_ts = call.text("thread_ts") or None
    broadcast = "thread_broadcast" if thread_ts and call.flag("reply_broadcast") else None
    message = talk.say(call.state, channel, call.bot, thread_ts=thread_ts, subtype=broadcast, **content)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def update(call: Call) -> Json:
    call.need("chat:write")
    channel = call.channel()
    ts = call.required("ts", "message_not_found")
    _own(call, channel, ts, "cant_update_message")
    content = _content(call, now=call.state.message(channel, ts))
    after = talk.change(call.state, channel, ts, content, by=call.app.user_id)
    return {"channel": channel.id, "ts": ts, "text": after["text"], "message": after}


def delete(call: Call) -> Json:
    call.need("chat:write")
    channel = call.channel()
    ts = call.required("ts", "message_not_found")
    _own(call, channel, ts, "cant_delete_message")
    talk.take_back(call.state, channel, ts)
    return {"channel": channel.id, "ts": ts}


def post_ephemeral(call: Call) -> Json:
    call.need("chat:write")
    channel = call.joined()
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    reader = call.required("user", "user_not_found")
    if reader not in channel.members:
        raise SlackRefusal("user_not_in_channel")
    content = _content(call)
    message = talk.whisper(call.state, channel, call.bot, reader, thread_ts=call.text("thread_ts") or None, **content)
    return {"message_ts": message["ts"]}


def get_permalink(call: Call) -> Json:
    channel = call.channel()
    message = call.state.message(channel, call.required("message_ts", "message_not_found"))
    return {"channel": channel.id, "permalink": call.state.permalink(channel, message)}


def _target(call: Call) -> Channel:
    """A channel that the bot is in, or a person: then the direct conversation."""
    wanted = call.required("channel", "channel_not_found")
    if wanted.startswith("U"):
        if wanted not in call.state.users:
            raise SlackRefusal("channel_not_found")
        return channel_life.direct(call.state, call.state.users[wanted], call.bot)
    return call.joined()


def _own(call: Call, channel: Channel, ts: str, error: str) -> None:
    if call.state.message(channel, ts).get("bot_id") != call.app.bot_id:
        raise SlackRefusal(error)


def _content(call: Call, now: Json | None = None) -> dict[str, Any]:
    """Checked text, blocks, attachments and metadata. `now` is the message that an update changes.

    An update that sends text alone keeps the attachments and takes the blocks away, as Slack documents it.
    """
    text, blocks, attachments = call.text("text"), structure(call, "blocks"), structure(call, "attachments")
    if markdown := call.text("markdown_text"):
        if text or blocks:
            raise SlackRefusal("markdown_text_conflict")
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    kept = bool(now) and not text and call.args.get("text") is None
    limits.check_message(text or (str(now["text"]) if now and kept else ""), blocks, attachments)
    if now is not None and blocks is None and text:
        blocks = []
    content = {"blocks": blocks, "attachments": _numbered(attachments), "metadata": _metadata(call)}
    return content | ({"text": None} if kept else {"text": text})


def _numbered(attachments: Any) -> Any:
    if not isinstance(attachments, list):
        return attachments
    return [{"id": index, "fallback": a.get("text", ""), **a} for index, a in enumerate(attachments, start=1)]


def _metadata(call: Call) -> Json | None:
    found = structure(call, "metadata")
    if found is None:
        return None
    if not isinstance(found, dict) or not found.get("event_type") or "event_payload" not in found:
        raise SlackRefusal("invalid_metadata_format")
    return found


def structure(call: Call, key: str) -> Any:
    """A list or object: JSON in a form or query, or the value itself in a JSON body."""
    value = call.args.get(key)
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return json.loads(value)
    except ValueError:
        raise SlackRefusal(f"invalid_{key}_format") from None


METHODS: dict[str, Method] = {
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
    "chat.getPermalink": get_permalink,
}
