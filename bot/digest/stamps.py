"""Timestamps of log lines: which form a log uses, and reading it fast.

A log has one form, at one place of the line mostly. Reading is cached by the part down to the minute, because a
log has few minutes and many lines.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from bot.digest.clock import ZONE_NAMES, offset_zone, zone_named

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = r"(?P<h>\d\d):(?P<m>[0-5]\d):(?P<s>\d\d)(?:[.,](?P<f>\d{1,9}))?"
_ZONE = rf"(?:\s?(?P<z>(?:{'|'.join(ZONE_NAMES)})\b|[+-]\d\d:?\d\d\b))?"
FORMS: dict[str, re.Pattern[str]] = {
    "iso": re.compile(rf"(?P<Y>\d{{4}})[-/](?P<M>\d\d)[-/](?P<D>\d\d)[T ]{_CLOCK}{_ZONE}"),
    "access": re.compile(rf"(?P<D>\d\d)/(?P<b>{_MONTH})/(?P<Y>\d{{4}}):{_CLOCK}(?:\s?(?P<z>[+-]\d{{4}}))?"),
    "syslog": re.compile(rf"(?P<b>{_MONTH}) (?P<D>[ \d]\d) (?:(?P<Y>\d{{4}}) )?{_CLOCK}"),
    "klog": re.compile(rf"(?<=[IWEF])(?P<M>\d\d)(?P<D>\d\d) {_CLOCK}"),
    "compact": re.compile(r"(?P<Y>20\d\d)(?P<M>\d\d)(?P<D>\d\d)[T ]?(?P<h>\d\d):?(?P<m>[0-5]\d):?(?P<s>\d\d)"),
    "us": re.compile(
        r"(?P<M>\d{1,2})/(?P<D>\d{1,2})/(?P<Y>\d{4}),? (?P<h>\d{1,2}):(?P<m>[0-5]\d):(?P<s>\d\d)(?: (?P<p>[AP]M))?"
    ),
    "german": re.compile(rf"(?P<D>\d\d)\.(?P<M>\d\d)\.(?P<Y>\d{{4}}) {_CLOCK}"),
    "epoch": re.compile(r"(?<![\d.])(?P<e>1[4-9]\d{8})(?:\.\d+|\d{3}|\d{6}|\d{9})?(?!\d)"),
    "clock": re.compile(rf"(?<![\d:]){_CLOCK}(?!:)"),
}
_CACHE_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time read from a line. `zoned` tells whether the line itself names the zone."""

    seconds: float  # since the epoch; as if UTC when not zoned
    start: int
    end: int
    zoned: bool


