"""Clock times that people write, resolved to moments.

A written time has no date and often no zone. The zone comes from the text beside it, else from the channel
(`channel_zone`); the date is the one that puts the moment nearest before the message that says it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_FIXED_HOURS: dict[str, float] = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "EEST": 3,
    "MSK": 3, "IST": 5.5, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "BRT": -3, "ART": -3, "CLT": -4,
}  # fmt: skip
_REGIONS = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}

ZONE_NAMES = tuple(sorted([*_FIXED_HOURS, *_REGIONS], key=len, reverse=True))
_ZONE = "|".join(ZONE_NAMES)
ZONE_WORD = re.compile(rf"\b({_ZONE})\b")
WRITTEN = re.compile(
    rf"""
    (?P<date>\d{{4}}-\d\d-\d\d[T\ ])?
    (?<![\d:./+])(?P<hour>[01]?\d|2[0-4])
    (?:(?P<sep>[:.h])(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:[.,]\d+)?)?)?
    (?![\d:%]|[.,]\d)
    (?:\s?(?P<half>[ap]\.?m\b\.?))?
    (?:\s?(?P<german>Uhr|hrs|h)\b)?
    (?:\s?(?P<zone>(?:{_ZONE})\b)|(?(date)(?P<offset>[+-]\d\d:?\d\d\b)))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_AHEAD = re.compile(r"(?:\b(?:until|till|by|eta|bis|hasta|deadline|every|each|max|timeout)\b\W*)$", re.IGNORECASE)
_YESTERDAY = re.compile(r"\b(?:yesterday|last (?:night|evening)|gestern|ayer|anoche)\b", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:\b(?:about|around|approx\.?|roughly|circa|ca\.?|gegen|ungefähr|sobre|hacia|aprox\.?)|~)\s*(?:las\s*)?$",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"\b(?P<part>five|ten|quarter|twenty|half|\d{1,2}) (?P<side>past|to|after|before) "
    r"(?P<hour>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|midnight|noon)\b|\b(?P<alone>midnight|noon|mitternacht|medianoche)\b",
    re.IGNORECASE,
)
_SPOKEN_HOURS = {
    name: number
    for number, name in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
} | {"midnight": 0, "noon": 12, "mitternacht": 0, "medianoche": 0}
_SPOKEN_MINUTES = {"five": 5, "ten": 10, "quarter": 15, "twenty": 20, "half": 30}
_DAY = timedelta(days=1)
_HOURS_OFF = 14
_FUTURE_SLACK = timedelta(minutes=3)
_ABOUT_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Clock:
    """A written time. `start` and `end` are its place in the text; `uncertainty_s` how far off it may be."""

    at: datetime
    start: int
    end: int
    uncertainty_s: int
    zoned: bool


def moment(ts: str) -> datetime:
    """Slack's message ts as a moment in UTC."""
    return datetime.fromtimestamp(float(ts), UTC)


def zone_named(name: str) -> tzinfo | None:
    """The zone of an abbreviation, in any case, or None. "PT" follows daylight saving, "PST" does not."""
    upper = name.upper()
    if upper in _REGIONS:
        return iana_zone(_REGIONS[upper])
    hours = _FIXED_HOURS.get(upper)
    return None if hours is None else timezone(timedelta(hours=hours))


