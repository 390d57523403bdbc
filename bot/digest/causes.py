"""Candidate causes, whether the channel settled on one, and votes over the families of causes."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta, tzinfo

from bot.digest import lexicon
from bot.digest.clock import clocks
from bot.digest.fuse import fuse
from bot.digest.items import FactMaker, Item, answered_questions
from bot.digest.phases import END, TROUBLE
from bot.digest.voters import Voter
from bot.digest.wordlist import WordList
from bot.nouns.digest import Fact, Hypothesis, Phase
from bot.nouns.vocabulary import CauseFamily

CAUSES_SHOWN = 12
LOG_CAUSES = 4
FAMILIES_SHOWN = 5
_LASTING = re.compile(
    r"\b(?:since|from|as of|until|till|start(?:s|ed|ing)?|began|begin(?:s|ning)?|onset|seit|ab|bis|begann|beginn|desde|hasta|inicio|empezó)"
    r"\W*(?:at|um|a las|about|around|approx|ca|gegen)?\W*$",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"\b(?:root[ -]?cause|cause|rca|(?:grund)?ursache|causa(?: raíz)?)\s*[:=]\s*\W*"
    r"(?!unknown|unclear|tbd|n/?a\b|open|pending|not |none|unbekannt|unklar|offen|desconocid|pendiente)\w",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[|;•·]")
_SAME_MOMENT, _LEAD, _LEAST_WORDS = timedelta(minutes=2), 24, 2
_SETTLED = WordList(
    "root cause is, root cause was, the cause is, the cause was, cause found, found it, found the cause, confirmed, that's it, that was it, turned out to be, turns out, that explains, reproduced,"
    "source of everything, the culprit is, the culprit was, because of, caused by",
    "ursache gefunden, ich hab's, ursache ist, ursache war, bestätigt, lag an, lag daran, stellte sich heraus, das war es, reproduziert",
    "causa raíz, la causa es, la causa era, la causa fue, confirmado, encontrado, encontré, resultó ser, se debía a, eso era, reproducido",
)
_UNSETTLED = WordList(
    "cause unknown, unknown cause, still don't know, we don't know, don't know yet, no idea, not known, root cause unknown, cause tbd, still investigating, under investigation, unclear, inconclusive",
    "ursache unbekannt, ursache unklar, wissen wir nicht, wissen noch nicht, keine ahnung, unklar, wird noch untersucht",
    "causa desconocida, no sabemos, no se sabe, sin causa, no está claro, ni idea, en investigación",
)


def causes_of(
    voters: Sequence[Voter],
    items: Sequence[Item],
    maker: FactMaker,
    keep: Sequence[str],
    at_onset: Fact | None = None,
) -> tuple[Fact, ...]:
    """Best first, at most twelve, of which at most four log lines; all-clears and other topics are no causes.

    `at_onset`, what the channel's topic says happened at the onset, leads.
    """
    asked = answered_questions(items)
    fused = [
        (score * _standing(item), item) for score, item in fuse(voters, items, "cause") if not asked & set(item.refs)
    ]
    ranked = sorted(fused, key=lambda entry: (-entry[0], entry[1].index))
    chosen: list[Fact] = [at_onset] if at_onset else []
    lines = 0
    templates: set[str] = set()
    for score, item in ranked:
        if item.line is not None:
            if lines >= LOG_CAUSES or item.line.template in templates:
                continue
            templates.add(item.line.template)
            lines += 1
        chosen.append(maker.fact(item, score, keep))
        if len(chosen) == CAUSES_SHOWN:
            break
    return tuple(chosen)


def onset_event(items: Sequence[Item], started: Phase, zone: tzinfo, maker: FactMaker) -> Fact | None:
    """The clause of a topic that tells an event at the onset ("... deleted 23:27 UTC"), and no symptom.

    Whoever leads an incident writes into its topic what the room holds to be true.
    """
    for item in items:
        if item.kind != "topic" or item.turn is None or not set(item.refs) & set(started.evidence):
            continue
        for clock in clocks(item.text, item.turn.at, zone):
            lasting = _LASTING.search(item.text[max(0, clock.start - _LEAD) : clock.start])
            if started.at is None or abs(clock.at - started.at) > _SAME_MOMENT or lasting:
                continue
            clause = _CLAUSE_END.split(item.text[: clock.start])[-1] + _CLAUSE_END.split(item.text[clock.start :])[0]
            if len(clause[: clause.rfind(":")].split()) > _LEAST_WORDS and not TROUBLE.search(clause):
                return maker.fact(item, 1.0).model_copy(update={"text": clause.strip()})
    return None


def _standing(item: Item) -> float:
    """Symptoms, ends, what was ruled out and what should have caught it are spoken of like causes, but are none."""
    if item.kind in {"clear", "topic"}:
        return 0.3
    if item.kind == "alert":
        return 0.75
    if item.turn is None:
        return 1.0
    standing = 1.0
    if lexicon.RULED_OUT.found(item.text) and not lexicon.CAUSE_DISCOURSE.found(item.text):
        standing *= 0.65
    if END.search(item.text) and not lexicon.CAUSE_DISCOURSE.found(item.text):
        standing *= 0.75
    if item.turn.question and lexicon.RETROSPECT.found(item.turn.question):
        standing *= 0.6
    return standing


def is_settled(items: Sequence[Item], causes: Sequence[Fact], hypotheses: Sequence[Hypothesis]) -> bool:
    """The channel says that it found the cause, and nobody later says that it is unknown."""
    best = {ref for fact in causes[:4] for ref in fact.evidence}
    said = [item for item in items if item.turn is not None and item.kind in {"said", "topic"}]
    found = [item.index for item in said if not _in_doubt(item) and (_says_cause(item.text) or _explains(item, best))]
    open_again = [item.index for item in said if _UNSETTLED.found(item.text)]
    confirmed = any(hypothesis.outcome == "confirmed" for hypothesis in hypotheses)
    if not found and not confirmed:
        return False
    return max(found, default=len(items)) > max(open_again, default=-1)


def _says_cause(text: str) -> bool:
    """In words ("the cause was"), or under a label ("root cause: ...") that is filled in."""
    return _SETTLED.found(text) or bool(_LABELLED.search(text))


def _explains(item: Item, best: set[str]) -> bool:
    """One of the best candidates says in one breath that it explains and how it broke."""
    mechanism = lexicon.MECHANISM.hits(item.text)
    return bool(best & set(item.refs)) and lexicon.CAUSE_DISCOURSE.found(item.text) and mechanism >= 2


def _in_doubt(item: Item) -> bool:
    return bool(lexicon.SUSPECT.found(item.text) or lexicon.RULED_OUT.found(item.text)) or "?" in item.text


def families_of(items: Sequence[Item], causes: Sequence[Fact]) -> tuple[tuple[CauseFamily, float], ...]:
    """Votes by general words: the best causes count most, the rest of the talk a little; shares of all votes."""
    rank = {ref: place for place, fact in enumerate(causes) for ref in fact.evidence[:1]}
    votes: Counter[CauseFamily] = Counter()
    for item in items:
        place = rank.get(item.refs[0])
        weight = 3.0 / (1 + 0.35 * place) if place is not None else 0.12
        if item.kind == "said" and lexicon.RULED_OUT.found(item.text) and place is None:
            continue
        for family, pattern in lexicon.FAMILY_WORDS.items():
            hits = pattern.hits(item.text)
            if hits:
                votes[family] += weight * math.sqrt(min(hits, 3))  # type: ignore[assignment]
    total = sum(votes.values()) or 1.0
    return tuple((family, round(count / total, 3)) for family, count in votes.most_common(FAMILIES_SHOWN))
