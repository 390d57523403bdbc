"""What happened, computed: the fact sheet that every size of model, and no model, works from."""

from datetime import datetime
from typing import Literal

from bot.nouns.base import Noun
from bot.nouns.incident import Missing
from bot.nouns.vocabulary import CauseFamily, Layer, Reason, SignalKind

MomentKind = Literal[
    "started",
    "detected",
    "acknowledged",
    "escalated",
    "mitigated",
    "resolved",
    "alert",
    "change",
    "command",
    "decision",
    "finding",
]


class Evidence(Noun):
    """One citable thing. `ref` is a message ts or `file:line` with lines from 1 of the unpacked text."""

    ref: str
    text: str  # redacted; clipped to its telling part
    kind: Literal["message", "alert", "log"]
    speaker: str | None = None
    at: datetime | None = None
    permalink: str | None = None


class Fact(Noun):
    """One selected statement: what somebody said (with the question that it answers) or a log line says."""

    id: str  # "F7", unique within the digest: what a model picks from
    text: str
    evidence: tuple[str, ...]  # refs, never empty
    question: str | None = None
    speaker: str | None = None
    at: datetime | None = None
    score: float = 0.0


class Moment(Noun):
    """A line of the timeline."""

    at: datetime
    kind: MomentKind
    what: str
    evidence: tuple[str, ...]


class Phase(Noun):
    """A computed point in time, with how it was found and how far off it may be."""

    at: datetime | None = None
    how: str = ""
    evidence: tuple[str, ...] = ()
    uncertainty_s: int | None = None


class Phases(Noun):
    """The incident's life. None where the sources do not say."""

    started: Phase = Phase()
    detected: Phase = Phase()
    acknowledged: Phase = Phase()
    mitigated: Phase = Phase()
    resolved: Phase = Phase()


class Hypothesis(Noun):
    """A theory that somebody raised and how it ended."""

    statement: Fact
    outcome: Literal["confirmed", "rejected", "dropped"]
    why: Fact | None = None


class LayerFinding(Noun):
    """A validation layer that may have missed the failure; findings are ranked, best first."""

    layer: Layer
    reason: Reason
    facts: tuple[Fact, ...]  # one to three
    score: float


class SignalFinding(Noun):
    """A signal that existed (or should have) and was not acted on."""

    kind: SignalKind
    fact: Fact
    score: float


class Series(Noun):
    """A numeric field of a log over time, for trends and steps."""

    field: str  # "duration_ms"
    unit: str = ""
    points: tuple[tuple[datetime, float], ...]  # at most 60, medians of equal slices
    change: str = ""  # "85 -> 8,900 between 14:00 and 17:00"; empty when it is flat


class LogTemplate(Noun):
    """Lines of one shape, variables masked."""

    template: str
    count: int
    first_line: int
    last_line: int
    first_at: datetime | None = None
    last_at: datetime | None = None
    example: str = ""
    level: str = ""  # "error", "warning", "info", "debug" or empty
    before_start: int = 0  # how many of count lie before the incident started
    telling: float = 0.0  # rank score: failure words, novelty after onset, bursts


class LogSummary(Noun):
    """One attached text, digested in one pass."""

    name: str
    lines: int
    size: int
    format: str  # "syslog", "jsonl", "logfmt", "klog", "plain", ...
    first_at: datetime | None = None
    last_at: datetime | None = None
    templates: tuple[LogTemplate, ...] = ()
    series: tuple[Series, ...] = ()


class Coverage(Noun):
    """How much of the incident was seen."""

    messages: int
    people: int
    texts: int
    log_lines: int


class Digest(Noun):
    """The fact sheet. All ids in it are unique; every ref in any fact is a key of `evidence`."""

    channel_id: str
    channel_name: str
    title: str
    severity: str | None = None
    language: str = "en"  # ISO 639-1, of most of the channel
    phases: Phases
    timeline: tuple[Moment, ...] = ()
    services: tuple[str, ...] = ()  # hosts, services and components named, most named first
    causes: tuple[Fact, ...] = ()  # candidate causes, best first, at most 12
    cause_settled: bool = False  # the channel itself says that the cause was found
    families: tuple[tuple[CauseFamily, float], ...] = ()  # votes, best first
    hypotheses: tuple[Hypothesis, ...] = ()
    layers: tuple[LayerFinding, ...] = ()
    signals: tuple[SignalFinding, ...] = ()
    impact: tuple[Fact, ...] = ()  # who or what was hurt, how much
    actions: tuple[Fact, ...] = ()  # what people say they will change
    objectives: tuple[Fact, ...] = ()  # stated thresholds: SLO, RTO, limits
    logs: tuple[LogSummary, ...] = ()
    missing: tuple[Missing, ...] = ()
    coverage: Coverage
    evidence: dict[str, Evidence] = {}