def iana_zone(name: str | None) -> tzinfo | None:
    """The zone of an IANA name, or None where it is unknown to this machine."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def offset_zone(written: str) -> tzinfo | None:
    """The zone of "+02:00" or "-0700"; None for what no clock on earth shows."""
    digits = written[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > _HOURS_OFF or minutes > 59:
        return None
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if written[0] == "-" else shift)


def _day_of(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written[:10]) if written else None
    except ValueError:
        return None


def _is_clock(match: re.Match[str]) -> bool:
    """A bare number is a time only with am/pm or Uhr; "20.15" and "20h15" only with Uhr or as hours."""
    if match["half"]:
        return int(match["hour"]) <= 12
    if match["minute"] is None:
        return bool(match["german"]) and match["german"].lower() == "uhr"
    if match["sep"] == ".":
        return bool(match["german"])
    return len(match["hour"]) == 2 or bool(match["zone"]) or match["sep"] != "h"


def _hour(match: re.Match[str]) -> int:
    hour = int(match["hour"]) % 24
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower().startswith("p") else 0)
    return hour


def _resolve(
    hour: int, minute: int, second: int, zone: tzinfo, said_at: datetime, *, day: date | None, back: bool
) -> datetime:
    local = said_at.astimezone(zone)
    if day is not None:
        return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    found = local.replace(hour=hour, minute=minute, second=second, microsecond=0)
    if back or found > local + _FUTURE_SLACK:
        found -= _DAY
    return found.astimezone(UTC)


def clocks(text: str, said_at: datetime, zone: tzinfo) -> list[Clock]:
    """The times written in a text, in order, in UTC. Times ahead ("until 06:30", "ETA 14:00") are left out."""
    found = []
    back = bool(_YESTERDAY.search(text))
    for match in WRITTEN.finditer(text):
        before = text[max(0, match.start() - 20) : match.start()]
        if not _is_clock(match) or _AHEAD.search(before):
            continue
        own = zone_named(match["zone"]) if match["zone"] else offset_zone(match["offset"]) if match["offset"] else None
        day = _day_of(match["date"])
        at = _resolve(
            _hour(match), int(match["minute"] or 0), int(match["second"] or 0), own or zone, said_at, day=day, back=back
        )
        off = 1 if match["second"] else _ABOUT_SECONDS if _ABOUT.search(before) else 60
        found.append(Clock(at, match.start(), match.end(), off, own is not None))
    return found or _spoken(text, said_at, zone)


def _spoken(text: str, said_at: datetime, zone: tzinfo) -> list[Clock]:
    """ "five past two": the nearest such time before the message, on a twelve-hour dial."""
    found = []
    for match in _SPOKEN.finditer(text):
        hour = _SPOKEN_HOURS[(match["hour"] or match["alone"]).lower()]
        part = (match["part"] or "0").lower()
        minutes = _SPOKEN_MINUTES.get(part, int(part) if part.isdigit() else 0)
        total = hour * 60 + (minutes if (match["side"] or "past").lower() in {"past", "after"} else -minutes)
        dial = [total] if match["alone"] else [total, total + 720]
        options = [_resolve(m // 60 % 24, m % 60, 0, zone, said_at, day=None, back=False) for m in dial]
        found.append(Clock(max(options), match.start(), match.end(), _ABOUT_SECONDS // 3, zoned=False))
    return found


def channel_zone(said: Sequence[tuple[str, datetime]], people: Sequence[str | None] = ()) -> tzinfo:
    """The zone that unlabelled times of a channel are in.

    The zone most often written wins. Without one, the zone (UTC, the people's, any whole hour) that puts most
    written times just before the message that says them; UTC when nothing tells.
    """
    named = Counter(match.upper() for text, _ in said for match in ZONE_WORD.findall(text))
    for name, _count in named.most_common(1):
        zone = zone_named(name)
        if zone is not None:
            return zone
    written = [(text, at) for text, at in said if re.search(r"\d:\d\d", text)]
    own = [zone for zone in map(iana_zone, dict.fromkeys(people)) if zone is not None]
    hours: list[tzinfo] = [timezone(timedelta(hours=hour)) for hour in range(-11, 15)]
    options: list[tzinfo] = [UTC, *own, *hours]
    scores = [_just_before(written, zone) for zone in options]
    best = max(range(len(options)), key=lambda index: scores[index])
    return options[best] if scores[best] >= 2 and scores[best] >= 2 * scores[0] else UTC


def _just_before(written: Sequence[tuple[str, datetime]], zone: tzinfo) -> int:
    gaps = (at - clock.at for text, at in written for clock in clocks(text, at, zone) if not clock.zoned)
    return sum(timedelta(0) <= gap <= timedelta(minutes=25) for gap in gaps)
