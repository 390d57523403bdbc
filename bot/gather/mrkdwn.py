"""Slack's mrkdwn to plain text: references resolved, entities decoded, emphasis marks dropped, code kept as written.

Source of the forms: Slack's "Formatting text for app surfaces".
"""

import re
from collections.abc import Mapping

_TOKEN = re.compile(r"<((?:[@#!]|[A-Za-z][A-Za-z0-9+.-]*:)[^<>\n]{1,4000})>")
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_BOLD = re.compile(r"(?<![\w*\\])\*(?=\S)([^*\n`]+?)(?<=\S)\*(?![\w*])")
_ITALIC = re.compile(r"(?<![\w/\\])_(?=\S)([^_\n`]+?)(?<=\S)_(?![\w/])")
_SCHEME = re.compile(r"^(?:https?://|mailto:|tel:)", re.IGNORECASE)


def plain(text: str, names: Mapping[str, str], channels: Mapping[str, str] | None = None) -> str:
    """Plain text of a message. `names` maps user ids to names, `channels` channel ids; unknown ids stay as they are."""
    parts: list[str] = []
    end = 0
    for token in _TOKEN.finditer(text):
        parts.append(_decoded(text[end : token.start()]))
        parts.append(_resolved(token.group(1), names, channels or {}))
        end = token.end()
    parts.append(_decoded(text[end:]))
    return _without_emphasis("".join(parts))


def _decoded(text: str) -> str:
    """Slack escapes three characters only; `&amp;` goes last, or `&amp;lt;` would become `<`."""
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _resolved(token: str, names: Mapping[str, str], channels: Mapping[str, str]) -> str:
    target, _, label = token.partition("|")
    label = _decoded(label)
    if target.startswith("@"):
        return "@" + (names.get(target[1:]) or label or target[1:]).lstrip("@")
    if target.startswith("#"):
        return "#" + (label or channels.get(target[1:]) or target[1:]).lstrip("#")
    if target.startswith("!"):
        return _special(target[1:], label)
    return _link(_decoded(target), label)


def _special(target: str, label: str) -> str:
    """`!here`, `!subteam^S123|@team`, `!date^1392734382^{date}|18 Feb 2014`."""
    kind, _, rest = target.partition("^")
    if kind == "date":
        return label or rest
    return "@" + (label or rest or kind).lstrip("@")


def _link(url: str, label: str) -> str:
    bare = _SCHEME.sub("", url).rstrip("/")
    shown = url if url.lower().startswith("http") else bare
    if not label or label == url or _SCHEME.sub("", label).rstrip("/") == bare:
        return shown
    return f"{label} ({shown})"


def _without_emphasis(text: str) -> str:
    if "*" not in text and "_" not in text:
        return text
    pieces = _CODE.split(text)  # odd pieces are code
    for index in range(0, len(pieces), 2):
        pieces[index] = _ITALIC.sub(r"\1", _BOLD.sub(r"\1", pieces[index]))
    return "".join(pieces)
