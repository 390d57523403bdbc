"""Slack's message objects (conversations.history, an export) to records. Pure: no client, no files.

What Slack changed later counts: an edited message has its last text, a deleted one is gone.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.gather.blocks import blocks_text
from bot.gather.mrkdwn import plain
from bot.nouns.incident import Card, Channel, FileRef, Message, Person, Reaction

Json = dict[str, Any]

_GONE = frozenset({"tombstone", "message_replied", "reply_broadcast"})
_UNREADABLE_MODES = frozenset({"tombstone", "hidden_by_limit", "external"})


def read_people(users: Iterable[Any]) -> tuple[Person, ...]:
    """users.list or users.json; entries without an id are skipped."""
    return tuple(_person(user) for user in users if isinstance(user, dict) and user.get("id"))


def read_channel(raw: Json) -> Channel:
    """conversations.info, or an entry of an export's channels.json."""
    created = raw.get("created")
    return Channel(
        id=str(raw.get("id") or raw.get("name") or ""),
        name=str(raw.get("name") or raw.get("id") or ""),
        topic=_value(raw.get("topic")),
        purpose=_value(raw.get("purpose")),
        created_at=datetime.fromtimestamp(created, tz=UTC) if isinstance(created, int) and created > 0 else None,
        is_private=bool(raw.get("is_private")),
        is_shared=bool(raw.get("is_ext_shared") or raw.get("is_shared")),
        is_archived=bool(raw.get("is_archived")),
    )


def read_messages(
    raw: Iterable[Any],
    people: Iterable[Person],
    *,
    channel_id: str = "",
    workspace_url: str | None = None,
    channels: Mapping[str, str] | None = None,
) -> tuple[Message, ...]:
    """Messages oldest first, thread replies in line, each ts once; what is not a message is skipped.

    `workspace_url` with `channel_id` gives permalinks; `channels` maps ids to names for mentions.
    """
    standing = standing_messages(raw)
    known = {person.id: person for person in people}
    bots = {user for user, person in known.items() if person.is_bot}
    names = {**_profile_names(standing), **{person.id: person.name for person in known.values()}}
    return tuple(
        _message(item, names, channels or {}, bots, permalink(workspace_url, channel_id, item)) for item in standing
    )


def read_files(raw: Iterable[Any]) -> tuple[FileRef, ...]:
    """The files shared in the messages, each id once. `url` is None where Slack no longer gives the content."""
    found: dict[str, FileRef] = {}
    for message in standing_messages(raw):
        for file in _file_dicts(message):
            ref = _file_ref(file, str(message["ts"]))
            found.setdefault(ref.id or ref.name, ref)
    return tuple(found.values())


def read_reply_parents(raw: Iterable[Any]) -> tuple[str, ...]:
    """ts of the messages that have replies, for conversations.replies."""
    return tuple(str(item["ts"]) for item in standing_messages(raw) if item.get("reply_count"))


def standing_messages(raw: Iterable[Any]) -> list[Json]:
    """The messages that stand after edits and deletions, oldest first, each ts once (the last form wins)."""
    kept: dict[str, Json] = {}
    deleted: set[str] = set()
    for item in raw:
        if not isinstance(item, dict):
            continue
        if item.get("subtype") == "message_deleted":
            deleted.add(str(item.get("deleted_ts") or _inner(item, "previous_message").get("ts", "")))
            continue
        message = _inner(item, "message") if item.get("subtype") == "message_changed" else item
        if _stands(message):
            kept[str(message["ts"])] = message
        elif message.get("ts"):
            deleted.add(str(message["ts"]))
    return sorted((item for ts, item in kept.items() if ts not in deleted), key=lambda item: ts_order(str(item["ts"])))


def ts_order(ts: str) -> tuple[int, int]:
    """Sort key of a Slack ts; floats would lose the last digits."""
    seconds, _, micros = ts.partition(".")
    return int(seconds), int(micros.ljust(6, "0")[:6] or 0)


def permalink(workspace_url: str | None, channel_id: str, raw: Json) -> str | None:
    """The link that chat.getPermalink would give, without the call. None when the workspace is not known."""
    if not workspace_url or not channel_id:
        return None
    ts = str(raw["ts"])
    link = f"{workspace_url.rstrip('/')}/archives/{channel_id}/p{ts.replace('.', '')}"
    parent = raw.get("thread_ts")
    return link if not parent or parent == ts else f"{link}?thread_ts={parent}&cid={channel_id}"


def _stands(message: Json) -> bool:
    ts = str(message.get("ts") or "")
    number = ts.replace(".", "", 1)
    return (
        number.isascii()
        and number.isdigit()
        and message.get("type", "message") == "message"
        and message.get("subtype") not in _GONE
        and not message.get("hidden")
        and not message.get("is_ephemeral")
    )


