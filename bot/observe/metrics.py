"""Prometheus metrics; names follow Prometheus conventions (base units, `_total`, `_seconds`)."""

from contextlib import AbstractContextManager

from prometheus_client import Counter, Histogram

_BUCKETS = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800)

reviews = Counter("testing_postmortem_reviews", "Reviews that ended", ["outcome"])
questions = Counter("testing_postmortem_questions", "Follow-up questions that ended", ["outcome"])
requests = Counter("testing_postmortem_requests", "Requests handed to the desk", ["trigger", "state"])
stage_seconds = Histogram("testing_postmortem_stage_seconds", "Time per stage", ["stage"], buckets=_BUCKETS)


def stage(name: str) -> AbstractContextManager[object]:
    """Time the enclosed block as stage `name`."""
    return stage_seconds.labels(stage=name).time()
