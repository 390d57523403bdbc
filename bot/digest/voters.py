"""Selectors that disagree in useful ways, behind one interface: a score per item for a target; 0 means no opinion.

Words (small general lexicons), Retrieval (BM25 with plain queries), Structure (who is echoed later, novelty, thread
depth, reactions) and LogJoin (what chat and logs share). Each alone is weak; what they agree on carries over.
"""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.digest import lexicon
from bot.digest.bm25 import Bm25
from bot.digest.conversation import is_question
from bot.digest.items import Item, LogLine
from bot.digest.lexicon import Target
from bot.digest.tokens import sentences, terms
from bot.digest.wordlist import WordList

RARE_AT_MOST = 5  # items that hold a rare term
_FEW_LINES = 20


class Voter(Protocol):
    """Ranks the items that it was built with."""

    def rank(self, items: Sequence[Item], target: Target) -> list[float]:
        """A score for each item, in order; higher is better, 0 is no opinion."""
        ...


class Words:
    """Small general lexicons: discourse for causes, the layer's words beside words of absence for layers."""

    def rank(self, items: Sequence[Item], target: Target) -> list[float]:
        return [self._score(item, target) for item in items]

    def _score(self, item: Item, target: Target) -> float:
        if target == "cause":
            return _cause_words(item)
        if target == "signals":
            return _signal_words(item)
        if target in lexicon.LAYER_WORDS:
            return layer_words(item, lexicon.LAYER_WORDS[target])
        pattern = {"impact": lexicon.IMPACT, "actions": lexicon.ACTION, "objectives": lexicon.OBJECTIVE}[target]
        return float(pattern.hits(item.text)) if item.kind != "log" else 0.0


def _cause_words(item: Item) -> float:
    text = item.text
    mechanism = min(4, lexicon.MECHANISM.hits(text))
    if item.kind == "log":
        return 0.4 * mechanism
    if item.kind == "clear":
        return 0.0
    score = 1.0 * min(3, lexicon.CAUSE_DISCOURSE.hits(text)) + 0.7 * mechanism
    score -= 1.0 * min(2, lexicon.RULED_OUT.hits(text)) + 0.4 * min(2, lexicon.SUSPECT.hits(text))
    if is_question(text) and len(sentences(text)) == 1:
        score *= 0.4
    return max(0.0, score)


def _signal_words(item: Item) -> float:
    line = item.line
    if line is not None:
        failures = len({word for word in lexicon.FAILURE.findall(item.text.lower()) if word})
        unread = 1.0 + min(1.5, math.log10(1 + line.before)) if line.before else 1.2 if _is_quiet(line) else 0.4
        return unread * (failures + 0.5 * (line.level in {"error", "warning"}))
    best = max((_beside(lexicon.SIGNAL, part, 1.0) for part in _parts(item)), default=0.0)
    return best * _standing(item)


def _is_quiet(line: LogLine) -> bool:
    """Says failure in few lines at a level that nobody watches."""
    return line.level in {"info", "debug"} and line.count <= _FEW_LINES and bool(lexicon.FAILURE.search(line.text))


def layer_words(item: Item, layer: WordList) -> float:
    """The best sentence, or question with answer, that holds words of the layer and words of absence."""
    if item.kind in {"log", "clear", "topic"}:
        return 0.0
    return max((_beside(layer, part, 0.25) for part in _parts(item)), default=0.0) * _standing(item)


def _parts(item: Item) -> list[str]:
    """The sentences, and the question with its answer; an answer to a retrospective question is one thought. No code."""
    parts = sentences(item.text)
    question = item.turn.question if item.turn else None
    if question and parts:
        answer = " ".join(parts) if lexicon.RETROSPECT.found(question) else parts[0]
        parts = [*parts, f"{question} {answer}"]
    return parts


def _beside(topic: WordList, part: str, alone: float) -> float:
    """Words of the topic, worth much more beside words of absence."""
    named = min(3, topic.hits(part))
    return named * (alone + min(3, lexicon.ABSENCE.hits(part))) if named else 0.0


def _standing(item: Item) -> float:
    """An answer to "what should have caught it?" counts more, a question or a bot's post less."""
    if item.kind in {"alert", "bot"}:
        return 0.5
    turn = item.turn
    if turn and turn.question and lexicon.RETROSPECT.found(turn.question):
        return 1.7
    return 0.7 if is_question(item.text) else 1.0


