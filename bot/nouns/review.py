"""The review: the contract of `review.json`, schema_version 1 (published as prompts/review.schema.json)."""

from typing import Literal

from pydantic import Field

from bot.nouns.base import Noun
from bot.nouns.vocabulary import (
    CauseFamily,
    Confidence,
    Effort,
    Layer,
    Operator,
    Provenance,
    Reason,
    SignalKind,
)

Refs = tuple[str, ...]  # message ts or "file:line"
Author = Literal["model", "rules"]  # who wrote the words: a model within checks, or code


class IncidentFacts(Noun):
    """Times are ISO 8601 with offset, or None where the sources do not say."""

    id: str
    channel: str
    title: str
    severity: str | None = None
    started_at: str | None = None
    detected_at: str | None = None
    mitigated_at: str | None = None
    resolved_at: str | None = None
    time_to_detect_s: int | None = None
    time_to_mitigate_s: int | None = None


class TimelineEntry(Noun):
    at: str
    kind: str
    what: str
    evidence: Refs = ()


class BlastRadius(Noun):
    summary: str
    services: tuple[str, ...] = ()
    customers: str | None = None
    duration_s: int | None = None
    evidence: Refs = ()


class CauseCandidate(Noun):
    statement: str
    evidence: Refs


class RootCause(Noun):
    """Exactly one. With confidence "unsettled" the sources do not decide; then, and with "low", `candidates` has the likely ones."""

    statement: str
    family: CauseFamily | None = None
    confidence: Confidence
    evidence: Refs
    candidates: tuple[CauseCandidate, ...] = ()
    written_by: Author = "rules"


class SecondaryFactor(Noun):
    rank: int
    statement: str
    family: CauseFamily | None = None
    evidence: Refs


class RejectedHypothesis(Noun):
    statement: str
    why: str
    evidence: Refs


class MissedLayer(Noun):
    layer: Layer
    reason: Reason
    why: str
    evidence: Refs
    written_by: Author = "rules"


class IgnoredSignal(Noun):
    signal: str
    kind: SignalKind
    evidence: Refs
    written_by: Author = "rules"


class Threshold(Noun):
    metric: str
    operator: Operator
    value: float
    unit: str
    window: str  # "10 minutes", "per run"
    provenance: Provenance


class RecommendedTest(Noun):
    """A test that a person can write from this alone."""

    id: str  # "T1"
    layer: Layer
    title: str
    scope: str
    failure_injection: str
    success_criteria: str
    threshold: Threshold
    closes: tuple[str, ...] = ()  # ids of gaps: "gap:<layer>"
    effort: Effort = "medium"
    evidence: Refs
    written_by: Author = "rules"


class PreventiveAction(Noun):
    action: str
    owner_role: str
    evidence: Refs = ()


class DialogueLine(Noun):
    speaker: Literal["test architect", "reliability engineer"]
    line: str
    evidence: Refs = ()


class ReviewProvenance(Noun):
    model: str | None = None
    model_digest: str | None = None
    prompt_version: str
    input_sha256: str
    redactions: dict[str, int] = {}
    tokens: dict[str, int] = {}  # "prompt", "generated", "calls", "accepted", "rejected"
    seconds: dict[str, float] = {}  # per stage
    mode: Literal["model", "deterministic"]


class Review(Noun):
    schema_version: Literal[1] = 1
    incident: IncidentFacts
    timeline: tuple[TimelineEntry, ...] = ()
    blast_radius: BlastRadius
    root_cause: RootCause
    secondary_factors: tuple[SecondaryFactor, ...] = ()
    rejected_hypotheses: tuple[RejectedHypothesis, ...] = ()
    missed_layers: tuple[MissedLayer, ...] = ()
    ignored_signals: tuple[IgnoredSignal, ...] = ()
    recommended_tests: tuple[RecommendedTest, ...] = ()
    prevention: tuple[PreventiveAction, ...] = ()
    dialogue: tuple[DialogueLine, ...] = ()
    questions: tuple[str, ...] = ()
    missing_evidence: tuple[str, ...] = ()
    audio_summary: str = Field(default="", description="150 to 200 words for the ear, plain sentences")
    provenance: ReviewProvenance
