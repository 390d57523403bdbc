"""When a channel says that its incident is over. Pure: the same event always gives the same decision.

A start too early costs more than a start too late (the command and the archive still come), so words that deny,
ask or look ahead ("not resolved", "to be closed") and words about other things ("connection closed",
"alert resolved") do not count, and people's ordinary messages never do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.errors import SettingsError
from bot.nouns.request import ReviewRequest, Trigger

Json = dict[str, Any]

_TOPIC_KEYS = {
    "channel_topic": "topic",
    "group_topic": "topic",
    "channel_purpose": "purpose",
    "group_purpose": "purpose",
    "channel_name": "name",
    "group_name": "name",
}
_TEXT_KEYS = frozenset({"text", "title", "pretext", "fallback", "value"})

_CLAUSE = re.compile(r"[.;|\n()–—•]+\s*|\s+-+\s+|(?<=[!?])\s*")
_WORD = re.compile(r"[\w']+")
_DENIES = re.compile(
    r"^(?:not|never|no|without|cannot|\w+n't|yet|un|until|till|unless|when|once|if|before|to|be|being|get|getting"
    r"|will|would|should|could|can|may|might|must|almost|nearly|partly|partially|half|hopefully|expect|expected"
    r"|eta|pending|awaiting|waiting|needs?|reopened)$",
    re.IGNORECASE,
)
_OTHER_THING = re.compile(
    r"^(?:connections?|sockets?|streams?|sessions?|ports?|files?|pools?|tickets?|prs?|mrs?|requests?|alerts?|alarms?"
    r"|monitors?|checks?|dns|names?|hostnames?|hosts?|address(?:es)?|loops?|handles?|threads?|polls?|tasks?|fail)$",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"^[\s:=*_~]*(?:no\s*$|(?:false|not|none|n/a|yet|pending|tbd|to|by\s+peer|beta|loop|source|connections?|captions?"
    r"|(?:the|an?)\s+(?!incident|outage|issue|sev|inc))\b)",
    re.IGNORECASE,
)
_INCIDENT = re.compile(r"\b(?:incidents?|outage|milestone|inc-?\d+|sev\W?\d)\b|#\d+\b", re.IGNORECASE)
_SUBJECT_STARTS = re.compile(r"[:,\[\]/>*]")  # "connection errors: resolved" is about the errors' incident
_LOOK_BACK = 4  # words before the match that may deny it


@dataclass(frozen=True)
class Signal:
    """A channel event that says "over"; whether the channel is an incident's is decided by its name."""

    channel_id: str
    trigger: Literal["resolved", "archived"]
    name: str | None = None  # where the event itself carries it


@dataclass(frozen=True)
class ResolveRules:
    """The operator's rules. Patterns are searched without regard to case."""

    incident_channels: re.Pattern[str]
    resolved: re.Pattern[str]
    review_channel: str | None = None
    allow_shared: bool = False

    @classmethod
    def from_patterns(
        cls, incident_channels: str, resolved: str, *, review_channel: str | None = None, allow_shared: bool = False
    ) -> "ResolveRules":
        """Raises SettingsError for a pattern that is no regular expression."""
        return cls(
            incident_channels=_compiled("incident_channels", incident_channels),
            resolved=_compiled("resolved_pattern", resolved),
            review_channel=review_channel or None,
            allow_shared=allow_shared,
        )

    def signal(self, event: Json) -> Signal | None:
        """What an event says, before its channel is known."""
        kind, channel = event.get("type"), event.get("channel")
        if kind == "channel_archive" and isinstance(channel, str):
            return Signal(channel, "archived")
        if kind in {"channel_rename", "group_rename"} and isinstance(channel, dict):
            name = str(channel.get("name") or "")
            return Signal(str(channel["id"]), "resolved", name) if self.says_resolved(_spaced(name)) else None
        if kind == "message" and isinstance(channel, str) and self._message_says_so(event):
            return Signal(channel, "resolved", str(event["name"]) if event.get("name") else None)
        return None

    def decide(self, event: Json, channel_name: str, *, now: datetime | None = None) -> ReviewRequest | None:
        """The review that an event in the channel of that name asks for; None for nearly all events.

        The id is the same for every event of a channel, so the first one starts the review and the rest do nothing.
        """
        signal = self.signal(event)
        if signal is None or not self.incident_channels.search(channel_name):
            return None
        if signal.trigger == "archived" and not self.review_channel:
            return None  # there is no place to post it
        return ReviewRequest(
            id=request_id(signal.channel_id),
            channel_id=signal.channel_id,
            channel_name=channel_name,
            trigger=signal.trigger,
            post_channel=(self.review_channel or "") if signal.trigger == "archived" else signal.channel_id,
            requested_at=now,
        )

    def says_resolved(self, text: str) -> bool:
        """Whether a topic, a name or a bot's sentence states that something is over."""
        return any(
            self._stands(clause, match)
            for clause in _CLAUSE.split(text)
            if not clause.rstrip().endswith("?")
            for match in self.resolved.finditer(clause)
        )

    def _message_says_so(self, event: Json) -> bool:
        subtype = event.get("subtype")
        if key := _TOPIC_KEYS.get(str(subtype)):
            text = str(event.get(key) or "")
            return self.says_resolved(_spaced(text) if key == "name" else text)
        if event.get("hidden") or not (subtype == "bot_message" or (subtype is None and event.get("bot_id"))):
            return False
        text = "\n".join(_texts(event))
        return bool(_INCIDENT.search(text)) and self.says_resolved(text)

    def _stands(self, clause: str, match: re.Match[str]) -> bool:
        before = clause[: match.start()].replace("’", "'")
        if any(_DENIES.match(word) for word in _WORD.findall(before)[-_LOOK_BACK:]):
            return False
        if any(_OTHER_THING.match(word) for word in _WORD.findall(_SUBJECT_STARTS.split(before)[-1])[-2:]):
            return False
        return not _TAKEN_BACK.match(clause[match.end() :])


def request_id(channel_id: str, revision: int = 1) -> str:
    """The durable id of a channel's review."""
    return f"review:{channel_id}:r{revision}"


def review_request(channel_id: str, name: str, trigger: Trigger, **details: Any) -> ReviewRequest:
    """The first revision's request; the desk chooses a later revision for a rerun."""
    return ReviewRequest(
        id=request_id(channel_id), channel_id=channel_id, channel_name=name, trigger=trigger, **details
    )


def _compiled(key: str, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise SettingsError(f"{key} is not a regular expression: {error}") from error


def _spaced(name: str) -> str:
    """Channel names join their words with - and _, which hide a word's borders."""
    return re.sub(r"[-_]+", " ", name)


def _texts(part: Any) -> Iterator[str]:
    """Every text that a bot's message shows: its own, its attachments', its blocks'."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in _TEXT_KEYS and isinstance(value, str):
                yield value
            elif isinstance(value, dict | list):
                yield from _texts(value)
    elif isinstance(part, list):
        for item in part:
            yield from _texts(item)
