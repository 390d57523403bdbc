"""What the answer may rest on: messages and log lines found for the question, and the review's own claims."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.followup.words import content, foreign, identifiers, names, overlap, stem, stems
from bot.nouns.digest import Digest
from bot.nouns.ports import Search
from bot.nouns.review import Review

_SEARCHED, _KEPT, _CLIP = 12, 6, 420
_FLOOR = 0.34  # share of the question's telling words that one piece of evidence must have
_SHORT = 2  # telling words; a shorter question leans on the one before it


@dataclass(frozen=True)
class Piece:
    """One numbered thing that the model sees and may cite. `refs` are never empty."""

    id: str  # "E1"
    text: str
    refs: tuple[str, ...]
    words: frozenset[str]  # stems of the question that it has
    score: float  # their share


@dataclass(frozen=True)
class Found:
    """Best first. `unknown` are telling words of the question that occur nowhere in what was found."""

    pieces: tuple[Piece, ...]
    unknown: tuple[str, ...]
    answerable: bool


def find(question: str, history: Sequence[tuple[str, str]], review: Review, digest: Digest, search: Search) -> Found:
    """Pieces for the question, and whether they are above the floor below which an answer would be a guess."""
    query = in_context(question, history)
    wanted = stems(query)
    seen: dict[str, tuple[str, tuple[str, ...]]] = {}
    bare = " ".join(stem(word) for word in content(query))  # "mails" finds "mail" too
    for item in (*search(query, _SEARCHED), *search(bare, _SEARCHED)):
        seen.setdefault(item.text, (item.text, (item.ref,)))
    for text, refs in claims(review):
        seen.setdefault(text, (text, refs))
    ranked = sorted(seen.values(), key=lambda piece: _asks_only(piece[0]) - overlap(wanted, piece[0]))
    best = [
        Piece(f"E{number}", text[:_CLIP], refs, wanted & stems(text), overlap(wanted, text))
        for number, (text, refs) in enumerate(ranked[:_KEPT], start=1)
        if overlap(wanted, text) > 0
    ]
    known = frozenset().union(*(stems(piece.text) for piece in best)) | stems(_frame(digest))
    unknown = tuple(word for word in content(query) if stem(word) not in known)
    missing_names = {name.lower() for name in (identifiers(query) if foreign(query) else names(query))} & set(unknown)
    answerable = bool(best) and best[0].score >= _FLOOR and not missing_names
    return Found(tuple(best), unknown, answerable)


def _asks_only(text: str) -> float:
    """A handicap: somebody else's question is rarely the answer."""
    return 0.3 if text.rstrip().endswith("?") else 0.0


def in_context(question: str, history: Sequence[tuple[str, str]]) -> str:
    """ "And how long?" is about what was asked before: the last question goes along."""
    if len(content(question)) > _SHORT:
        return question
    before = [text for author, text in history if author != "bot"]
    return f"{before[-1]} {question}" if before else question


def claims(review: Review) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The review's statements that cite something."""
    cause = review.root_cause
    yield from _cited([("Root cause: " + cause.statement, cause.evidence)])
    yield from _cited((item.why, item.evidence) for item in review.missed_layers)
    yield from _cited((item.signal, item.evidence) for item in review.ignored_signals)
    yield from _cited((item.statement, item.evidence) for item in review.secondary_factors)
    yield from _cited((f"{item.statement} Rejected: {item.why}", item.evidence) for item in review.rejected_hypotheses)
    yield from _cited((item.what, item.evidence) for item in review.timeline)
    yield from _cited((item.action, item.evidence) for item in review.prevention)
    yield from _cited([(review.blast_radius.summary, review.blast_radius.evidence)])


def _cited(pairs: Iterable[tuple[str, tuple[str, ...]]]) -> Iterable[tuple[str, tuple[str, ...]]]:
    return ((text, refs) for text, refs in pairs if text and refs)


def _frame(digest: Digest) -> str:
    """What everything in the channel is about, and need not be said again in each message."""
    return " ".join((digest.title, digest.channel_name, *digest.services))
