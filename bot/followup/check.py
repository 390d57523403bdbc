"""The rules that a model's answer must pass. Each returns None, or the reason as a sentence for the retry. Pure."""

import re
from collections.abc import Sequence

from bot.followup.evidence import Piece
from bot.followup.words import foreign, identifiers, names, negated, numbers, overlap, stems

_LINK = re.compile(r"https?:|www\.|<[^>]*>|\]\(|\b\w+\.(?:com|net|org|io|dev|ru|cn|info)/", re.IGNORECASE)
_BECAUSE = re.compile(
    r"\b(?:because|since|due to|caused|so that|therefore|why|so|hence|weil|deshalb|porque|debido)\b", re.IGNORECASE
)
_DIGITS = re.compile(r"[\d.,:]+")
_MOST = 700  # characters
_LEAST_OVERLAP = 0.4


def refused(answer: str, ids: Sequence[str], pieces: Sequence[Piece], question: str, review_text: str) -> str | None:
    """`review_text`: the review's facts, which an answer may repeat beside the cited evidence."""
    cited = [piece for piece in pieces if piece.id in ids]
    sources = " ".join((*(piece.text for piece in cited), question, review_text))
    evidence = " ".join(piece.text for piece in cited)
    return (
        _ids(ids, pieces)
        or _shape(answer)
        or _numbers(answer, sources)
        or _names(answer, sources, question)
        or _negation(answer, evidence)
        or _causality(answer, evidence)
        or _grounded(answer, f"{evidence} {review_text}", question)
    )


def _ids(ids: Sequence[str], pieces: Sequence[Piece]) -> str | None:
    """Rule: at least one piece of evidence is cited, and all that are cited exist."""
    known = {piece.id for piece in pieces}
    strange = [item for item in ids if item not in known]
    if strange:
        return f"{strange[0]} is not one of the evidence ids."
    return None if ids else "Cite at least one evidence id."


def _shape(answer: str) -> str | None:
    """Rule: a short text without links or markup."""
    if not answer.strip():
        return "The answer is empty."
    if _LINK.search(answer):
        return "No links or markup in the answer."
    return f"At most {_MOST} characters." if len(answer) > _MOST else None


def _numbers(answer: str, sources: str) -> str | None:
    """Rule: every number and time occurs in the cited evidence, the question or the review."""
    strange = sorted(numbers(answer) - numbers(sources))
    return f"The number {strange[0]} is not in the cited evidence." if strange else None


def _names(answer: str, sources: str, question: str) -> str | None:
    """Rule: every host, service, identifier and proper name occurs there too. Other languages capitalise other words."""
    known = sources.lower()
    told = identifiers(answer) if foreign(question) else names(answer)
    strange = [name for name in told if name.lower() not in known and not _DIGITS.fullmatch(name)]
    return f"The name {strange[0]} is not in the cited evidence." if strange else None


def _negation(answer: str, evidence: str) -> str | None:
    """Rule: an answer denies only what the evidence denies."""
    if negated(answer) and not negated(evidence):
        return "The cited evidence denies nothing, so the answer may not."
    return None


def _causality(answer: str, evidence: str) -> str | None:
    """Rule: no reason that the evidence does not give as one."""
    if _BECAUSE.search(answer) and not _BECAUSE.search(evidence):
        return "The cited evidence gives no reason, so the answer may not."
    return None


def _grounded(answer: str, sources: str, question: str) -> str | None:
    """Rule: the words come from the evidence. An answer in another language than the evidence is held to its names only."""
    if foreign(question):
        return None
    return (
        "Use the words of the cited evidence."
        if overlap(stems(answer), f"{sources} {question}") < _LEAST_OVERLAP
        else None
    )
