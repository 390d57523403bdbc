"""Times, durations, limits and provenance in words, the same in Slack, Markdown and HTML. Plain text, not escaped."""

import re
from datetime import UTC, datetime

from bot.nouns.digest import Digest
from bot.nouns.review import Refs, Review, ReviewProvenance, Threshold

REASON = {
    "no-test": "no test",
    "test-not-run": "test not run",
    "wrong-assertion": "wrong assertion",
    "environment-differed": "environment differed",
    "signal-ignored": "signal ignored",
    "no-signal": "no signal",
}
PROVENANCE = {
    "incident": "limit from the incident",
    "objective": "limit from a stated objective",
    "assumed": "limit assumed, confirm it",
    "needs-owner": "limit needs your number",
}
CONFIDENCE = {
    "high": "high confidence",
    "medium": "medium confidence",
    "low": "low confidence",
    "unsettled": "unsettled: the sources do not decide",
}
_BOUND = {"<": "<", "<=": "≤", "==": "=", ">=": "≥", ">": ">", "!=": "≠"}
_TS = re.compile(r"^\d{9,10}\.\d{1,6}$")


def moment(text: str | None) -> datetime | None:
    """An ISO 8601 time in UTC; one without offset is taken as UTC; None when it is no time."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def message_time(ref: str) -> datetime | None:
    """When the message with this ts was sent; None for other refs."""
    return datetime.fromtimestamp(float(ref), UTC) if _TS.match(ref) else None


def is_message(ref: str) -> bool:
    return bool(_TS.match(ref))


def clock(at: datetime, *, day: bool) -> str:
    """ "23:27", or "31 Jan 23:27" where the day would be unclear."""
    return f"{at:%d %b %H:%M}".removeprefix("0") if day else f"{at:%H:%M}"


def spans_days(review: Review) -> bool:
    """Whether the incident's times lie on more than one UTC day."""
    facts = review.incident
    texts = (facts.started_at, facts.detected_at, facts.mitigated_at, facts.resolved_at)
    times = [moment(text) for text in (*texts, *(entry.at for entry in review.timeline))]
    return len({at.date() for at in times if at is not None}) > 1


def duration(seconds: int | None) -> str:
    """ "2 h 14 min"; "not stated" for None."""
    if seconds is None:
        return "not stated"
    if abs(seconds) < 120:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = ((days, "d"), (hours, "h"), (left if not days else 0, "min"))
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount)


def number(value: float) -> str:
    """Without a needless ".0", with thousands separated."""
    return f"{value:,.0f}" if abs(value) < 1e15 and value == int(value) else f"{value:,g}"


def limit(threshold: Threshold) -> str:
    """ "pool wait ≤ 200 ms over 10 minutes"; a window such as "per run" stands as it is."""
    unit = threshold.unit if threshold.unit in {"%", ""} else f" {threshold.unit}"
    window = threshold.window.strip()
    over = f" over {window}" if window[:1].isdigit() else f" {window}" if window else ""
    return f"{threshold.metric} {_BOUND[threshold.operator]} {number(threshold.value)}{unit}{over}"


def drafted(provenance: ReviewProvenance) -> str:
    """Who wrote this, for the reader who has to judge it."""
    if provenance.mode == "deterministic" or not provenance.model:
        return "Drafted by rules, no model. Check before acting."
    digest = (provenance.model_digest or "").removeprefix("sha256:")[:12]
    return f"AI-drafted by {provenance.model}{f' ({digest})' if digest else ''}. Check before acting."


def claims(review: Review) -> tuple[int, int]:
    """How many claims the review makes, and how many of them cite evidence."""
    cited: list[Refs] = [review.root_cause.evidence, review.blast_radius.evidence]
    sections = (
        review.timeline,
        review.secondary_factors,
        review.rejected_hypotheses,
        review.missed_layers,
        review.ignored_signals,
        review.recommended_tests,
        review.prevention,
    )
    for section in sections:
        cited += [claim.evidence for claim in section]
    return len(cited), sum(bool(refs) for refs in cited)


def coverage(review: Review, digest: Digest) -> str:
    """ "99 messages, 8,214 log lines, 41 claims, 40 with evidence"."""
    made, cited = claims(review)
    seen = digest.coverage
    return f"{seen.messages:,} messages, {seen.log_lines:,} log lines, {made} claims, {cited} with evidence"


def counted(amount: int, noun: str) -> str:
    return f"{amount} {noun}" if amount == 1 else f"{amount} {noun}s"
