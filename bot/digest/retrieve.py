"""Finding evidence for follow-up questions: all turns and all telling log lines, by BM25 with exact names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.digest import lexicon
from bot.digest.bm25 import Bm25
from bot.digest.conversation import Turn, turns_of
from bot.digest.items import clip
from bot.digest.tokens import identifiers, terms
from bot.digest.wordlist import WordList
from bot.nouns.digest import Digest, Evidence
from bot.nouns.incident import CleanIncident

_IDENTIFIER_WEIGHT = 2.5
_HINT_WEIGHT = 0.3
_EXACT_BONUS = 4.0
_NEIGHBOUR_SHARE = 0.35  # of a turn's score that its answer or question inherits
_LOG_SHARE = 0.8
_TEXT_WORDS = 90

_SELECTED_BONUS = 2.0  # for the first of what the digest selected on the subject of the question

Subject = Literal["cause", "times", "tests", "signals", "impact", "end", "people"]

# What a question is about, by its words, and words that an answer to it has. English, German, Spanish.
_SUBJECTS: tuple[tuple[Subject, WordList, str], ...] = (
    (
        "cause",
        WordList("why, cause*, reason*, root, warum, wieso, weshalb, ursache*, grund, por qué, causa*, motivo"),
        "because cause turned out explains weil ursache porque causa",
    ),
    (
        "tests",
        WordList(
            "test, tests, tested, testing, caught, catch, missed, layer*, rehears*, getestet, tests, geprüft, prueba*, probado, detectado"
        ),
        "test tested never caught staging suite rehearsed drill",
    ),
    (
        "signals",
        WordList(
            "alert*, alarm*, page, paged, monitor*, warn*, signal*, notice*, ignored, alarme, warnung*, gewarnt, alerta*, aviso*"
        ),
        "alert alarm paged page threshold monitor fired warning",
    ),
    (
        "impact",
        WordList(
            "impact, affected, customer*, users, lost, how many, betroffen, kunden, verloren, clientes, afectad*, perdid*"
        ),
        "customers users affected lost tickets failed",
    ),
    (
        "end",
        WordList("fix, fixed, mitigat*, resolved, recover*, behoben, gelöst, repariert, resuelto, solucion*"),
        "fixed restored recovered rolled back mitigated disabled restarted",
    ),
    (
        "times",
        WordList("when, start, started, began, how long, since, wann, seit, wie lange, cuándo, desde, cuánto"),
        "since started until seit desde",
    ),
    ("people", WordList("who, wer, quién"), "assigned owner paged on-call"),
)


@dataclass(frozen=True, slots=True)
class _Document:
    evidence: Evidence
    text: str
    terms: tuple[str, ...]
    names: frozenset[str]
    linked: tuple[str, ...]  # refs of the question it answers


class EvidenceSearch:
    """Implements `nouns.ports.Search` over one incident: `search(query, limit)`, best first, each with its question.

    The log side is what the digest kept (templates' examples and cited lines); give the digest made from the same incident.
    """

    def __init__(self, incident: CleanIncident, sheet: Digest) -> None:
        turns, _ = turns_of(incident.messages)
        permalinks = {message.ts: message.permalink for message in incident.messages}
        self._documents = [*_said(turns, permalinks), *_logged(sheet)]
        self._index = Bm25([document.terms for document in self._documents])
        self._place = {document.evidence.ref: place for place, document in enumerate(self._documents)}
        self._selected = _selected(sheet)

    def __call__(self, query: str, limit: int) -> tuple[Evidence, ...]:
        """At most `limit` pieces; empty when nothing matches any word of the query."""
        asked = {name.lower() for name in identifiers(query)}
        subjects = [(subject, expansion) for subject, cues, expansion in _SUBJECTS if cues.found(query)]
        scores = self._index.scores(_weights(query))
        if not any(score > 0 for score in scores):
            return ()
        hints = self._index.scores({term: _HINT_WEIGHT for _, expansion in subjects for term in terms(expansion)})
        total = [score + hint for score, hint in zip(scores, hints, strict=True)]
        for place, document in enumerate(self._documents):
            total[place] += _EXACT_BONUS * len(asked & document.names)
            if document.evidence.kind == "log":
                total[place] *= _LOG_SHARE
        for subject, _ in subjects:
            for rank, ref in enumerate(self._selected[subject]):
                if ref in self._place:
                    total[self._place[ref]] += _SELECTED_BONUS / (1 + 0.5 * rank)
        spread = self._spread(total)
        order = sorted(
            (place for place, score in enumerate(spread) if score > 0), key=lambda place: (-spread[place], place)
        )
        return tuple(self._documents[place].evidence for place in order[:limit])

    def _spread(self, scores: Sequence[float]) -> list[float]:
        """An answer gains from the question that matched, and the other way round."""
        spread = list(scores)
        for place, document in enumerate(self._documents):
            for ref in document.linked:
                other = self._place.get(ref)
                if other is not None:
                    spread[place] += _NEIGHBOUR_SHARE * scores[other]
                    spread[other] += _NEIGHBOUR_SHARE * 0.5 * scores[place]
        return spread


def _weights(query: str) -> dict[str, float]:
    """Terms of the question with weight 1, identifiers more, words of absence less."""
    weights = dict.fromkeys(terms(query), 1.0)
    for name in identifiers(query):
        weights.update(dict.fromkeys(terms(name), _IDENTIFIER_WEIGHT))
    for term in weights:
        if lexicon.ABSENCE.found(term):
            weights[term] = _HINT_WEIGHT
    return weights


def _selected(sheet: Digest) -> dict[Subject, list[str]]:
    """Refs of what the digest holds on each subject, best first."""
    phases = sheet.phases
    starts = [ref for phase in (phases.started, phases.detected) for ref in phase.evidence]
    ends = [ref for phase in (phases.mitigated, phases.resolved) for ref in phase.evidence]
    return {
        "cause": [fact.evidence[0] for fact in sheet.causes[:6]],
        "tests": [finding.facts[0].evidence[0] for finding in sheet.layers[:5]],
        "signals": [finding.fact.evidence[0] for finding in sheet.signals[:6]],
        "impact": [fact.evidence[0] for fact in sheet.impact],
        "end": ends,
        "times": [*starts, *ends],
        "people": [],
    }


def _said(turns: Iterable[Turn], permalinks: dict[str, str | None]) -> Iterable[_Document]:
    for turn in turns:
        question = f"{clip(turn.question, (), 30)} — " if turn.question else ""
        text = f"{question}{clip(turn.text, (), _TEXT_WORDS)}"
        evidence = Evidence(
            ref=turn.refs[0],
            text=text,
            kind="alert" if turn.kind in {"alert", "clear"} else "message",
            speaker=turn.speaker or None,
            at=turn.at,
            permalink=permalinks.get(turn.refs[0]),
        )
        names = frozenset(name.lower() for name in identifiers(turn.text))
        linked = (turn.question_ref,) if turn.question_ref else ()
        yield _Document(evidence, turn.text, (*terms(turn.text), *terms(turn.speaker)), names, linked)


def _logged(sheet: Digest) -> Iterable[_Document]:
    seen: set[str] = set()
    lines = [evidence for evidence in sheet.evidence.values() if evidence.kind == "log"]
    examples = [
        Evidence(ref=f"{log.name}:{template.first_line}", text=template.example, kind="log", at=template.first_at)
        for log in sheet.logs
        for template in log.templates
    ]
    for evidence in [*lines, *examples]:
        if evidence.ref not in seen:
            seen.add(evidence.ref)
            names = frozenset(name.lower() for name in identifiers(evidence.text))
            yield _Document(evidence, evidence.text, terms(evidence.text), names, ())
