"""Which validation layers may have missed the failure, with evidence and a reason by rule."""

from collections.abc import Sequence

from bot.digest import lexicon
from bot.digest.fuse import fuse
from bot.digest.items import FactMaker, Item, answered_questions
from bot.digest.tokens import terms
from bot.digest.voters import Voter, layer_words
from bot.digest.wordlist import WordList
from bot.nouns.digest import LayerFinding
from bot.nouns.vocabulary import LAYERS, CauseFamily, Layer, Reason

FACTS_PER_LAYER = 3
_SIGNAL_REASONS: tuple[Reason, ...] = ("signal-ignored", "no-signal")
_ALERTING_REASONS: tuple[Reason, ...] = ("signal-ignored", "no-signal", "wrong-assertion")
SAID_ABSENT = 0.9  # layer_words from which words of the layer stand beside words of absence
LAYERS_SHOWN = 8
_REASONS: tuple[tuple[Reason, WordList], ...] = (
    (
        "environment-differed",
        WordList(
            "staging, test cluster*, test environment*, different from, differs, unlike, smaller, in-memory, sqlite, fake*, mock*, stub*, simulator, simulat*, production only, only in production, local*, copy of",
            "testumgebung*, anders als, kleiner, attrappe, gemockt, nur in produktion",
            "entorno, simulad*, solo en producción, distinto, diferente",
        ),
    ),
    (
        "signal-ignored",
        WordList(
            "ignored, muted, silenced, snoozed, skimmed, nobody looked, nobody read, nobody noticed, noisy, noise, warned, warning*, overlooked, didn't look, acknowledged, closed as, fired every, known flaky, flaky",
            "ignoriert, stummgeschaltet, übersehen, gewarnt, warnung*, niemand hat",
            "ignorad*, silenciad*, avis*, advert*, nadie miró, nadie leyó",
        ),
    ),
    (
        "wrong-assertion",
        WordList(
            "asserts, assertion, only checks, only check, checks that, checks only, being alive, is alive, passed, passes, was green, all green, green, 200, status code, looked healthy, wrong thing, average, averages",
            "prüft nur, war grün, grün, bestanden, falsche prüfung, durchschnitt",
            "solo comprueba, solo verifica, pasaba, en verde, verde, promedio",
        ),
    ),
    (
        "test-not-run",
        WordList(
            "skip*, disabled, commented out, not run, didn't run, never run, never ran, turned off, switched off, quarantin*, only on main, not in ci, manual*, by hand, nightly only, last run, hasn't run, out of date, old version, never exercised, never restored, never practised, never practiced",
            "deaktiviert, übersprungen, abgeschaltet, nicht gelaufen, von hand, nie ausgeführt",
            "desactivad*, omitid*, no se ejecut*, a mano, nunca se ejecut*",
        ),
    ),
    (
        "no-signal",
        WordList(
            "no alert*, no alarm*, no monitor*, no metric*, no page, nothing alerts, nothing alerted, no threshold, no dashboard, not monitored, nobody was paged, didn't page, never fired, blind, no signal, no visibility",
            "kein alarm, keine überwachung, keine metrik*, nicht überwacht, keine schwelle",
            "ninguna alerta, sin alerta*, sin monitor*, no hay alerta*, sin umbral",
        ),
    ),
)


def layers_of(
    voters: Sequence[Voter], items: Sequence[Item], maker: FactMaker, families: Sequence[tuple[CauseFamily, float]]
) -> tuple[LayerFinding, ...]:
    """Findings best first, at most eight; a layer needs at least one statement with its words beside words of absence."""
    findings = [found for layer in LAYERS if (found := _finding(layer, voters, items, maker, families))]
    return tuple(sorted(findings, key=lambda found: -found.score)[:LAYERS_SHOWN])


def _finding(
    layer: Layer,
    voters: Sequence[Voter],
    items: Sequence[Item],
    maker: FactMaker,
    families: Sequence[tuple[CauseFamily, float]],
) -> LayerFinding | None:
    pattern = lexicon.LAYER_WORDS[layer]
    fused = fuse(voters, items, layer)
    asked = answered_questions(items)
    told = [(layer_words(item, pattern), score, item) for score, item in fused if not asked & set(item.refs)]
    named = sorted((entry for entry in told if entry[0] > 0), key=lambda entry: -_weighted(entry))[:FACTS_PER_LAYER]
    if not named:
        return None
    strength = max(words for words, _, _ in told[:6])
    keep = terms(lexicon.LAYER_QUERIES[layer])
    facts = tuple(maker.fact(item, score, keep) for _, score, item in named)
    affinity = sum(share for family, share in families[:3] if layer in lexicon.FAMILY_LAYERS[family])
    support = sum(min(words, 3.0) for words, _, _ in named) / FACTS_PER_LAYER
    total = lexicon.LAYER_PRIOR[layer] * (0.4 + 0.25 * min(strength, 4.0) + 0.2 * support + 1.2 * affinity)
    return LayerFinding(
        layer=layer, reason=reason_for(layer, [item.whole for _, _, item in named]), facts=facts, score=round(total, 4)
    )


def _weighted(entry: tuple[float, float, Item]) -> float:
    """Fused score; answers to "what should have caught it?" gain, what only shares words with the layer loses."""
    told, score, item = entry
    if told < SAID_ABSENT:
        return 0.4 * score
    question = item.turn.question if item.turn else None
    return 1.3 * score if question and lexicon.RETROSPECT.found(question) else score


def reason_for(layer: Layer, texts: Sequence[str]) -> Reason:
    """The reason code whose words the evidence uses most, the first statement counting double.

    For alerting one of the codes about signals; for all others one about tests, "no-test" where nothing is said.
    """
    votes: dict[Reason, float] = {}
    for reason, pattern in _REASONS:
        if (reason in _ALERTING_REASONS) if layer == "alerting" else (reason not in _SIGNAL_REASONS):
            weighted = [pattern.hits(text) * (2.0 if place == 0 else 0.7) for place, text in enumerate(texts)]
            votes[reason] = sum(weighted)
    best = max(votes, key=lambda reason: votes[reason])
    if votes[best] >= 1.0:
        return best
    return "no-signal" if layer == "alerting" else "no-test"
