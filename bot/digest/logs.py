"""One pass over an attached log in bounded memory.

The pass counts templates and keeps their first, last, longest and few early lines, samples numeric fields, and
follows the identifiers that people named. What of it is worth reading is decided afterwards (`logreport`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice

from bot.digest.formats import Format, numbers, sniff
from bot.digest.records import CONTINUING, RecordJoiner
from bot.digest.stamps import StampReader, stamp_reader
from bot.digest.templates import DIGITS, Template, Templates
from bot.errors import UnreadableFile
from bot.nouns.ports import LogText

SAMPLE_LINES = 400
BATCH_LINES = 4_096
LINE_LIMIT = 2_000  # characters of a line that are looked at
KEPT_LINES = 3  # of each template
EVERY_LINE_UNTIL = 64  # lines of a template whose numbers are read; then every 16th, later every 256th
SIXTEENTH_UNTIL = 2_000
POINTS_LIMIT = 4_000
FIELDS_LIMIT = 40
TRACE_LIMIT = 400  # lines per identifier; a more frequent one is no trace


@dataclass(slots=True)
class Trace:
    """The lines that hold one identifier which people named."""

    token: str
    lines: list[tuple[int, str]] = field(default_factory=list)
    frequent: bool = False


@dataclass(slots=True)
class LogScan:
    """What one pass gives. Times are seconds, as if UTC where `reader.zoned` is false."""

    name: str
    size: int
    format: Format
    reader: StampReader | None
    lines: int = 0
    templates: dict[str, Template] = field(default_factory=dict)
    points: dict[str, list[tuple[float, float, int]]] = field(default_factory=dict)  # field -> (seconds, value, line)
    traces: list[Trace] = field(default_factory=list)
    first_at: float | None = None
    last_at: float | None = None
    problem: str | None = None
    minute: int = 0  # of the last stamp seen


def scan(text: LogText, near: datetime, watched: Sequence[str] = ()) -> LogScan:
    """One pass. `near` gives the year or date that stamps leave out; `watched` are identifiers to follow.

    A text that stops in the middle (corrupt, cut) gives what was read, with `problem` set.
    """
    result = LogScan(text.name, text.size, Format("empty"), None)
    lines = _readable(text.lines(), result)
    head = list(islice(lines, SAMPLE_LINES))
    result.format = sniff(head)
    result.reader = stamp_reader([line for line in head if line.strip()], near)
    result.traces = [Trace(token) for token in watched]
    _read(result, chain(head, lines))
    return result


def _readable(lines: Iterable[str], result: LogScan) -> Iterator[str]:
    """The lines, cut to `LINE_LIMIT`, up to where the text stops being readable; the reason goes into the result."""
    try:
        for line in lines:
            yield line if len(line) <= LINE_LIMIT else line[:LINE_LIMIT]
    except UnreadableFile as error:
        result.problem = str(error)


def _read(result: LogScan, lines: Iterator[str]) -> None:
    templates = Templates()
    result.templates = templates.by_key
    joiner = RecordJoiner()
    number = 0
    while batch := list(islice(lines, BATCH_LINES)):
        _follow(result.traces, batch, number)
        number = _count(result, templates, joiner, batch, number)
        result.lines = number


def _count(result: LogScan, templates: Templates, joiner: RecordJoiner, batch: list[str], number: int) -> int:
    """The inner loop, flat on purpose: a call or an attribute here costs a MB/s.

    A whole batch loses its digits at once; with them go the stamps, so that the rest is the shape of the line.
    """
    clock = _Clock(result.reader, result.minute)
    begin, end, minutes = clock.begin, clock.end, clock.minutes
    minute = result.minute
    known = templates.shapes
    mark = result.format.status_mark or ('" ' if result.format.name == "access" else "")
    header = 1 if result.format.columns else 0
    shapes = "\n".join(batch).encode("utf-8", "replace").translate(None, DIGITS).split(b"\n")
    for line, bare in zip(batch, shapes, strict=False):
        number += 1
        if number <= header or ((joiner.open or not line or line[0] in CONTINUING) and joiner.belongs(line)):
            continue
        now = minutes.get(line[begin:end]) if begin >= 0 else None
        minute = clock.minute(line) if now is None else now
        shape = bare
        if mark:
            place = line.find(mark) + len(mark)
            shape = line[place : place + 1].encode() + bare if place >= len(mark) else bare
        template = known.get(shape)
        if template is None:
            template = templates.of(shape, line[place : place + 1] if mark else "", line, number, clock.cut)
        count = template.count = template.count + 1
        template.last = line
        template.last_no = number
        if len(line) > template.longest:
            template.longest = len(line)
            template.extreme = line
            template.extreme_no = number
        slot = minute - minute % template.width
        if slot in template.slices:
            template.slices[slot] += 1
        else:
            template.add_slice(slot)
        if count & 15 == 0 or count <= EVERY_LINE_UNTIL:
            _sample(result, template, line, number)
    result.minute = minute
    return number


class _Clock:
    """The minute of each line; a line without a stamp has the minute of the line before.

    `begin` and `end` frame the stamp to the minute where it stands at a fixed place; `begin` is -1 where it does not.
    """

    __slots__ = ("_anchored", "_last", "_reader", "begin", "end", "minutes")

    def __init__(self, reader: StampReader | None, minute: int) -> None:
        self._reader = reader
        self._last = minute
        self._anchored = bool(reader and reader.anchor)
        fixed = reader is not None and reader.width > 0 and not reader.anchor
        self.begin = reader.position if reader and fixed else -1
        self.end = self.begin + reader.to_minute if reader and fixed else -1
        self.minutes: dict[str, int] = reader.minutes if reader else {}

    def minute(self, line: str) -> int:
        """For a line whose stamp is not in `minutes` at the fixed place."""
        reader = self._reader
        if reader is None:
            return self._last
        found: int | None = None
        key = line[self.begin : self.end] if self.begin >= 0 else ""
        if self._anchored:
            begin = line.find("[") + 1
            key = line[begin : begin + reader.to_minute]
            found = self.minutes.get(key)
        if found is None:
            found = reader.minute(line, key)
        if found >= 0:
            self._last = found
        return self._last

    def cut(self, line: str) -> str:
        """The line without its stamp."""
        stamp = self._reader.read(line) if self._reader else None
        return line if stamp is None else line[: stamp.start] + line[stamp.end :]


def _sample(result: LogScan, template: Template, line: str, number: int) -> None:
    """Numeric fields, thinner as a template gets frequent; the first and last time of the log."""
    if template.count <= KEPT_LINES:
        template.kept.append((number, line))
    if template.count > SIXTEENTH_UNTIL and template.count & 255:
        return
    stamp = result.reader.read(line) if result.reader else None
    if stamp is None:
        return
    result.first_at = stamp.seconds if result.first_at is None else min(result.first_at, stamp.seconds)
    result.last_at = stamp.seconds if result.last_at is None else max(result.last_at, stamp.seconds)
    for name, value in numbers(line, result.format).items():
        key = f"{template.key[:80]}\t{name}"
        points = result.points.get(key)
        if points is None:
            if len(result.points) >= FIELDS_LIMIT * 10:
                continue
            points = result.points[key] = []
        points.append((stamp.seconds, value, number))
        if len(points) > POINTS_LIMIT:
            del points[1::2]


def _follow(traces: Sequence[Trace], batch: Sequence[str], number: int) -> None:
    live = [trace for trace in traces if not trace.frequent]
    if not live:
        return
    joined = "\n".join(batch)
    for trace in live:
        if trace.token not in joined:
            continue
        for place, line in enumerate(batch, start=number + 1):
            if trace.token in line:
                trace.lines.append((place, line[:LINE_LIMIT]))
        if len(trace.lines) > TRACE_LIMIT:
            trace.frequent = True
            trace.lines.clear()