class StampReader:
    """Reads the stamps of one log. `near` gives the year or the date that the lines leave out."""

    def __init__(self, form: str, near: datetime, position: int = -1) -> None:
        self.form = form
        self.position = position  # where stamps start when all samples agree, else -1
        self._pattern = FORMS[form]
        self._near = near
        self._minutes: dict[str, float] = {}
        self.zoned = False
        self.anchor = ""  # "[" when stamps follow the first bracket
        self.width = 0  # characters that can be cut from each line; 0 when stamps must be matched one by one
        self.to_minute = 0
        self.minutes: dict[str, int] = {}  # the stamp to the minute -> minutes since the epoch
        self._last = 0.0

    def read(self, line: str) -> Stamp | None:
        """The stamp of a line, or None where it has none."""
        match = self._pattern.match(line, self.position) if self.position >= 0 else None
        if match is None:
            match = self._pattern.search(line, 0, 400)
        if match is None:
            return None
        seconds, zoned = self._seconds(match)
        return Stamp(seconds, match.start(), match.end(), zoned)

    def learn(self, sample: Sequence[str]) -> None:
        """Finds out whether stamps can be cut at a fixed place, or after the first "[", without matching each line."""
        matches = [match for line in sample if (match := self._pattern.search(line, 0, 400))]
        stamps = [stamp for line in sample if (stamp := self.read(line))]
        self.zoned = any(stamp.zoned for stamp in stamps)
        self._last = 0.0
        if self.form in {"clock", "epoch"} or not matches:
            return
        bracketed = all(match.start() == match.string.find("[") + 1 for match in matches)
        if self.position >= 0 or bracketed:
            self.anchor = "[" if self.position < 0 else ""
            self.to_minute = min(match.end("m") - match.start() for match in matches)
            self.width = min(match.end() - match.start() for match in matches)

    def minute(self, line: str, key: str) -> int:
        """Minutes since the epoch for a line whose stamp, cut to the minute, is `key`: -1 where there is no stamp."""
        stamp = self.read(line)
        if stamp is None:
            return -1
        found = int(stamp.seconds // 60)
        if self.width and line[stamp.start : stamp.start + self.to_minute] == key:
            if len(self.minutes) > _CACHE_LIMIT:
                self.minutes.clear()
            self.minutes[key] = found
        return found

    def _seconds(self, match: re.Match[str]) -> tuple[float, bool]:
        groups = match.groupdict()
        if self.form == "epoch":
            return float(groups["e"]), True
        second = int(groups["s"])
        zone = groups.get("z")
        fraction = float("0." + groups["f"]) if groups.get("f") else 0.0
        written = match.string[match.start() : match.start("m") + 2]
        key = f"{written}{zone or ''}{groups.get('p') or ''}"
        base = self._minutes.get(key)
        if base is None:
            if len(self._minutes) > _CACHE_LIMIT:
                self._minutes.clear()
            base = self._minutes[key] = self._minute(groups)
        if self.form == "clock":
            base = self._unwrapped(base)
        return base + min(second, 59) + fraction, bool(zone)

    def _minute(self, groups: dict[str, str | None]) -> float:
        hour = int(groups["h"] or 0) % 24
        if groups.get("p"):
            hour = hour % 12 + (12 if groups["p"] == "PM" else 0)
        day = self._day(groups)
        zone: tzinfo = _zone_of(groups.get("z")) or UTC
        return datetime(day.year, day.month, day.day, hour, int(groups["m"] or 0), tzinfo=zone).timestamp()

    def _day(self, groups: dict[str, str | None]) -> date:
        near = self._near.date()
        if not groups.get("D"):
            return near
        month_name = groups.get("b")
        month = _MONTHS[month_name.lower()] if month_name else int(groups["M"] or 1)
        day = int((groups["D"] or "1").strip())
        if groups.get("Y"):
            return _safe_date(int(groups["Y"] or 0), month, day, near)
        options = [_safe_date(near.year + shift, month, day, near) for shift in (0, -1)]
        ahead = near + timedelta(days=2)
        return next((option for option in options if option <= ahead), options[0])

    def _unwrapped(self, seconds: float) -> float:
        """Times without a date that fall back by more than half a day are the next day."""
        while self._last and seconds < self._last - 43_200:
            seconds += 86_400
        self._last = max(self._last, seconds)
        return seconds


def _safe_date(year: int, month: int, day: int, near: date) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        return near


def _zone_of(written: str | None) -> tzinfo | None:
    if not written:
        return None
    if written[0] in "+-":
        return offset_zone(written)
    return zone_named(written)


def stamp_reader(sample: Sequence[str], near: datetime) -> StampReader | None:
    """The reader of the form that most sample lines have, earliest in the line; None where fewer than a third have one."""
    best: tuple[int, int] = (0, 0)
    form = ""
    for name, pattern in FORMS.items():
        matches = [match for line in sample if (match := pattern.search(line, 0, 400))]
        if not matches:
            continue
        starts = sorted(match.start() for match in matches)
        standing = (len(matches), -starts[len(starts) // 2])
        if standing[0] * 10 > best[0] * 11 or (standing[0] * 10 >= best[0] * 9 and standing[1] > best[1]):
            best, form = standing, name
    if not form or best[0] * 3 < len(sample):
        return None
    found = [match.start() for line in sample if (match := FORMS[form].search(line, 0, 400))]
    reader = StampReader(form, near, found[0] if len(set(found)) == 1 else -1)
    reader.learn(sample)
    return reader