def _message(
    raw: Json, names: Mapping[str, str], channels: Mapping[str, str], bots: set[str], link: str | None
) -> Message:
    user = _str(raw.get("user"))
    is_bot = raw.get("subtype") == "bot_message" or bool(raw.get("bot_id")) or user in bots
    return Message(
        ts=str(raw["ts"]),
        text=_text(raw, names, channels, is_bot=is_bot),
        user=user or _str(raw.get("bot_id")) or None,
        author=_author(raw, names),
        is_bot=is_bot,
        subtype=_str(raw.get("subtype")) or None,
        thread_ts=_str(raw.get("thread_ts")) or None,
        cards=tuple(_card(card, names) for card in _dicts(raw.get("attachments"))),
        reactions=tuple(_reaction(item) for item in _dicts(raw.get("reactions")) if item.get("name")),
        files=tuple(_file_ref(file, str(raw["ts"])).name for file in _file_dicts(raw)),
        edited=bool(raw.get("edited")),
        permalink=link,
    )


def _text(raw: Json, names: Mapping[str, str], channels: Mapping[str, str], *, is_bot: bool) -> str:
    """People's text is complete; a bot's is often a short fallback for its blocks."""
    text = plain(_str(raw.get("text")), names, channels).strip()
    if text and not is_bot:
        return text
    shown = blocks_text(raw.get("blocks"), names).strip()
    if not shown or shown in text:
        return text
    return shown if text in shown else f"{text}\n{shown}"


def _author(raw: Json, names: Mapping[str, str]) -> str:
    user = _str(raw.get("user"))
    if raw.get("username"):  # an app that posts under its own name
        return _str(raw["username"])
    if names.get(user):
        return names[user]
    profile = _inner(raw, "bot_profile")
    return _str(profile.get("name")) or user or names.get(_str(raw.get("bot_id"))) or _str(raw.get("bot_id"))


def _card(raw: Json, names: Mapping[str, str]) -> Card:
    title, pretext, body = (plain(_str(raw.get(key)), names).strip() for key in ("title", "pretext", "text"))
    text = "\n".join(part for part in (pretext, body, blocks_text(raw.get("blocks"), names)) if part)
    if not title and not text:
        text = plain(_str(raw.get("fallback")), names).strip()
    fields = tuple(
        (plain(_str(item.get("title")), names), plain(_str(item.get("value")), names))
        for item in _dicts(raw.get("fields"))
    )
    return Card(title=title, text=text, color=_str(raw.get("color")) or None, fields=fields)


def _reaction(raw: Json) -> Reaction:
    count = raw.get("count")
    return Reaction(name=str(raw["name"]), count=count if isinstance(count, int) else len(raw.get("users") or []))


def _file_dicts(raw: Json) -> list[Json]:
    """`files`, or `file` as older exports have it."""
    return _dicts(raw.get("files")) or _dicts([raw.get("file")])


def _file_ref(raw: Json, message_ts: str) -> FileRef:
    gone = raw.get("mode") in _UNREADABLE_MODES or raw.get("is_external") or raw.get("file_access") == "access_denied"
    size = raw.get("size")
    return FileRef(
        id=_str(raw.get("id")),
        name=_str(raw.get("name")) or _str(raw.get("title")) or _str(raw.get("id")) or "unnamed",
        mimetype=_str(raw.get("mimetype")),
        size=size if isinstance(size, int) else 0,
        message_ts=message_ts,
        url=None if gone else _str(raw.get("url_private_download") or raw.get("url_private")) or None,
    )


def _person(raw: Json) -> Person:
    profile = _inner(raw, "profile")
    return Person(
        id=str(raw["id"]),
        name=_str(profile.get("display_name")) or _str(raw.get("name")) or str(raw["id"]),
        real_name=_str(raw.get("real_name")) or _str(profile.get("real_name")),
        is_bot=bool(raw.get("is_bot")),
        tz=_str(raw.get("tz")) or None,
    )


def _profile_names(messages: Iterable[Json]) -> dict[str, str]:
    """Exports carry the author's profile in the message; it helps where users.json lacks the person."""
    found: dict[str, str] = {}
    for message in messages:
        profile = _inner(message, "user_profile")
        if name := _str(profile.get("display_name")) or _str(profile.get("name")) or _str(profile.get("real_name")):
            found[_str(message.get("user"))] = name
    return found


def _value(raw: Any) -> str:
    return plain(_str(raw.get("value")) if isinstance(raw, dict) else _str(raw), {})


def _inner(raw: Json, key: str) -> Json:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _str(value: Any) -> str:
    return value if isinstance(value, str) else ""
