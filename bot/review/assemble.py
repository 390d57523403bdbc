"""The last step: drop what has no evidence or breaks a rule, say what follows from the rest, validate."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import jsonschema
import structlog

from bot.nouns.base import Noun
from bot.nouns.review import Review
from bot.review.check.blame import blames
from bot.review.check.ear import unspeakable
from bot.review.check.evidence import existing
from bot.review.check.injection import obeys_an_order
from bot.review.check.one_cause import several_causes
from bot.review.check.vague import vague_advice
from bot.review.contract import review_schema
from bot.review.dialogue import dialogue
from bot.review.prevention import prevention
from bot.review.questions import missing_evidence, questions
from bot.review.source import Source
from bot.review.summary import audio_summary

log = structlog.get_logger(__name__)
Claim = TypeVar("Claim", bound=Noun)


def assemble(source: Source, draft: Review) -> Review:
    """The final review. Pure: the same draft gives the same review."""
    known = source.digest.evidence
    kept = draft.model_copy(
        update={
            "secondary_factors": _ranked(_supported(draft.secondary_factors, known)),
            "rejected_hypotheses": _supported(draft.rejected_hypotheses, known),
            "missed_layers": _supported(draft.missed_layers, known),
            "ignored_signals": _supported(draft.ignored_signals, known),
            "recommended_tests": _closing_named_gaps(
                _lint(_supported(draft.recommended_tests, known), vague_advice), draft
            ),
            "timeline": tuple(sorted(draft.timeline, key=lambda entry: entry.at)),
        }
    )
    kept = kept.model_copy(update={"prevention": prevention(source, kept.missed_layers, kept.recommended_tests)})
    kept = kept.model_copy(
        update={
            "questions": questions(source, kept.root_cause, kept.missed_layers, kept.recommended_tests),
            "missing_evidence": missing_evidence(source),
            "dialogue": draft.dialogue or dialogue(kept),
        }
    )
    kept = kept.model_copy(update={"audio_summary": draft.audio_summary or audio_summary(kept)})
    _complain(source, kept)
    validate(kept)
    return kept


def _supported(claims: tuple[Claim, ...], known: dict[str, Any]) -> tuple[Claim, ...]:
    """Claims whose references exist and that repeat no orders; references that do not exist are cut."""
    made = []
    for claim in claims:
        refs = existing(getattr(claim, "evidence", ()), known)
        order = obeys_an_order(" ".join(str(value) for value in claim.model_dump().values()))
        if refs and order is None:
            made.append(claim.model_copy(update={"evidence": refs}))
        else:
            log.info("claim_dropped", kind=type(claim).__name__, why=order or "no evidence")
    return tuple(made)


def _lint(claims: tuple[Claim, ...], rule: Callable[[Claim], str | None]) -> tuple[Claim, ...]:
    made = []
    for claim in claims:
        problem = rule(claim)
        if problem is None:
            made.append(claim)
        else:
            log.info("claim_dropped", kind=type(claim).__name__, why=problem)
    return tuple(made)


def _ranked(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    return tuple(claim.model_copy(update={"rank": index + 1}) for index, claim in enumerate(claims))


def _closing_named_gaps(claims: tuple[Claim, ...], draft: Review) -> tuple[Claim, ...]:
    """A test closes only gaps that the review names."""
    gaps = {f"gap:{layer.layer}" for layer in draft.missed_layers}
    return tuple(
        claim.model_copy(update={"closes": tuple(gap for gap in getattr(claim, "closes", ()) if gap in gaps)})
        for claim in claims
    )


def _complain(source: Source, review: Review) -> None:
    """Rules that only a defect of ours can break; the review stands, the log says so."""
    problems = [
        several_causes(review.root_cause.statement),
        blames(review.root_cause.statement, source.people),
        unspeakable(review.audio_summary, least=80),
    ]
    for problem in filter(None, problems):
        log.warning("review_rule_broken", why=problem)


@cache
def _validator() -> jsonschema.protocols.Validator:
    return jsonschema.Draft202012Validator(review_schema())


def validate(review: Review) -> None:
    """Raises jsonschema.ValidationError: the review and its published schema disagree, a defect of ours."""
    _validator().validate(review.model_dump(mode="json"))
