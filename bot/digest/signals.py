"""Signals that existed, or should have, and were not acted on: from alerts, from talk, and from the logs."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.digest import lexicon
from bot.digest.fuse import fuse
from bot.digest.items import FactMaker, Item, answered_questions
from bot.digest.tokens import terms
from bot.digest.voters import Voter
from bot.digest.wordlist import WordList
from bot.nouns.digest import SignalFinding
from bot.nouns.vocabulary import SignalKind

SIGNALS_SHOWN = 16
_KINDS: tuple[tuple[SignalKind, WordList], ...] = (
    (
        "never-fired",
        WordList(
            "no alert*, no alarm*, not alerted*, isn't alerted*, aren't alerted*, never fired, didn't fire, did not fire, nothing fired, no threshold, no page, nobody was paged, not monitored, no monitor*, nothing alert*, all green, never alerted, no notification*, never arrived",
            "kein alarm, hat nicht ausgelöst, keine überwachung, nicht überwacht, keine schwelle, alles grün",
            "no saltó, no salta, ninguna alerta, sin alerta*, sin umbral, todo en verde, no disparó",
        ),
    ),
    (
        "misrouted",
        WordList(
            "wrong team, wrong channel, wrong rota, old team, former, not to us, paged the, paged only, only paged, went to, goes to, sent to, supposed to go, inbox, mailing list, nobody owns, no owner, who owns, left the company",
            "falsches team, falscher kanal, ging an, geht an, postfach, verteiler, niemand zuständig",
            "equipo equivocado, canal equivocado, llegó a, va a, buzón, nadie es dueño",
        ),
    ),
    (
        "too-late",
        WordList(
            "too late, late, delayed, only after, minutes later, hours later, evaluated every, slow to",
            "zu spät, verspätet, erst nach, später",
            "tarde, después, con retraso, demasiado tarde, retras*",
        ),
    ),
    (
        "misread",
        WordList(
            "read that as, read it as, thought, assumed, looked fine, looked normal, looked healthy, looks fine, seemed fine, misread, took it for, all good, expected, skimmed, thought it was, wrote it off, dismissed, usual, normal for",
            "hielt, dachte, dachten, sah gut aus, sah normal aus, angenommen, überflogen",
            "pensé, pensamos, creímos, parecía normal, parecía bien, asumimos, interpret*",
        ),
    ),
)


def signals_of(
    voters: Sequence[Voter], items: Sequence[Item], maker: FactMaker, onset: datetime | None, detected: datetime | None
) -> tuple[SignalFinding, ...]:
    """Best first, at most sixteen: half from what people and bots say, half from log lines that nobody quoted."""
    asked = answered_questions(items)
    ranked = [
        (score, item)
        for score, item in fuse(voters, items, "signals")
        if item.kind not in {"clear", "topic"} and not asked & set(item.refs)
    ]
    quoted = frozenset(term for item in items if item.turn for term in item.terms)
    said = [entry for entry in ranked if entry[1].line is None]
    logs = _unquoted_lines([entry for entry in ranked if entry[1].line is not None], quoted)
    alerts = _unanswered_alerts(items, onset)
    merged = _interleaved([*alerts, *(entry for entry in said if entry[1] not in [item for _, item in alerts])], logs)
    keep = terms(lexicon.SIGNAL_QUERY)
    return tuple(
        SignalFinding(kind=kind_for(item, onset, detected), fact=maker.fact(item, score, keep), score=round(score, 4))
        for score, item in merged[:SIGNALS_SHOWN]
    )


def _interleaved(said: list[tuple[float, Item]], logs: list[tuple[float, Item]]) -> list[tuple[float, Item]]:
    merged: list[tuple[float, Item]] = []
    for place in range(max(len(said), len(logs))):
        merged.extend(said[2 * place : 2 * place + 2])
        merged.extend(logs[place : place + 1])
    return merged


def _unquoted_lines(ranked: Sequence[tuple[float, Item]], quoted: frozenset[str]) -> list[tuple[float, Item]]:
    """One line per template, those with failure words first seen before the start, best first."""
    found: list[tuple[float, Item]] = []
    templates: set[str] = set()
    for score, item in ranked:
        line = item.line
        assert line is not None
        speaks = line.level in {"error", "warning"} or lexicon.FAILURE.search(line.text)
        if line.template in templates or not speaks:
            continue
        templates.add(line.template)
        found.append((score * _weight(item, quoted), item))
    return sorted(found, key=lambda entry: -entry[0])


def _weight(item: Item, quoted: frozenset[str]) -> float:
    """Lines that recurred for long before the start and that nobody spoke of count most; loud symptoms least."""
    line = item.line
    assert line is not None
    weight = 1.0 + 0.4 * math.log10(1 + line.spread_s / 3_600)
    if line.before == 0 and line.level not in {"info", "debug"}:
        weight *= 0.6
    told = [term for term in set(item.terms) if term.isalpha()]
    if told and sum(term in quoted for term in told) > 0.6 * len(told):
        weight *= 0.7
    return weight


def _unanswered_alerts(items: Sequence[Item], onset: datetime | None) -> list[tuple[float, Item]]:
    """Alerts that fired before the start and that no person spoke of within half an hour."""
    found = []
    for item in items:
        if item.kind != "alert" or item.at is None or onset is None or item.at >= onset - timedelta(minutes=5):
            continue
        names = set(item.terms)
        soon = [
            other for other in items
            if other.kind == "said" and other.at and timedelta(0) <= other.at - item.at <= timedelta(minutes=30) and len(names & set(other.terms)) >= 2
        ]  # fmt: skip
        if not soon:
            found.append((1.0, item))
    return found[:4]


def kind_for(item: Item, onset: datetime | None, detected: datetime | None) -> SignalKind:
    """The kind by rule: a log line before the start was ignored; words decide for what people say; else ignored."""
    if item.kind == "log":
        return "ignored"
    votes = {kind: pattern.hits(item.text) for kind, pattern in _KINDS}
    best = max(votes, key=lambda kind: votes[kind])
    if votes[best]:
        return best
    if item.kind == "alert" and onset and detected and item.at == detected and detected - onset > timedelta(minutes=15):
        return "too-late"
    return "ignored"
