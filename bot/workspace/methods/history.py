"""conversations.history (newest first) and conversations.replies (oldest first), by cursor or by time."""

from bot.workspace.methods.call import Call, Method
from bot.workspace.refusal import SlackRefusal
from bot.workspace.state import Channel, Json


def history(call: Call) -> Json:
    channel = call.joined("history")
    found = [message for message in reversed(channel.roots()) if _between(call, message["ts"])]
    return _paged(call, channel, found, call.number("limit", 100, 999)) | {"pin_count": 0}


def replies(call: Call) -> Json:
    channel = call.joined("history")
    ts = call.required("ts", "thread_not_found")
    first = channel.messages.get(ts)
    if first is None:
        raise SlackRefusal("thread_not_found")
    if first.get("thread_ts", ts) != ts:
        return _paged(call, channel, [first], 1)
    # The thread's first message comes along whatever the times say.
    rest = [message for message in channel.replies(ts) if _between(call, message["ts"])]
    return _paged(call, channel, [first, *rest], call.number("limit", 1000, 1000))


def _between(call: Call, ts: str) -> bool:
    oldest, latest = _time(call, "oldest"), _time(call, "latest")
    if call.flag("inclusive"):
        return (not oldest or ts >= oldest) and (not latest or ts <= latest)
    return (not oldest or ts > oldest) and (not latest or ts < latest)


def _time(call: Call, key: str) -> str:
    """A bound as ts; people also send whole seconds. "" when there is none."""
    given = call.text(key)
    if given in {"", "0", "now"}:
        return ""
    try:
        seconds, _, fraction = given.partition(".")
        return f"{int(seconds):010d}.{(fraction or '0').ljust(6, '0')[:6]}"
    except ValueError:
        raise SlackRefusal(f"invalid_ts_{key}") from None


def _paged(call: Call, channel: Channel, found: list[Json], limit: int) -> Json:
    page, cursor = call.page(found, limit)
    messages = [_shown(call, channel, message) for message in page]
    more = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
    return {"messages": messages, "has_more": bool(cursor), **more}


def _shown(call: Call, channel: Channel, message: Json) -> Json:
    shown = channel.shown(message)
    if not call.flag("include_all_metadata"):
        shown.pop("metadata", None)
    return shown


METHODS: dict[str, Method] = {"conversations.history": history, "conversations.replies": replies}
