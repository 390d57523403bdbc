"""Numbers with their units, as people and logs write them."""

import re
from dataclasses import dataclass

from bot.review.lexicon import word_list

_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "week": 604800.0}
_DURATION = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds", "msec"), "ms"),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten", "minutos"), "min"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "stunden", "horas"), "h"),
    **dict.fromkeys(("d", "day", "days", "tage", "días"), "d"),
    **dict.fromkeys(("week", "weeks"), "week"),
}
_BYTES = {"kb", "mb", "gb", "tb", "kib", "mib", "gib", "tib", "k", "bytes"}
_NUMBER = r"(?<![\w.:/-])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_QUANTITY = re.compile(_NUMBER + r"(?:\s?(%|[^\W\d_]+)(?:\s([^\W\d_]{3,}))?)?(?![\w:]|\.\d)")
_NOT_COUNTED = word_list("not_counted")


_STATUS = re.compile(r"[1-5]\d\d")  # "503s" are answers, not seconds


@dataclass(frozen=True)
class Quantity:
    """`kind` is "duration" (value in seconds), "percent", "size", or "count" (unit is the plural noun that is counted)."""

    value: float
    unit: str
    kind: str
    text: str


def quantities(text: str) -> list[Quantity]:
    """Every number with a unit, in order; clock times, versions and bare numbers are left out."""
    return [found for match in _QUANTITY.finditer(text) if (found := _quantity(match)) is not None]


def _quantity(match: re.Match[str]) -> Quantity | None:
    value, unit = float(match.group(1).replace(",", "")), (match.group(2) or "").lower()
    if not unit or unit in _NOT_COUNTED:
        return None
    if unit == "s" and _STATUS.fullmatch(match.group(1)):
        return None
    if unit == "%":
        return Quantity(value, "%", "percent", f"{match.group(1)}%")
    if unit in _DURATION:
        short = _DURATION[unit]
        return Quantity(value * _SECONDS[short], short, "duration", f"{match.group(1)} {unit}")
    if unit in _BYTES:
        return Quantity(value, unit, "size", f"{match.group(1)} {match.group(2)}")
    return _counted(value, match)


def _counted(value: float, match: re.Match[str]) -> Quantity | None:
    """Only plural nouns are counted: "1,041 nodes", "10 parallel users"."""
    first, second = match.group(2), match.group(3) or ""
    if first.endswith("s"):
        noun = first
    elif second.endswith("s"):
        noun = f"{first} {second}"
    else:
        return None
    return Quantity(value, noun.lower(), "count", f"{match.group(1)} {noun}")


def seconds_in(value_s: float, unit: str) -> float | None:
    """A duration of `value_s` seconds in a playbook unit ("minutes", "seconds", "hours", "ms"); None for others."""
    short = _DURATION.get(unit)
    return round(value_s / _SECONDS[short], 3) if short else None


def spoken_duration(seconds: float) -> str:
    """ "4 hours 12 minutes", "36 minutes", "50 seconds"."""
    if seconds < 90:
        return f"{seconds:.0f} second{'' if round(seconds) == 1 else 's'}"
    minutes = round(seconds / 60)
    if minutes < 120:
        return f"{minutes} minutes"
    if minutes >= 48 * 60:
        days, hours = divmod(round(minutes / 60), 24)
        return f"{days} days" + (f" {hours} hours" if hours else "")
    hours, rest = divmod(minutes, 60)
    return f"{hours} hours" + (f" {rest} minutes" if rest else "")


def number(value: float) -> str:
    """Without a needless ".0", with thousands separated."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,g}"
