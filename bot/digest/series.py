"""Numeric fields of a log over time: a short series, and the trend or step in it said in numbers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median

from bot.digest.logs import LogScan
from bot.nouns.digest import Series

SLICES = 40
SERIES_SHOWN = 8
LEAST_POINTS = 24
STEP_RATIO = 2.0
_IDENTITY_FIELDS = ("id", "pid", "port", "line", "code", "status", "version", "seq", "offset", "thread")


def series_of(scanned: LogScan, shift_s: float) -> tuple[Series, ...]:
    """The fields that change most, at most `SERIES_SHOWN`; fields that are mere counters or identities are left out."""
    found: list[tuple[float, Series]] = []
    for key, points in scanned.points.items():
        name = key.partition("\t")[2]
        if len(points) < LEAST_POINTS or _is_identity(name, [value for _, value, _ in points]):
            continue
        sliced = _slices([(seconds + shift_s, value) for seconds, value, _ in points])
        strength, change = _change(sliced)
        if change:
            found.append((strength, Series(field=name, unit=_unit(name), points=tuple(sliced), change=change)))
    found.sort(key=lambda entry: -entry[0])
    return tuple(series for _, series in found[:SERIES_SHOWN])


def _is_identity(name: str, values: Sequence[float]) -> bool:
    low = name.lower().replace("-", "_")
    if low in _IDENTITY_FIELDS or low.endswith(("_id", "_pid", "_port")):
        return True
    distinct = len(set(values))
    if distinct <= 1:
        return True
    rising = sum(later >= earlier for earlier, later in pairwise(values))
    steady = rising >= 0.97 * (len(values) - 1)
    return steady and values[0] > 1000 and max(values) < 2 * max(values[0], 1)  # a sequence number


def _slices(points: Sequence[tuple[float, float]]) -> list[tuple[datetime, float]]:
    begin, end = points[0][0], max(seconds for seconds, _ in points)
    width = max((end - begin) / SLICES, 1.0)
    groups: dict[int, list[float]] = {}
    for seconds, value in points:
        groups.setdefault(int((seconds - begin) / width), []).append(value)
    return [
        (datetime.fromtimestamp(begin + place * width, UTC), median(group)) for place, group in sorted(groups.items())
    ]


def _change(sliced: Sequence[tuple[datetime, float]]) -> tuple[float, str]:
    """The best split of the series into a before and an after: strength, and the sentence; nothing when it is flat."""
    values = [value for _, value in sliced]
    if len(values) < 6:
        return 0.0, ""
    best, place = 0.0, 0
    spread = max(values) - min(values) or 1.0
    for split in range(2, len(values) - 1):
        gap = abs(median(values[:split]) - median(values[split:])) / spread
        if gap > best:
            best, place = gap, split
    before, after = median(values[:place] or values), median(values[place:] or values)
    low, high = sorted((abs(before), abs(after)))
    if high < STEP_RATIO * max(low, 1e-9) or best < 0.25:
        return 0.0, ""
    since, until = sliced[place - 1][0], sliced[place][0]
    ratio = high / max(low, 0.001 * high)
    return best * min(ratio, 50.0), f"{_said(before)} -> {_said(after)} between {since:%H:%M} and {until:%H:%M} UTC"


def _said(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.2f}".rstrip("0")


def _unit(name: str) -> str:
    low = name.lower()
    for suffix, unit in (
        ("_ms", "ms"),
        ("ms", "ms"),
        ("duration", "ms"),
        ("latency", "ms"),
        ("_bytes", "B"),
        ("bytes", "B"),
        ("_mb", "MB"),
        ("_pct", "%"),
        ("percent", "%"),
    ):
        if low.endswith(suffix):
            return unit
    return ""