_QUERIES: dict[str, str] = {"signals": lexicon.SIGNAL_QUERY} | dict(lexicon.LAYER_QUERIES.items())


class Retrieval:
    """BM25 with one plain query per target."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._index = Bm25([item.terms for item in items])

    def rank(self, items: Sequence[Item], target: Target) -> list[float]:
        query = _QUERIES.get(target, "")
        if not query:
            return [0.0] * len(items)
        return self._index.scores(terms(query))


class Structure:
    """How the room treats a statement: do others pick up its rare words later, is it new, answered, reacted to, late."""

    def __init__(self, items: Sequence[Item], end: datetime | None) -> None:
        chat = [item for item in items if item.turn is not None]
        self._frequency = Counter(term for item in chat for term in set(item.terms))
        self._size = len(chat)
        self._last = max((item.index for item in chat), default=0) or 1
        self._end = end
        self._base = self._bases(chat)

    def rank(self, items: Sequence[Item], target: Target) -> list[float]:
        return [self._score(item, target) for item in items]

    def _bases(self, chat: Sequence[Item]) -> dict[int, float]:
        """The part that is the same for all targets, by item."""
        uses: dict[str, list[Item]] = {}
        for item in chat:
            for term in set(item.terms):
                if 2 <= self._frequency[term] <= RARE_AT_MOST and not term.isdigit():
                    uses.setdefault(term, []).append(item)
        seen: set[str] = set()
        bases = {}
        for item in chat:
            echo = sum(
                self._rarity(term)
                for term in set(item.terms)
                for other in uses.get(term, ())
                if other.index > item.index and _speaker(other) != _speaker(item)
            )
            fresh = sum(self._rarity(term) for term in set(item.terms) - seen)
            seen.update(item.terms)
            bases[item.index] = echo + 0.25 * min(fresh, 20.0)
        return bases

    def _score(self, item: Item, target: Target) -> float:
        turn = item.turn
        if turn is None or turn.kind in {"clear", "topic"}:
            return 0.0
        score = self._base[item.index]
        score += 1.5 * math.log1p(turn.replies) + 0.7 * math.log1p(turn.reactions)
        score += 1.5 * (turn.thread is not None) + 1.2 * (turn.question is not None)
        if target != "cause":
            score *= 0.6 + 0.8 * item.index / self._last
            if self._end and turn.at > self._end:
                score *= 1.3
        return score

    def _rarity(self, term: str) -> float:
        return math.log((1 + self._size) / (1 + self._frequency[term]))


def _speaker(item: Item) -> str:
    return item.turn.speaker if item.turn else ""


class LogJoin:
    """What chat and logs share: rare terms of one in the other, and lines whose rate changes at the onset."""

    def __init__(self, items: Sequence[Item], onset: datetime | None) -> None:
        self._onset = onset
        chat = [item for item in items if item.turn is not None]
        logs = [item for item in items if item.line is not None]
        self._chat = Counter(term for item in chat for term in set(item.terms))
        self._logs: dict[str, float] = {}
        frequency = Counter(term for item in logs for term in set(item.terms))
        limit = max(3, len(logs) // 8)
        for item in logs:
            assert item.line is not None
            weight = 1.0 + max(0.0, item.line.telling)
            for term in set(item.terms):
                if frequency[term] <= limit:
                    self._logs[term] = max(self._logs.get(term, 0.0), weight)
        self._chat_size = len(chat)

    def rank(self, items: Sequence[Item], target: Target) -> list[float]:
        return [self._line(item, target) if item.line else self._said(item) for item in items]

    def _said(self, item: Item) -> float:
        shared = [
            term for term in set(item.terms) if term in self._logs and self._chat[term] <= max(3, self._chat_size // 10)
        ]
        score = sum(self._logs[term] for term in shared)
        return score / math.sqrt(4 + len(item.terms))

    def _line(self, item: Item, target: Target) -> float:
        line = item.line
        assert line is not None
        named = sum(1.0 for term in set(item.terms) if 0 < self._chat[term] <= max(3, self._chat_size // 10))
        score = max(0.0, line.telling) * (0.5 + 0.25 * min(4.0, named))
        if target == "cause" and line.at and self._onset and abs(line.at - self._onset) <= timedelta(minutes=3):
            score *= 1.5
        if target == "signals":
            score *= 1.6 if line.before else 1.3 if _is_quiet(line) else 0.6
        return score
