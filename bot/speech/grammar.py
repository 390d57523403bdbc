"""The rules of the spoken form, in order: the first that matches at a place says what stands there."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from bot.speech import numerals, words
from bot.speech.lexicon import (
    ABBREVIATIONS,
    ARROWS,
    COMPARISONS,
    MONEY,
    PER,
    PLACEHOLDERS,
    SCALES,
    SYMBOLS,
    UNITS,
    ZONES,
)

Found = re.Match[str]


class Rule(NamedTuple):
    """`say` gets the match and gives words; its result is not looked at again."""

    pattern: re.Pattern[str]
    say: Callable[[Found], str]


def _any(options: Iterable[str]) -> str:
    return "|".join(re.escape(option) for option in sorted(options, key=len, reverse=True))


_START = r"(?<![\w.])"
_END = r"(?![\w])"
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_DASH = r"\s?[-–—]\s?"
_TIME = r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?(?![:\d])"
_ZONE = rf"(?:\s?(?P<zone>{_any(ZONES)}|[AaPp]\.?[Mm]\.?|[+-]\d\d:?\d\d)(?!\w))?"
_UNIT = rf"(?P<unit>{_any(UNITS)})(?:\s?(?:/|per\s)\s?(?P<per>{_any(PER)}))?(?!\w)"
_MONTH = (
    r"(?P<month>Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)(?:uary|ruary|ch|il|ust|tember|ober|ember)?\.?"
)
_MONTH_NUMBER = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9}
_MONTH_NUMBER |= {"oct": 10, "nov": 11, "dec": 12}


def _zone(text: str | None) -> str:
    if not text:
        return ""
    if text[0] in "+-":
        hours, minutes = text[1:3], text[-2:]
        tail = f" {numerals.cardinal(minutes)}" if minutes != "00" else ""
        return f" U T C {'plus' if text[0] == '+' else 'minus'} {numerals.cardinal(hours.lstrip('0') or '0')}{tail}"
    return f" {ZONES.get(text.upper(), text)}"


def _time(found: Found) -> str:
    half_day = (found["zone"] or "").upper().replace(".", "") in {"AM", "PM"}
    said = numerals.clock(found["time"], half_day=half_day)
    if found["until"]:
        said = f"{said} to {numerals.clock(found['until'], half_day=half_day)}"
    return said + _zone(found["zone"])


def _day(month: int, day: str) -> str:
    return f"{numerals.month(month)} {numerals.ordinal(day)}"


def _iso_date(found: Found) -> str:
    try:
        when = date.fromisoformat(found["date"])
    except ValueError:
        return " ".join(numerals.digits(part) for part in found["date"].split("-"))
    said = f"{_day(when.month, str(when.day))}, {numerals.year(found['date'][:4])}"
    if not found["time"]:
        return said
    return f"{said}, {numerals.clock(found['time'])}{_zone(found['zone'])}"


def _written_date(found: Found) -> str:
    groups = found.groupdict()
    said = _day(_MONTH_NUMBER[groups["month"][:3].lower()], groups["day"])
    return f"{said}, {numerals.year(groups['year'])}" if groups["year"] else said


def _counted(found: Found) -> str:
    """A number or range of numbers with its unit."""
    low, high = found["low"], found["high"]
    one, many = UNITS[found["unit"]]
    said = f"{numerals.cardinal(low)} to {numerals.cardinal(high)}" if high else numerals.cardinal(low)
    scale = f" {SCALES[found['scale']]}" if found["scale"] else ""
    said = f"{said}{scale} {one if low == '1' and not high and not scale else many}"
    return f"{said} per {PER[found['per']]}" if found["per"] else said


def _compound(found: Found) -> str:
    pieces = re.findall(r"(\d+)\s?([A-Za-z]+)", found[0])
    return " ".join(numerals.plural(int(number), *UNITS[unit]) for number, unit in pieces)


def _money(found: Found) -> str:
    one, many = MONEY[found["sign"]]
    scale = f" {SCALES[found['scale']]}" if found["scale"] else ""
    return f"{numerals.cardinal(found['amount'])}{scale} {one if found['amount'] == '1' and not scale else many}"


def _ticket(found: Found) -> str:
    prefix = "incident" if found["prefix"] == "INC" else words.word(found["prefix"])
    numbers = [numerals.cardinal(part) for part in re.split(r"[-]", found["numbers"])]
    return " ".join([prefix, *numbers])


def _fraction(found: Found) -> str:
    counted = found["of"] is not None and int(found["part"]) <= int(found["whole"])
    joint = "out of" if counted else "slash"
    return f"{numerals.cardinal(found['part'])} {joint} {numerals.cardinal(found['whole'])}"


def _version(found: Found) -> str:
    lead = f"{words.word(found['lead'])} " if found["lead"] else "version " if found["v"] else ""
    suffix = f" {words.identifier(found['suffix'])}" if found["suffix"] else ""
    return f"{lead}{numerals.version(found['version'])}{suffix}"


def _upgrade(found: Found) -> str:
    target = f" to {numerals.version(found['target'])}" if found["target"] else ""
    return f"{found['lead']} {numerals.version(found['version'])}{target}"


def _status(found: Found) -> str:
    lead = f"{words.word(found['lead'])} " if found["lead"] else ""
    return f"{lead}{numerals.status_code(found['code'])}{found['many'] or ''}"


def _placeholder(found: Found) -> str:
    return PLACEHOLDERS[found["kind"].lower()]


def _range(found: Found) -> str:
    return f"{numerals.cardinal(found['low'])} to {numerals.cardinal(found['high'])}"


_CODE = r"(?P<code>[1-5]\d\d)(?P<many>s?)"


def _rule(pattern: str, say: Callable[[Found], str], flags: int = 0) -> Rule:
    return Rule(re.compile(pattern, flags), say)


RULES: tuple[Rule, ...] = (
    _rule(r"(?<!\w)(?:[a-z][a-z0-9+]{1,9}://|www\.)[^\s<>\"]*[\w/]", lambda _: "a link", re.IGNORECASE),
    _rule(r"(?<!\w)[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", lambda _: "an email address"),
    _rule(
        rf"[\[‹<{{(]{{1,2}}\s?(?P<kind>{_any(PLACEHOLDERS)})(?:[-_: #]?\d+)?\s?[\]›>}})]{{1,2}}",
        _placeholder,
        re.IGNORECASE,
    ),
    _rule(rf"(?<!\w)(?:{_any(ABBREVIATIONS)})(?!\w)", lambda m: ABBREVIATIONS[m[0].lower()], re.IGNORECASE),
    _rule(_START + r"[A-Za-z]\.(?:[A-Za-z]\.)+(?!\w)", lambda m: words.spell(m[0].replace(".", ""))),
    _rule(r"(?<!\w)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}" + _END, lambda _: "an identifier", re.IGNORECASE),
    _rule(r"(?<!\w)(?:0x[0-9a-fA-F]+|(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64})" + _END, lambda _: "an identifier"),
    _rule(_START + r"\d{10}\.\d{6}" + _END, lambda _: "a message"),
    _rule(rf"{_START}(?P<date>\d{{4}}-\d\d-\d\d)(?:(?:T|\s)(?P<time>{_TIME}){_ZONE})?{_END}", _iso_date),
    _rule(rf"{_START}(?P<time>{_TIME})(?:\s?(?:[-–—]|to)\s?(?P<until>{_TIME}))?{_ZONE}", _time),
    _rule(
        rf"{_START}{_MONTH}\s(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:,?\s(?P<year>(?:19|20)\d\d))?(?![\w:]|[.,]\d)",
        _written_date,
    ),
    _rule(
        rf"{_START}(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s{_MONTH}(?:,?\s(?P<year>(?:19|20)\d\d))?(?![\w:]|[.,]\d)",
        _written_date,
    ),
    _rule(
        _START + r"(?P<lead>[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Oo]f|[Yy]ear)\s(?P<year>(?:19|20)\d\d)(?![\w%]|[.,]\d|\s?%)",
        lambda m: f"{m['lead']} {numerals.year(m['year'])}",
    ),
    _rule(
        _START
        + r"(?P<lead>(?:[Uu]pgrad|[Dd]owngrad|[Uu]pdat|[Bb]ump|[Mm]igrat|[Mm]ov|[Rr]oll)\w*\s(?:back\s)?(?:from|to))\s"
        + r"[vV]?(?P<version>\d+(?:\.\d+)+)(?:\sto\s[vV]?(?P<target>\d+(?:\.\d+)+))?(?![\w%]|\s?%)",
        _upgrade,
    ),
    _rule(
        _START
        + r"(?P<lead>[Vv]ersions?|[Rr]elease|[Kk]ernel|[Kk]ubernetes|[Kk]8s)\s[vV]?(?P<version>\d+(?:\.\d+)+)(?P<v>)(?:[-+](?P<suffix>[A-Za-z][\w.]*\w|[A-Za-z]))?(?![\w%])",
        _version,
    ),
    _rule(
        _START
        + r"(?P<lead>)(?P<v>[vV])(?P<version>\d+(?:\.\d+)*)(?:[-+](?P<suffix>[A-Za-z][\w.]*\w|[A-Za-z]))?"
        + _END,
        _version,
    ),
    _rule(_START + r"\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?![\w]|\.\d)", lambda m: words.address(m[0])),
    _rule(
        _START + r"(?P<lead>)(?P<v>)(?P<version>\d+(?:\.\d+){2,})(?:[-+](?P<suffix>[A-Za-z][\w.]*\w|[A-Za-z]))?" + _END,
        _version,
    ),
    _rule(
        r"(?<!\w)(?P<lead>HTTP|[Ss]tatus|[Cc]odes?|[Ee]rrors?|[Rr]eturn(?:s|ed|ing)?|[Rr]esponse)\s"
        + _CODE
        + r"(?![\w%]|[.,]\d|\s?%|\s[a-zA-Z]{1,3}\b)",
        _status,
    ),
    _rule(_START + r"(?P<lead>)(?P<code>[45]\d\d)(?P<many>s)" + _END, _status),
    _rule(_START + r"(?P<lead>)(?P<code>[45]\d\d)(?P<many>)(?=\s(?:errors?|responses?|status))", _status),
    _rule(
        _START + r"(?P<code>[1-5])(?:xx|XX)(?P<many>s?)" + _END, lambda m: f"{numerals.cardinal(m['code'])} hundreds"
    ),
    _rule(rf"(?P<sign>[{''.join(MONEY)}])\s?(?P<amount>{_NUMBER})(?P<scale>{_any(SCALES)})?(?![A-Za-z0-9])", _money),
    _rule(_START + r"(?:\d+\s?(?:d|h|hr|hrs|m|min|mins|s|sec|ms)\s?){2,}(?<!\s)" + _END, _compound),
    _rule(
        rf"{_START}(?P<low>{_NUMBER})(?:\s?(?:[-–—]|to)\s?(?P<high>{_NUMBER}))?(?:(?P<scale>[kKM]|bn)(?=\s))?[\s-]?{_UNIT}",
        _counted,
    ),
    _rule(_START + r"(?P<number>\d+)(?:st|nd|rd|th)" + _END, lambda m: numerals.ordinal(m["number"])),
    _rule(
        r"(?<!\w)[pP](?P<rank>\d{1,3}(?:\.\d+)?)(?![\w]|\.\d)",
        lambda m: (
            f"p {numerals.cardinal(m['rank']) if len(m['rank']) < 3 or '.' in m['rank'] else numerals.digits(m['rank'])}"
        ),
    ),
    _rule(r"(?<![\w-])(?P<prefix>[A-Z]{2,10})-(?P<numbers>\d+(?:-\d+)?)(?![\w-])", _ticket),
    _rule(rf"{_START}(?P<part>\d{{1,6}})\s?/\s?(?P<whole>\d{{1,6}})(?![\w/]|\.\d)(?P<of>(?=\s[a-z]))?", _fraction),
    _rule(rf"{_START}(?P<low>{_NUMBER})\s?[-–—]\s?(?P<high>{_NUMBER})(?![\w-]|\.\d)", _range),
    _rule(
        rf"{_START}(?P<low>{_NUMBER})\s?[x×]\s?(?P<high>{_NUMBER})(?![\w-]|\.\d)",
        lambda m: f"{numerals.cardinal(m['low'])} by {numerals.cardinal(m['high'])}",
    ),
    _rule(rf"{_START}(?P<number>{_NUMBER})(?![\w]|[.,-]\w)", lambda m: numerals.cardinal(m["number"])),
    _rule(r"(?<![\w.])\.(?=\d)", lambda _: "point"),
    _rule(r"(?<=\s)>(?=\s)", lambda _: "more than"),
    _rule(_any(ARROWS), lambda m: ARROWS[m[0]]),
    _rule(rf"(?:{_any(COMPARISONS)})(?=\s?[-+$€£]?\d)", lambda m: COMPARISONS[m[0]]),
    _rule(r"(?<![\w)\]])[-−–](?=\.?\d)", lambda _: "minus"),
    _rule(r"(?<!\w)\+(?=\d)", lambda _: "plus"),
    _rule(r"#(?=\d)", lambda _: "number"),
    _rule(r"(?<![\w/.])(?:~|\.{1,2})?(?:/[\w.@+-]*\w)+(?::\d+|/)?", lambda m: words.path(m[0])),
    _rule(
        r"(?<!\w)[\w.@+-]{1,100}(?:/[\w@+-][\w.@+-]{0,100}){2,}(?::\d+)?" + _END,
        lambda m: words.path(m[0])[len("slash ") :],
    ),
    _rule(r"[^\W\d_]+(?:-[^\W\d_]+)+(?![\w]|[-.:]\w)", lambda m: words.hyphenated(m[0])),
    _rule(r"[^\W\d_]+(?:'[^\W\d_]+)*(?![\w]|[-.]\w)", lambda m: words.word(m[0])),
    _rule(r"\w+(?:[-.]+\w+)*(?::\d+(?!\w))?", lambda m: words.identifier(m[0])),
    _rule(r"(?<=\w)/(?=\w)", lambda _: "slash"),
    _rule(_any(SYMBOLS), lambda m: SYMBOLS[m[0]]),
)
