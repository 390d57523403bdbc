"""Clock times and dates at the start of a line, in the forms that people and tools write."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

_ZONES = {  # hours from UTC; abbreviations are not unique, these are what incident channels mean by them
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "CET": 1, "WEST": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "IST": 5.5,
    "SGT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5,
    "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "BRT": -3,
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONE = (
    rf"(?:\s?(?P<zone>{'|'.join(sorted(_ZONES, key=len, reverse=True))})\b|\s?(?P<offset>[+-]\d{{2}}:?\d{{2}})(?!\d))?"
)
_CLOCK = re.compile(
    r"^[\[(*`\s]*"
    r"(?:(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})[T ,]\s?|"
    r"(?P<named>(?:[A-Za-z]{3,9},?\s)?(?:[A-Za-z]{3,9}\.?\s\d{1,2}(?:st|nd|rd|th)?,?(?:\s\d{4})?|\d{1,2}\s[A-Za-z]{3,9}\.?(?:\s\d{4})?),?\s(?:at\s)?))?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    rf"(?:\s?(?P<half>[AaPp])\.?[Mm]\.?(?![A-Za-z]))?{_ZONE}(?=$|[\s\])*`:,|–—-])[\])*`]*"
)
_ISO = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})[-_./]?(?P<month>0[1-9]|1[0-2])[-_./]?(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
)
_WORDED = re.compile(
    r"(?i)\b(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?\s(?P<month>[a-z]{3,9})\.?,?\s(?P<year>(?:19|20)\d{2})"
    r"|(?P<month2>[a-z]{3,9})\.?\s(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<year2>(?:19|20)\d{2}))\b"
)


class Clock(NamedTuple):
    """A time as written. `day` and `offset` (from UTC) are None where the line does not say them."""

    time: time
    day: date | None = None
    offset: timedelta | None = None

    def on(self, day: date, offset: timedelta) -> datetime:
        """The moment in UTC; `offset` counts where the line has none of its own."""
        local = datetime.combine(day, self.time, tzinfo=UTC)
        return local - (self.offset if self.offset is not None else offset)


def read_clock(line: str) -> tuple[Clock | None, str]:
    """The time at the start of the line, and what follows it; (None, line) where there is none."""
    match = _CLOCK.match(line)
    if match is None:
        return None, line
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] in "Pp" else 0)
    try:
        clock = Clock(time(hour, minute, min(second, 59)), _day(match), _offset(match))
    except ValueError:
        return None, line
    return clock, line[match.end() :]


def date_in(text: str) -> date | None:
    """The first full date in a text: 2024-05-01, 20240501, 1 May 2024, May 1st, 2024."""
    if match := _ISO.search(text):
        return _date(int(match["year"]), int(match["month"]), int(match["day"]))
    if match := _WORDED.search(text):
        month = _month(match["month"] or match["month2"])
        return _date(int(match["year"] or match["year2"]), month, int(match["day"] or match["day2"])) if month else None
    return None


def _day(match: re.Match[str]) -> date | None:
    """Raises ValueError for a date that does not exist, so that the line is no message."""
    if match["year"]:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    return date_in(match["named"]) if match["named"] else None


def _offset(match: re.Match[str]) -> timedelta | None:
    if match["zone"]:
        return timedelta(hours=_ZONES[match["zone"]])
    if not match["offset"]:
        return None
    digits = match["offset"][1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if match["offset"][0] == "-" else size


def _month(word: str) -> int:
    """1 to 12; 0 for a word that is no month."""
    short = word[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
