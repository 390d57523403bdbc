"""The first message of a review: what an on-call engineer reads on a phone. Pure."""

from bot.nouns.digest import Digest
from bot.nouns.review import MissedLayer, RecommendedTest, Review
from bot.publish import wording
from bot.publish.blocks import (
    Block,
    Post,
    actions,
    button,
    context,
    divider,
    fallback,
    fields,
    fitted,
    header,
    sections,
)
from bot.publish.citations import Citations
from bot.publish.mrkdwn import bold, clip, safe

RERUN = "tp_rerun"  # action id, handled by the trigger stage
_TOP = 3
_STATEMENT, _LINE = 900, 320


def verdict(review: Review, digest: Digest, request_id: str) -> Post:
    """The verdict with its buttons; `request_id` goes back with a press."""
    cite = Citations.of(review, digest)
    title = review.incident.title or review.incident.channel
    blocks = [
        header(f"Testing-gap review: {title}"),
        fields(_facts(review)),
        *sections(_cause(review, cite)),
        *_top(_gaps_heading(review), [_gap(layer, cite) for layer in review.missed_layers[:_TOP]]),
        *_top("*Tests to write first*", [_test(test, cite) for test in review.recommended_tests[:_TOP]]),
    ]
    return Post("verdict", fallback(_summary(review)), fitted(blocks, _tail(review, digest, request_id)))


def _summary(review: Review) -> str:
    title = review.incident.title or review.incident.channel
    return f"Testing-gap review of {clip(title, 200)}. Primary root cause: {review.root_cause.statement}"


def _facts(review: Review) -> list[tuple[str, str]]:
    facts = review.incident
    return [
        ("Severity", facts.severity or "not stated"),
        ("Duration", wording.duration(review.blast_radius.duration_s)),
        ("Time to detect", wording.duration(facts.time_to_detect_s)),
        ("Time to mitigate", wording.duration(facts.time_to_mitigate_s)),
    ]


def _cause(review: Review, cite: Citations) -> list[str]:
    cause = review.root_cause
    heading = f"*Primary root cause* · {wording.CONFIDENCE[cause.confidence]}"
    if cause.family:
        heading += f" · {cause.family}"
    lines = [heading, f"{clip(safe(cause.statement), _STATEMENT)} {cite.mrkdwn(cause.evidence)}".strip()]
    if cause.confidence == "unsettled":
        others = [item for item in cause.candidates if item.statement != cause.statement]
        lines += [f"• or: {clip(safe(item.statement), _LINE)} {cite.mrkdwn(item.evidence)}" for item in others[:2]]
    return lines


def _gaps_heading(review: Review) -> str:
    rest = len(review.missed_layers) - _TOP
    return "*Where testing missed it*" + (f" (and {rest} more in the thread)" if rest > 0 else "")


def _top(heading: str, lines: list[str]) -> list[Block]:
    """A section of its own; when there is nothing it says so, since a missing section looks like an oversight."""
    return sections([heading, *(lines or ["Nothing in the sources supports one; see the questions in the thread."])])


def _gap(layer: MissedLayer, cite: Citations) -> str:
    why = clip(safe(layer.why), _LINE)
    return f"• *{layer.layer}* ({wording.REASON[layer.reason]}): {why} {cite.mrkdwn(layer.evidence)}".strip()


def _test(test: RecommendedTest, cite: Citations) -> str:
    limit = clip(safe(wording.limit(test.threshold)), _LINE)
    title = clip(f"{test.id} {test.title}", 160)
    return f"• {bold(title)} ({test.layer}): {limit} {cite.mrkdwn(test.evidence)}".strip()


def _tail(review: Review, digest: Digest, request_id: str) -> list[Block]:
    rerun = button("Run again", RERUN, request_id, confirm="Make a new revision of this review? This one stays.")
    return [
        divider(),
        context(
            safe(f"{wording.drafted(review.provenance)} Times are UTC."),
            safe(f"{wording.coverage(review, digest)}."),
            "Details and files are in the thread. Ask a question there and it is answered from the evidence.",
        ),
        actions(rerun),
    ]
