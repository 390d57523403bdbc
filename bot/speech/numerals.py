"""Numbers in words, American style without "and": `num2words` with the reading that engineers use around it."""

import re
from functools import cache

from num2words import num2words

_MOST_DIGITS = 15  # longer runs are identifiers, and are read digit by digit
_MOST_SPOKEN = 24  # and beyond that nobody listens
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _plain(words: str) -> str:
    return words.replace(" and ", " ").replace(",", "").replace("-", " ")


@cache
def _word(number: int, to: str = "cardinal") -> str:
    return _plain(str(num2words(number, to=to)))


def digits(text: str) -> str:
    """Digit by digit: "007" -> "zero zero seven"."""
    if len(text) > _MOST_SPOKEN:
        return "a long number"
    return " ".join(_word(int(digit)) for digit in text)


def cardinal(text: str) -> str:
    """A number as written, with or without thousands commas and decimals: "1,041" or "99.95"."""
    whole, _, fraction = text.replace(",", "").partition(".")
    if len(whole) > _MOST_DIGITS or (len(whole) > 1 and whole.startswith("0")):
        said = digits(whole)
    else:
        said = _word(int(whole or "0"))
    return f"{said} point {digits(fraction)}" if fraction else said


def ordinal(text: str) -> str:
    """The ordinal of a whole number: "2" -> "second"."""
    whole = text.replace(",", "")
    return _word(int(whole), "ordinal") if len(whole) <= _MOST_DIGITS else digits(whole)


def year(text: str) -> str:
    """Four digits as a year: "2025" -> "twenty twenty five"."""
    return _word(int(text), "year")


def month(number: int) -> str:
    """The English name of month 1 to 12."""
    return _MONTHS[number - 1]


def version(text: str, dot: str = "point") -> str:
    """Dotted parts, each a whole number: "1.24.3" -> "one point twenty four point three"."""
    return f" {dot} ".join(cardinal(part) for part in text.split("."))


def _two_digits(text: str) -> str:
    """Minutes or the tail of a status code: "05" -> "oh five", "00" -> "hundred"."""
    if text == "00":
        return "hundred"
    return f"oh {_word(int(text))}" if text.startswith("0") else _word(int(text))


def status_code(text: str) -> str:
    """A three-digit code as people say it: "503" -> "five oh three", "429" -> "four twenty nine"."""
    return f"{_word(int(text[0]))} {_two_digits(text[1:])}"


def clock(text: str, *, half_day: bool = False) -> str:
    """A time of day "H:MM" or "H:MM:SS.f"; `half_day` when AM or PM follows.

    "14:05" -> "fourteen oh five", "00:18" -> "zero zero eighteen", "00:00" -> "midnight".
    """
    hours, minutes, *seconds = re.split(r"[:.,]", text)
    said = _hours_and_minutes(hours, minutes, half_day=half_day)
    if seconds and int(seconds[0]):
        return f"{said} and {plural(int(seconds[0]), 'second', 'seconds')}"
    return said


def _hours_and_minutes(hours: str, minutes: str, *, half_day: bool) -> str:
    hour = int(hours)
    if half_day:
        return _word(hour) if minutes == "00" else f"{_word(hour)} {_two_digits(minutes)}"
    if hour == 0 and minutes == "00":
        return "midnight"
    start = "zero zero" if hour == 0 else f"oh {_word(hour)}" if hours.startswith("0") else _word(hour)
    return f"{start} {_two_digits(minutes)}"


def plural(number: int, one: str, many: str) -> str:
    """A count with its noun: (1, "second", "seconds") -> "one second"."""
    return f"{_word(number)} {one if number == 1 else many}"
