"""Closed vocabularies, so that gaps aggregate over incidents."""

from typing import Literal, get_args

Layer = Literal[
    "unit",
    "integration",
    "contract",
    "end-to-end",
    "load",
    "soak",
    "chaos",
    "canary",
    "alerting",
    "backup-restore",
    "migration-rehearsal",
]
Reason = Literal["no-test", "test-not-run", "wrong-assertion", "environment-differed", "signal-ignored", "no-signal"]
SignalKind = Literal["ignored", "misrouted", "too-late", "never-fired", "misread"]
CauseFamily = Literal[
    "scalability",
    "observability-gap",
    "resource-exhaustion",
    "race-condition",
    "retry-storm",
    "caching",
    "database-bottleneck",
    "thread-starvation",
    "concurrency",
    "kubernetes",
    "ci-cd",
    "configuration",
    "dependency",
    "network",
    "capacity",
    "destructive-operation",
    "data-integrity",
    "upgrade",
    "certificate",
    "security",
]
Provenance = Literal["incident", "objective", "assumed", "needs-owner"]
Confidence = Literal["high", "medium", "low", "unsettled"]
Effort = Literal["small", "medium", "large"]
Operator = Literal["<", "<=", "==", ">=", ">", "!="]

LAYERS: tuple[Layer, ...] = get_args(Layer)
REASONS: tuple[Reason, ...] = get_args(Reason)
SIGNAL_KINDS: tuple[SignalKind, ...] = get_args(SignalKind)
CAUSE_FAMILIES: tuple[CauseFamily, ...] = get_args(CauseFamily)
