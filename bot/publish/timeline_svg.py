"""The incident on a time axis, as one inline SVG: phases as bands, events as numbered marks. Pure.

Colours come from the page's CSS classes, so that the dark scheme and print apply. Marks in a lane are stacked where
they would touch; labels of phases go to the first row where they fit. What lies far outside the incident (a change of
last week) is gathered at the edge instead of squeezing the hours that matter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

from bot.nouns.review import Review
from bot.publish import wording
from bot.publish.mrkdwn import one_line

WIDTH = 960
_LEFT, _RIGHT, _EDGE = 92, 18, 34  # label column, margin, room at each end for what lies outside
_RADIUS, _CHAR, _ROW = 9, 6.4, 18
_TICKS_S = (60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800)

_LANES = {
    "alerts": ("alert",),
    "changes": ("change", "command", "decision"),
    "others": (),
}

_PHASES = frozenset({"started", "detected", "mitigated", "resolved"})  # drawn as lines with their names


@dataclass(frozen=True)
class Mark:
    """One event; `number` is its row in the page's table."""

    number: int
    at: datetime
    lane: str
    what: str


def timeline_svg(review: Review) -> str:
    """The picture, or "" when fewer than two times are known: there is no axis then."""
    phases = [(name, at) for name, text in _phases(review) if (at := wording.moment(text)) is not None]
    marks = list(_marks(review))
    times = [at for _, at in phases] or [mark.at for mark in marks]
    if len({*times, *(mark.at for mark in marks)}) < 2:
        return ""
    axis = _Axis.around(times, [mark.at for mark in marks])
    labels, label_rows = _phase_labels(phases, axis)
    top = label_rows * _ROW + 10
    body, bottom = _lanes(marks, axis, top)
    parts = [
        *_bands(phases, axis, top, bottom),
        *_ticks(axis, bottom),
        *_stems(phases, axis, top, bottom),
        *labels,
        *body,
    ]
    return _frame(parts, bottom + 44, review, len(marks))


def _phases(review: Review) -> list[tuple[str, str | None]]:
    facts = review.incident
    return [
        ("started", facts.started_at),
        ("detected", facts.detected_at),
        ("mitigated", facts.mitigated_at),
        ("resolved", facts.resolved_at),
    ]


def _marks(review: Review) -> Iterable[Mark]:
    for number, entry in enumerate(review.timeline, start=1):
        at = wording.moment(entry.at)
        if at is not None and entry.kind not in _PHASES:
            lane = next((name for name, kinds in _LANES.items() if entry.kind in kinds), "others")
            yield Mark(number, at, lane, f"{entry.kind}: {entry.what}")


@dataclass(frozen=True)
class _Axis:
    start: datetime
    end: datetime

    @classmethod
    def around(cls, core: Sequence[datetime], others: Sequence[datetime]) -> "_Axis":
        """The phases with half their length on each side, as far as there are events."""
        first, last = min(core), max(core)
        reach = max((last - first) / 2, timedelta(minutes=5))
        seen = [at for at in (*core, *others) if first - reach <= at <= last + reach]
        start, end = min(seen), max(seen)
        return cls(start, end if end > start else start + timedelta(minutes=1))

    def x(self, at: datetime) -> float:
        """Pixels; what lies outside comes to the edge zones."""
        if at < self.start:
            return _LEFT + _EDGE / 2 - 4
        if at > self.end:
            return WIDTH - _RIGHT - _EDGE / 2 + 4
        share = (at - self.start) / (self.end - self.start)
        return _LEFT + _EDGE + share * (WIDTH - _LEFT - _RIGHT - 2 * _EDGE)


def _phase_labels(phases: Sequence[tuple[str, datetime]], axis: _Axis) -> tuple[list[str], int]:
    """Each label in the first row where it touches no other."""
    ends: list[float] = []
    made = []
    for name, at in sorted(phases, key=lambda item: item[1]):
        text = f"{name} {at:%H:%M}"
        width = len(text) * _CHAR + 12
        x = min(axis.x(at), WIDTH - _RIGHT - width)
        row = next((index for index, end in enumerate(ends) if end <= x), len(ends))
        ends[row:] = [x + width, *ends[row + 1 :]]
        made.append(f'<text class="phase" x="{x + 4:.1f}" y="{row * _ROW + 14}">{escape(text)}</text>')
    return made, max(1, len(ends))


