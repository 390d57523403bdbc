import re

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_UNIT = re.compile(
    r"(\d+(?:[.,]\d+)*)\s?(%|ms\b|milliseconds?\b|s\b|seconds?\b|mins?\b|minutes?\b|h\b|hours?\b|days?\b|[kMGT]i?B\b|[kMG]bps\b)"
)
_SPELLED = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50",
}  # fmt: skip
_SHORT = (
    ("milliseconds", "ms"), ("millisecond", "ms"), ("seconds", "s"), ("second", "s"), ("minutes", "m"), ("minute", "m"),
    ("mins", "m"), ("min", "m"), ("hours", "h"), ("hour", "h"), ("days", "d"), ("day", "d"),
)  # fmt: skip


def unknown_numbers(text: str, sources: str) -> str | None:
    """Rule: every number, time and unit in the text occurs in the cited evidence, digit by digit.

    "1,041" and "1041" are the same; a number spelled out in the evidence may be written in digits.
    """
    known = _numbers(sources) | {_SPELLED[word] for word in re.findall(r"[a-z]+", sources.lower()) if word in _SPELLED}
    strange = sorted(_numbers(text) - known)
    if strange:
        return f"The number {strange[0]} is not in the facts."
    known_units = _units(sources)
    for value, unit in sorted(_units(text)):
        others = {other for number, other in known_units if number == value}
        if others and unit not in others:
            return f"The facts do not give {value} in {unit}."
    return None


def _numbers(text: str) -> set[str]:
    return {_bare(match.group()) for match in _NUMBER.finditer(text)}


def _units(text: str) -> set[tuple[str, str]]:
    return {(_bare(match.group(1)), _short(match.group(2))) for match in _UNIT.finditer(text)}


def _bare(number: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3})", "", number)


def _short(unit: str) -> str:
    return dict(_SHORT).get(unit.lower(), unit.lower())
