"""A follow-up question, answered from the incident's evidence with citations, or declined when it does not say."""

import time
from collections.abc import Iterable, Sequence

import structlog

from bot.errors import ModelAnswerInvalid
from bot.followup.check import refused
from bot.followup.evidence import Found, Piece, find
from bot.followup.prompt import answer_prompt
from bot.followup.topics import common_answer
from bot.followup.words import foreign
from bot.nouns.answer import Answer
from bot.nouns.digest import Digest
from bot.nouns.ports import ChatModel, ChatRequest, Json, Search
from bot.nouns.review import Review

log = structlog.get_logger(__name__)

_TRIES = 2
_LANGUAGES = 3.0  # billions of parameters from which a model is trusted with a language that the checks know little of
_QUOTE, _NEAR = 320, 0.6  # characters; share of the best piece's score
_SAID_BEFORE, _CLIP = 4, 300  # turns of the thread in the prompt, characters of each


async def answer(
    question: str,
    history: Sequence[tuple[str, str]],
    review: Review,
    digest: Digest,
    search: Search,
    model: ChatModel | None,
    *,
    system: str = "",
) -> Answer:
    """`history` is (author, text), oldest first; the bot's own turns have the author "bot".

    `system` is the prefix shared with the review's calls, so that a server's cache of it can be used.
    Raises ModelError as the model does, except for an answer that is no JSON, which counts as a try.
    """
    started = time.monotonic()
    told = common_answer(question, review)
    if told is not None:
        text, refs = told
        return Answer(text=text, evidence=_unique(refs), mode="deterministic")
    found = find(question, history, review, digest, search)
    if not found.answerable:
        return _declined(found, digest, review)
    usable = model is not None and (not foreign(question) or (await model.info()).parameters >= _LANGUAGES)
    made = await _by_model(question, history, review, found, model, system) if model and usable else None
    made = made or _quoted(found)
    return made.model_copy(update={"seconds": round(time.monotonic() - started, 2)})


async def _by_model(
    question: str, history: Sequence[tuple[str, str]], review: Review, found: Found, model: ChatModel, system: str
) -> Answer | None:
    """None when the model was refused twice."""
    reason = ""
    for attempt in range(_TRIES):
        prompt = answer_prompt(
            question=question,
            history=[(author, text[:_CLIP]) for author, text in history[-_SAID_BEFORE:]],
            pieces=found.pieces,
            reason=reason,
        )
        request = ChatRequest(
            stage="answer",
            system=system,
            user=prompt,
            answer_schema=_schema(found.pieces),
            max_tokens=220,
            seed=attempt + 1,
        )
        try:
            data = (await model.chat(request)).data or {}
        except ModelAnswerInvalid as error:
            reason = str(error)
            continue
        if data.get("answerable") is False:
            return _not_answered(found.pieces[0])
        text, ids = " ".join(str(data.get("answer") or "").split()), [str(item) for item in data.get("ids") or ()]
        reason = refused(text, ids, found.pieces, question, _facts(review)) or ""
        if not reason:
            refs = _unique(ref for piece in found.pieces if piece.id in ids for ref in piece.refs)
            return Answer(text=text, evidence=refs, mode="model")
        log.info("answer_refused", reason=reason, attempt=attempt + 1)
    return None


def _schema(pieces: Sequence[Piece]) -> Json:
    properties: Json = {
        "answerable": {"type": "boolean"},
        "ids": {"type": "array", "maxItems": 3, "items": {"enum": [piece.id for piece in pieces]}},
        "answer": {"type": "string"},
    }
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _facts(review: Review) -> str:
    """The computed facts that an answer may repeat without citing them."""
    facts = review.incident
    said = (facts.title, facts.severity, facts.started_at, facts.detected_at, facts.mitigated_at, facts.resolved_at)
    return " ".join([*(item for item in said if item), *review.blast_radius.services])


def _quoted(found: Found) -> Answer:
    """The evidence itself: the best piece, and the next one that has something of the question that the first lacks."""
    best, *others = found.pieces
    more = [piece for piece in others if (piece.words - best.words) and piece.score >= best.score * _NEAR]
    shown = [best, *more[:1]]
    quotes = " ".join(_quote(piece) for piece in shown)
    text = f"The evidence that fits best says: {quotes}"
    return Answer(text=text, evidence=_unique(ref for piece in shown for ref in piece.refs), mode="deterministic")


def _quote(piece: Piece) -> str:
    text = " ".join(piece.text.split())
    return f"“{text}”" if len(text) <= _QUOTE else f"“{text[:_QUOTE].rsplit(' ', 1)[0]} …”"


def _not_answered(nearest: Piece) -> Answer:
    """The model finds no answer in evidence that is near the question."""
    text = f"The evidence does not answer that. Nearest to it: {_quote(nearest)}"
    return Answer(text=text, evidence=_unique(nearest.refs), declined=True, mode="model")


def _declined(found: Found, digest: Digest, review: Review) -> Answer:
    """What was searched, and which evidence would tell."""
    seen = digest.coverage
    searched = f"The evidence does not say: {seen.messages:,} messages and {seen.log_lines:,} log lines were searched."
    words = ", ".join(found.unknown[:4])
    would = (
        f" A message or log line about {words} would tell."
        if words
        else " Ask with the name of a service, test or alert."
    )
    unseen = f" Not seen so far: {review.missing_evidence[0]}" if review.missing_evidence else ""
    return Answer(text=searched + would + unseen, declined=True, mode="deterministic")


def _unique(refs: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(refs))
