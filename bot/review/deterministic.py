"""A complete review from the digest alone: facts by code, quotations for words, patterns for tests.

It is what posts when there is no model, and what a model's accepted sentences are put into.
"""

from bot.nouns.review import Review, ReviewProvenance
from bot.review.cause import rejected_hypotheses, root_cause, secondary_factors
from bot.review.impact import blast_radius, incident_facts, timeline
from bot.review.layers import findings, ignored_signals, missed_layer
from bot.review.source import Source
from bot.review.suite import plans, recommended_test


def findings_by_rules(source: Source, provenance: ReviewProvenance) -> Review:
    """Everything that is found; what is said about it (summary, dialogue, questions) is added by `assemble`."""
    cause = root_cause(source)
    return Review(
        incident=incident_facts(source.digest),
        timeline=timeline(source),
        blast_radius=blast_radius(source),
        root_cause=cause,
        secondary_factors=secondary_factors(source, cause),
        rejected_hypotheses=rejected_hypotheses(source),
        missed_layers=tuple(missed_layer(source, finding, rank) for rank, finding in enumerate(findings(source))),
        ignored_signals=ignored_signals(source),
        recommended_tests=tuple(recommended_test(source, plan, index) for index, plan in enumerate(plans(source))),
        provenance=provenance,
    )
