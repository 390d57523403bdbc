"""The five thread messages under the verdict. Pure."""

from collections.abc import Sequence

from bot.nouns.digest import Digest
from bot.nouns.review import RecommendedTest, Refs, Review, TimelineEntry
from bot.publish import wording
from bot.publish.blocks import Block, Post, fitted, header, sections
from bot.publish.citations import Citations
from bot.publish.mrkdwn import bold, clip, safe

TITLES = {
    "timeline": "Incident Timeline & Blast Radius",
    "gaps": "Testing Gap Analysis",
    "cause": "Root Cause Determination",
    "tests": "Recommended Test Suite",
    "prevention": "Prevention & Validation Strategy",
}
PARTS = tuple(TITLES)
_WHAT = 280  # characters of one line of the timeline


def details(review: Review, digest: Digest) -> tuple[Post, ...]:
    """At most five messages, in reading order. What does not fit is in the report files, and the message says so."""
    cite = Citations.of(review, digest)
    bodies = {
        "timeline": _timeline(review, cite),
        "gaps": _gaps(review, cite),
        "cause": _cause(review, cite),
        "tests": _tests(review, cite),
        "prevention": _prevention(review, cite),
    }
    return tuple(_post(part, body) for part, body in bodies.items())


def _post(part: str, body: list[Block]) -> Post:
    title = TITLES[part]
    return Post(part, safe(title), fitted([header(title), *body]))


def _claim(text: str, refs: Refs, cite: Citations) -> str:
    return f"{safe(text)} {cite.mrkdwn(refs)}".strip()


def _list(heading: str, lines: Sequence[str], empty: str) -> list[Block]:
    """A heading with bullets in its own sections, or what it means that there are none."""
    return sections([f"*{heading}*", *(f"• {line}" for line in lines)] if lines else [f"*{heading}*", f"_{empty}_"])


def _timeline(review: Review, cite: Citations) -> list[Block]:
    radius = review.blast_radius
    day = wording.spans_days(review)
    entries = [_entry(entry, cite, day=day) for entry in review.timeline]
    reach = [_claim(radius.summary, radius.evidence, cite) or "_Nobody says who was hurt._"]
    if radius.services:
        reach.append(f"Services: {safe(', '.join(radius.services))}")
    if radius.customers:
        reach.append(f"Customers: {safe(radius.customers)}")
    if radius.duration_s is not None:
        reach.append(f"Duration: {wording.duration(radius.duration_s)}")
    return [
        *sections(["*Blast radius*", *reach]),
        *_list("Timeline, UTC", entries, "No message or log line carries a time that could be placed."),
    ]


def _entry(entry: TimelineEntry, cite: Citations, *, day: bool) -> str:
    at = wording.moment(entry.at)
    clock = wording.clock(at, day=day) if at else safe(entry.at)
    return f"{bold(clock)} {safe(entry.kind)}: {clip(safe(entry.what), _WHAT)} {cite.mrkdwn(entry.evidence)}".strip()


def _gaps(review: Review, cite: Citations) -> list[Block]:
    layers = [
        f"*{layer.layer}* ({wording.REASON[layer.reason]}): {_claim(layer.why, layer.evidence, cite)}"
        for layer in review.missed_layers
    ]
    signals = [f"*{item.kind}*: {_claim(item.signal, item.evidence, cite)}" for item in review.ignored_signals]
    return [
        *_list("Layers that missed it", layers, "The sources name no layer that should have caught it."),
        *_list("Signals that existed and did not help", signals, "The sources show no such signal."),
    ]


def _cause(review: Review, cite: Citations) -> list[Block]:
    cause = review.root_cause
    family = f" · {cause.family}" if cause.family else ""
    blocks = sections(
        [
            f"*Primary root cause* · {wording.CONFIDENCE[cause.confidence]}{family}",
            _claim(cause.statement, cause.evidence, cite),
        ]
    )
    if cause.candidates:
        lines = [_claim(item.statement, item.evidence, cite) for item in cause.candidates]
        blocks += _list("Candidates", lines, "")
    factors = [
        _claim(f"{item.rank}. {item.statement}", item.evidence, cite)
        for item in sorted(review.secondary_factors, key=lambda item: item.rank)
    ]
    rejected = [
        _claim(f"{item.statement} Rejected: {item.why}", item.evidence, cite) for item in review.rejected_hypotheses
    ]
    return [
        *blocks,
        *_list("Secondary factors", factors, "None with evidence."),
        *_list("Rejected hypotheses", rejected, "Nobody raised and ruled out another theory."),
    ]


def _tests(review: Review, cite: Citations) -> list[Block]:
    if not review.recommended_tests:
        return sections(["_No test could be recommended from the evidence; see the questions._"])
    blocks: list[Block] = []
    for test in review.recommended_tests:
        blocks += sections(_test(test, cite))
    return blocks


def _test(test: RecommendedTest, cite: Citations) -> list[str]:
    closes = f" · closes {safe(', '.join(test.closes))}" if test.closes else ""
    return [
        f"{bold(f'{test.id} {test.title}')} · {test.layer} · {test.effort} effort{closes}",
        f"*Scope*: {safe(test.scope)}",
        f"*Inject*: {safe(test.failure_injection)}",
        f"*Pass when*: {safe(test.success_criteria)}",
        f"*Limit*: {safe(wording.limit(test.threshold))} ({wording.PROVENANCE[test.threshold.provenance]})",
        f"*Evidence*: {cite.mrkdwn(test.evidence) or 'none'}",
    ]


def _prevention(review: Review, cite: Citations) -> list[Block]:
    actions = [
        f"{_claim(item.action, item.evidence, cite)} · owner: {safe(item.owner_role)}" for item in review.prevention
    ]
    return [
        *_list("Prevention", actions, "None with evidence."),
        *_list("Questions for the people of this incident", [safe(item) for item in review.questions], "None."),
        *_list("Missing evidence", [safe(item) for item in review.missing_evidence], "Nothing is known to be missing."),
    ]
