"""Which evidence a review cites, in reading order: the appendix of the report files. Pure."""

from collections.abc import Iterable

from bot.nouns.review import Refs, Review


def cited(review: Review) -> tuple[str, ...]:
    """Every ref of the review once, in the order in which a reader meets them."""
    return tuple(dict.fromkeys(ref for refs in _all(review) for ref in refs))


def _all(review: Review) -> Iterable[Refs]:
    cause = review.root_cause
    yield cause.evidence
    yield from (item.evidence for item in cause.candidates)
    yield review.blast_radius.evidence
    for section in (
        review.timeline,
        review.missed_layers,
        review.ignored_signals,
        review.secondary_factors,
        review.rejected_hypotheses,
        review.recommended_tests,
        review.prevention,
        review.dialogue,
    ):
        yield from (claim.evidence for claim in section)
