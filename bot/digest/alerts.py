"""Reading bot posts: what is an alert, an all-clear, a topic change, or noise."""

import re
from typing import Literal

from bot.nouns.incident import CleanMessage

Kind = Literal["alert", "clear", "topic", "bot", "said", "noise"]

_NOISE_SUBTYPES = frozenset(
    [
        "channel_join",
        "channel_leave",
        "group_join",
        "group_leave",
        "channel_name",
        "channel_purpose",
        "channel_archive",
        "channel_unarchive",
        "pinned_item",
        "unpinned_item",
        "bot_add",
        "bot_remove",
        "reminder_add",
        "channel_convert_to_private",
    ]
)
_TOPIC_SUBTYPES = frozenset({"channel_topic", "group_topic"})
_CLEAR_WORDS = re.compile(
    r"\[?\b(?:resolved|recovered|cleared|back to normal|ok again|behoben|wieder (?:ok|normal)|resuelt[oa]|recuperad[oa])\b|^\W*OK\b",
    re.IGNORECASE,
)
_ALERT_WORDS = re.compile(
    r"\b(?:firing|triggered|alert|alarm|critical|page|incident opened|down|threshold|breach|slo|ausgelöst|alarma|alerta)\b",
    re.IGNORECASE,
)
_TOPIC_TEXT = re.compile(r"(?:set the (?:channel )?topic(?: to)?|topic)\s*:?\s*(.*)", re.IGNORECASE | re.DOTALL)
_RED = re.compile(r"#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$", re.IGNORECASE)


def kind_of(message: CleanMessage) -> Kind:
    """What a message is to the timeline. Colours decide for cards, words only where there is no colour."""
    if message.subtype in _NOISE_SUBTYPES:
        return "noise"
    if message.subtype in _TOPIC_SUBTYPES:
        return "topic"
    if not message.is_bot:
        return "said" if shown(message) else "noise"
    shades = {shade(card.color) for card in message.cards}
    text = shown(message)
    if "good" in shades or ("bad" not in shades and _CLEAR_WORDS.search(text[:200])):
        return "clear"
    if "bad" in shades or _ALERT_WORDS.search(text):
        return "alert"
    return "bot" if text else "noise"


def shade(color: str | None) -> str:
    """ "bad", "good" or "" for Slack's colour names and hex codes (red or amber, green)."""
    if color in {"danger", "warning"}:
        return "bad"
    if color == "good":
        return "good"
    match = _RED.match(color or "")
    if not match:
        return ""
    red, green, blue = (int(part, 16) for part in match.groups())
    if red > 1.3 * green and red > 1.3 * blue:
        return "bad"
    if red > 150 and green > 100 and blue < 0.6 * green:
        return "bad"
    return "good" if green > 1.2 * red and green > blue else ""


def is_urgent(message: CleanMessage) -> bool:
    """A red card, or an alert that says that somebody was paged."""
    if any(card.color != "warning" and shade(card.color) == "bad" for card in message.cards):
        return True
    return kind_of(message) == "alert" and not any(card.color == "warning" for card in message.cards)


def shown(message: CleanMessage) -> str:
    """Text, cards and fields of a message as one text; a topic change shows the topic alone."""
    text = message.text
    if message.subtype in _TOPIC_SUBTYPES:
        match = _TOPIC_TEXT.search(text)
        return match.group(1).strip() if match else text
    parts = [text]
    for card in message.cards:
        parts.append(". ".join(part for part in (card.title, card.text) if part and part not in text))
        parts.extend(f"{name}: {value}" for name, value in card.fields)
    return "\n".join(part for part in parts if part).strip()