def _stems(phases: Sequence[tuple[str, datetime]], axis: _Axis, top: int, bottom: int) -> list[str]:
    return [
        f'<line class="stem" x1="{axis.x(at):.1f}" x2="{axis.x(at):.1f}" y1="{top - 6}" y2="{bottom}"/>'
        for _, at in phases
    ]


def _bands(phases: Sequence[tuple[str, datetime]], axis: _Axis, top: int, bottom: int) -> list[str]:
    known = dict(phases)
    pairs = (("started", "detected", "unseen"), ("detected", "mitigated", "harm"), ("mitigated", "resolved", "healing"))
    made = []
    for first, last, kind in pairs:
        if first in known and last in known and known[last] > known[first]:
            x, end = axis.x(known[first]), axis.x(known[last])
            size = f'x="{x:.1f}" y="{top - 6}" width="{end - x:.1f}" height="{bottom - top + 6}"'
            made.append(f'<rect class="band {kind}" {size}/>')
    return made


def _lanes(marks: Sequence[Mark], axis: _Axis, top: int) -> tuple[list[str], int]:
    """The marks of each lane, stacked where they would touch; returns them and the y below the last lane."""
    made: list[str] = []
    y = top
    for lane in _LANES:
        ends: list[float] = []
        placed = []
        for mark in sorted((mark for mark in marks if mark.lane == lane), key=lambda mark: mark.at):
            x = axis.x(mark.at)
            row = next((index for index, end in enumerate(ends) if end <= x - _RADIUS), len(ends))
            ends[row:] = [x + _RADIUS + 2, *ends[row + 1 :]]
            placed.append(_mark(mark, x, y + 14 + row * 22))
        made.append(f'<text class="lane" x="8" y="{y + 18}">{lane}</text>')
        made += placed
        y += max(1, len(ends)) * 22 + 10
        made.append(f'<line class="rule" x1="0" x2="{WIDTH}" y1="{y - 4}" y2="{y - 4}"/>')
    return made, y - 4


def _mark(mark: Mark, x: float, y: float) -> str:
    title = escape(f"{mark.number}. {mark.at:%d %b %H:%M} {one_line(mark.what)[:300]}")
    return (
        f'<g class="mark {mark.lane}"><title>{title}</title><circle cx="{x:.1f}" cy="{y}" r="{_RADIUS}"/>'
        f'<text x="{x:.1f}" y="{y + 3.5}" text-anchor="middle">{mark.number}</text></g>'
    )


def _ticks(axis: _Axis, bottom: int) -> list[str]:
    """Round clock times, at most eight, far enough apart for their labels."""
    span = (axis.end - axis.start).total_seconds()
    step = next((size for size in _TICKS_S if span / size <= 8), span / 6)
    days = step >= 86_400
    at = datetime.fromtimestamp((axis.start.timestamp() // step + 1) * step, UTC)
    made = []
    last_day = axis.start.date()
    while at <= axis.end:
        new_day = at.date() != last_day
        last_day = at.date()
        text = f"{at:%d %b}" if days else f"{at:%d %b %H:%M}" if new_day else f"{at:%H:%M}"
        x = axis.x(at)
        made.append(f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="{bottom}" y2="{bottom + 6}"/>')
        made.append(f'<text class="clock" x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{text}</text>')
        at += timedelta(seconds=step)
    return made


def _frame(parts: Sequence[str], height: int, review: Review, events: int) -> str:
    known = "; ".join(
        f"{name} {at:%d %b %H:%M} UTC" for name, text in _phases(review) if (at := wording.moment(text)) is not None
    )
    alt = f"Timeline with {wording.counted(events, 'event')}. {known}. The table below has the same events by number."
    unit = f'<text class="clock" x="8" y="{height - 24}">UTC</text>'
    return (
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {height}" role="img" aria-label={quoteattr(alt)} '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}{unit}</svg>'
    )
