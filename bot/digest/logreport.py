"""From a scan to what is worth reading of a log: ranked templates, telling lines, series with a change."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from bot.digest.formats import level_of, show
from bot.digest.injection import addresses_a_machine
from bot.digest.items import LogLine
from bot.digest.lexicon import FAILURE
from bot.digest.logs import LogScan
from bot.digest.series import series_of
from bot.digest.templates import Template
from bot.nouns.digest import LogSummary, LogTemplate, Phases

TEMPLATES_SHOWN = 40
LINES_PER_LOG = 60
_ONSET_NEAR_S = 180.0
_LEVEL_WEIGHT = {"error": 1.5, "warning": 1.0, "info": 0.0, "debug": -0.7, "": 0.0}


class LogReport:
    """One scanned log, aligned to the incident's clock. `shift_s` was added to stamps without a zone."""

    def __init__(self, scanned: LogScan, phases: Phases, zone: tzinfo, attached: datetime | None = None) -> None:
        self.scan = scanned
        self.onset = phases.started.at or phases.detected.at
        self.end = phases.resolved.at or phases.mitigated.at
        self.shift_s = self._shift(zone, attached)
        self.dropped = 0
        self._scored = sorted(
            ((self._telling(template), template) for template in scanned.templates.values() if self._is_data(template)),
            key=lambda entry: (-entry[0], entry[1].first_no),
        )

    def _shift(self, zone: tzinfo, attached: datetime | None) -> float:
        """Stamps without a zone are UTC or in the channel's zone: whichever overlaps the incident and ends before the upload."""
        scanned, onset = self.scan, self.onset
        if (
            scanned.reader is None
            or scanned.reader.zoned
            or scanned.first_at is None
            or scanned.last_at is None
            or onset is None
        ):
            return 0.0
        offset = zone.utcoffset(onset.astimezone(zone).replace(tzinfo=None)) or timedelta(0)
        local = -offset.total_seconds()
        begin, end = onset.timestamp() - 3_600, (self.end or onset + timedelta(hours=6)).timestamp()

        def fit(shift: float) -> float:
            first, last = (scanned.first_at or 0.0) + shift, (scanned.last_at or 0.0) + shift
            late = attached is not None and last > attached.timestamp() + 300
            return max(0.0, min(last, end) - max(first, begin)) - (86_400 if late else 0)

        return local if fit(local) > fit(0.0) else 0.0

    def at(self, line: str) -> datetime | None:
        """The moment of a line on the incident's clock."""
        stamp = self.scan.reader.read(line) if self.scan.reader else None
        return datetime.fromtimestamp(stamp.seconds + self.shift_s, UTC) if stamp else None

    def _is_data(self, template: Template) -> bool:
        if addresses_a_machine(template.first):
            self.dropped += template.count
            return False
        return True

    def _before(self, template: Template) -> int:
        """How many lines lie before the onset, to the slice; exact at the ends."""
        if self.onset is None or not template.slices:
            return 0
        onset = self.onset.timestamp() - self.shift_s
        if (last := self.at(template.last)) and last < self.onset:
            return template.count
        if (first := self.at(template.first)) and first >= self.onset:
            return 0
        return template.count_between(0.0, onset - 1)

    def _rates(self, template: Template) -> float:
        """log2 of the rate in the hour after the onset over the rate before it."""
        scanned = self.scan
        if self.onset is None or scanned.first_at is None or scanned.last_at is None:
            return 0.0
        onset = self.onset.timestamp() - self.shift_s
        before_s, after_s = onset - scanned.first_at, min(scanned.last_at - onset, 3_600.0)
        if before_s < 120 or after_s < 60:
            return 0.0
        before = (template.count_between(0.0, onset - 60) + 0.5) / before_s
        after = (template.count_between(onset - 60, onset + after_s) + 0.5) / after_s
        return math.log2(after / before)

    def _novel(self, template: Template) -> bool:
        """First seen within the minutes around the onset or later, in a log that reaches back before it."""
        first = self.at(template.first)
        if first is None or self.onset is None or self.scan.first_at is None:
            return False
        reach = self.onset.timestamp() - self.shift_s - self.scan.first_at
        return reach > 600 and first >= self.onset - timedelta(seconds=_ONSET_NEAR_S)

    def _spread(self, template: Template) -> float:
        """Seconds over which a template recurred before the onset."""
        first, last = self.at(template.first), self.at(template.last)
        if first is None or last is None or template.count < 2:
            return 0.0
        return max(0.0, (min(last, self.onset or last) - first).total_seconds())

    def _near(self, template: Template) -> bool:
        return any(
            moment is not None
            and self.onset is not None
            and abs((moment - self.onset).total_seconds()) <= _ONSET_NEAR_S
            for moment in (self.at(template.first), self.at(template.last))
        )

    def _telling(self, template: Template) -> float:
        shown = show(template.first, self.scan.format)
        share = template.count / max(1, self.scan.lines)
        score = _LEVEL_WEIGHT[level_of(template.first, self.scan.format.name)]
        score += min(2, len({match.lower() for match in FAILURE.findall(shown)})) * 0.9
        score += 1.2 * self._novel(template) + 0.8 * self._near(template)
        score += min(1.5, abs(self._rates(template)) / 3)
        score += min(1.2, 0.3 * math.log10(1 / max(share, 1e-6)))
        background = share > 0.02 and abs(self._rates(template)) < 1
        return round(score - (1.5 if background else 0.0), 3)

    def lines(self) -> list[LogLine]:
        """The telling lines: all of a rare template, else its first, last and longest."""
        found: dict[int, LogLine] = {}
        for telling, template in self._scored[:LINES_PER_LOG]:
            for number, line in _chosen(template):
                found.setdefault(number, self._line(template, number, line, telling))
        for trace in self.scan.traces:
            for number, line in self._trace_lines(trace.lines):
                if number not in found and not addresses_a_machine(line):
                    found[number] = self._traced(number, line)
        return [found[number] for number in sorted(found)]

    def _trace_lines(self, lines: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        """Of an identifier's lines: the first, and those nearest to the onset."""
        if len(lines) <= 6 or self.onset is None:
            return list(lines[:6])
        onset = self.onset

        def gap(entry: tuple[int, str]) -> float:
            at = self.at(entry[1])
            return abs((at - onset).total_seconds()) if at else math.inf

        return [lines[0], *sorted(lines[1:], key=gap)[:5]]

    def _line(self, template: Template, number: int, line: str, telling: float) -> LogLine:
        return LogLine(
            name=self.scan.name,
            number=number,
            text=show(line, self.scan.format),
            at=self.at(line),
            level=level_of(line, self.scan.format.name),
            count=template.count,
            before=self._before(template),
            novel=self._novel(template),
            shift=self._rates(template),
            telling=telling,
            template=template.key,
            spread_s=self._spread(template),
        )

    def _traced(self, number: int, line: str) -> LogLine:
        level = level_of(line, self.scan.format.name)
        shown = show(line, self.scan.format)
        telling = 1.0 + _LEVEL_WEIGHT[level] + 0.9 * bool(FAILURE.search(shown))
        at = self.at(line)
        before = int(at is not None and self.onset is not None and at < self.onset)
        return LogLine(
            self.scan.name, number, shown, at, level, 1, before, novel=False, shift=0.0, telling=telling, template=shown
        )

    def summary(self) -> LogSummary:
        """The record for the digest: the best templates in the order of `telling`."""
        scanned = self.scan
        shown = [self._template(telling, template) for telling, template in self._scored[:TEMPLATES_SHOWN]]
        return LogSummary(
            name=scanned.name,
            lines=scanned.lines,
            size=scanned.size,
            format=scanned.format.name,
            first_at=self._moment(scanned.first_at),
            last_at=self._moment(scanned.last_at),
            templates=tuple(shown),
            series=series_of(scanned, self.shift_s),
        )

    def _moment(self, seconds: float | None) -> datetime | None:
        return None if seconds is None else datetime.fromtimestamp(seconds + self.shift_s, UTC)

    def _template(self, telling: float, template: Template) -> LogTemplate:
        return LogTemplate(
            template=template.key[:240],
            count=template.count,
            first_line=template.first_no,
            last_line=template.last_no,
            first_at=self.at(template.first),
            last_at=self.at(template.last),
            example=show(template.first, self.scan.format),
            level=level_of(template.first, self.scan.format.name),
            before_start=self._before(template),
            telling=telling,
        )


def _chosen(template: Template) -> list[tuple[int, str]]:
    if template.count <= len(template.kept):
        return template.kept
    lines = [(template.first_no, template.first)]
    if template.longest > len(template.first) + 1:
        lines.append((template.extreme_no, template.extreme))
    lines.append((template.last_no, template.last))
    return lines
