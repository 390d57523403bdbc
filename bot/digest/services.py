"""Hosts, services and components that are named, most named first."""

import re
from collections import Counter
from collections.abc import Sequence

from bot.digest.items import Item
from bot.digest.tokens import CODE_BLOCK, WORD

SERVICES_SHOWN = 15
_QUOTED = re.compile(r"`([A-Za-z][\w.-]{2,40})`")
_LOG_NAME = re.compile(r"[a-z]{4,}")
_GENERIC_NAMES = "node host server cron backup automation access error debug sample system messages syslog audit main worker trace dump prod production staging test events metrics output console export report database service"
_LOG_NOUNS = frozenset(_GENERIC_NAMES.split())
_NOT_A_NAME = re.compile(
    r"^(?:\d|v\d|https?|www|.*\.(?:log|gz|jsonl?|txt|csv|md|png|zip|py|go|java)$|.*@|(?:sev|p)-?\d$|utf-?8|x86|ipv\d|.*[:/].*[:/]|[a-z]\d?$|"
    r"re-|pre-|non-|co-|follow-up|post-mortem|e-mail|on-call|roll-?back|fail-?over|read-only|so-called|long-|short-|well-|half-|right-|left-)",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\d+(?:\.\d+)+")
_JOINED = re.compile(r"[A-Za-z][\w]*(?:[-_.][\w]+)+$")
_NUMBERED = re.compile(r"[a-z]{2,}[a-z-]*\d{1,4}$")
_CAMEL = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]+)+$|[A-Z]{2,}[a-z]+[A-Z]\w*$")
_SUFFIX = re.compile(
    r"(?:service|svc|api|worker|gateway|server|db|proxy|queue|cluster|scheduler|controller|agent|cache|store|router|broker|primary|replica)s?$",
    re.IGNORECASE,
)
_ENGLISH_COMPOUND = re.compile(
    r"^[a-z]+-(?:[a-z]{1,3}|based|level|wide|only|free|time|side|made|end|facing|like|ish|term|forward)$"
)


def services_of(items: Sequence[Item]) -> tuple[str, ...]:
    """Names by form (joined, numbered, CamelCase, in backticks) or by the logs, said twice or in an alert; commonest first."""
    stems = {item.line.name.partition(".")[0].lower() for item in items if item.line}
    logged = {word for stem in stems for word in _LOG_NAME.findall(stem)} - _LOG_NOUNS
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for item in items:
        if item.turn is None:
            continue
        prose = CODE_BLOCK.sub(" ", item.text)
        quoted = {word for word in _QUOTED.findall(prose) if is_name(word) or word.isalpha()}
        named = {match.group() for match in WORD.finditer(prose)}
        for word in quoted | {word for word in named if is_name(word) or word.lower() in logged}:
            counts[word.lower()] += 3 if item.kind == "alert" else 1
            shown.setdefault(word.lower(), word)
    names = [name for name, count in counts.most_common(60) if count >= 2]
    whole = [name for name in names if not ("." in name and name.split(".")[0] in names)]
    return tuple(shown[name] for name in whole[:SERVICES_SHOWN])


def is_name(word: str) -> bool:
    """By form alone: "db1", "token-service", "max_conns" is refused as a setting, "TableStore" is a name."""
    if len(word) < 3 or _NOT_A_NAME.match(word) or _VERSION.search(word) or _ENGLISH_COMPOUND.match(word):
        return False
    if "_" in word or "/" in word or ":" in word:
        return False
    return bool(
        _NUMBERED.match(word)
        or _CAMEL.match(word)
        or (_JOINED.match(word) and ("." in word or _SUFFIX.search(word) or any(c.isdigit() for c in word)))
    )
