"""From a digest to a review: rules decide and quote, the model edits what its size allows, checks have the last word."""

import structlog

from bot.nouns.digest import Digest
from bot.nouns.ports import ChatModel, Memo, ModelInfo, Report
from bot.nouns.request import Progress
from bot.nouns.review import Review, ReviewProvenance
from bot.review.assemble import assemble
from bot.review.capability import Capability, capability
from bot.review.deterministic import findings_by_rules
from bot.review.fact_sheet import fact_sheet
from bot.review.interview import Interview
from bot.review.judge import judged
from bot.review.prompts import prompts
from bot.review.source import Source
from bot.review.stages import Editor

log = structlog.get_logger(__name__)

_ANSWER_ROOM = 900  # tokens of num_ctx kept for a question and its answer


async def review(
    digest: Digest,
    model: ChatModel | None,
    memo: Memo,
    report: Report,
    *,
    input_sha256: str,
    redactions: dict[str, int],
) -> Review:
    """The review of one incident. Without a model, or when no word of it was accepted, the mode is "deterministic".

    Raises ModelError (not ModelAnswerInvalid) when the model stops answering: the caller decides whether to go on without.
    """
    source = Source(digest)
    provenance = ReviewProvenance(
        prompt_version=prompts().version, input_sha256=input_sha256, redactions=redactions, mode="deterministic"
    )
    if model is None:
        await report(Progress(stage="review", note="by rules"))
        return assemble(source, findings_by_rules(source, provenance))
    info = await model.info()
    interview = _interview(source, model, memo, report, info)
    if interview.capability.judges:
        source = await judged(source, interview)
    draft = await Editor(source, findings_by_rules(source, provenance), interview).edited()
    made = assemble(source, draft)
    tally = interview.tally
    log.info("review_written", model=info.name, spent_s=round(tally.spent, 1), **tally.tokens)
    return made.model_copy(
        update={"provenance": _provenance(provenance, info, interview, written=_by_model(made, draft))}
    )


def _interview(source: Source, model: ChatModel, memo: Memo, report: Report, info: ModelInfo) -> Interview:
    can = capability(info.parameters)
    budget = _sheet_budget(can, info)
    sheet = fact_sheet(source, prompts(), model.count_tokens, budget)
    return Interview(model, memo, report, prompts(), can, sheet)


def _sheet_budget(can: Capability, info: ModelInfo) -> int:
    """Tokens for the fact sheet: what the size of model reads well, and what its context leaves."""
    context = info.num_ctx or info.context_length
    return min(can.fact_sheet_tokens, max(300, context - _ANSWER_ROOM)) if context else can.fact_sheet_tokens


def _provenance(base: ReviewProvenance, info: ModelInfo, interview: Interview, *, written: bool) -> ReviewProvenance:
    tally = interview.tally
    return base.model_copy(
        update={
            "model": info.name,
            "model_digest": info.digest or None,
            "tokens": dict(tally.tokens),
            "seconds": dict(tally.seconds),
            "mode": "model" if written else "deterministic",
        }
    )


def _by_model(made: Review, draft: Review) -> bool:
    """Whether any text of the review is the model's."""
    authors = {made.root_cause.written_by}
    authors |= {claim.written_by for claim in made.missed_layers}
    authors |= {claim.written_by for claim in made.ignored_signals}
    authors |= {claim.written_by for claim in made.recommended_tests}
    return "model" in authors or bool(draft.dialogue or draft.audio_summary)
