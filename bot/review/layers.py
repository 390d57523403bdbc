"""The layers that missed it, each with the words that prove it."""

from bot.nouns.digest import LayerFinding
from bot.nouns.review import IgnoredSignal, MissedLayer
from bot.review.check.definition import MEANING
from bot.review.prose import content_words, sentence, word_count
from bot.review.source import Source, full_text

MOST_LAYERS = 5
MOST_SIGNALS = 6
WHY_WORDS = 44
_LIKELY_AFTER = 3  # rules name the first three layers well, later ones less so


def findings(source: Source) -> list[LayerFinding]:
    """The first five findings with evidence, one a layer."""
    kept: dict[str, LayerFinding] = {}
    for finding in source.digest.layers:
        facts = tuple(source.usable(finding.facts))
        if facts and finding.layer not in kept:
            kept[finding.layer] = finding.model_copy(update={"facts": facts})
    return list(kept.values())[:MOST_LAYERS]


def missed_layer(source: Source, finding: LayerFinding, rank: int) -> MissedLayer:
    """`rank` from 0. The later ones are marked as likely, not certain."""
    lead = "Likely: " if rank >= _LIKELY_AFTER else ""
    return MissedLayer(
        layer=finding.layer,
        reason=finding.reason,
        why=lead + why(source, finding, WHY_WORDS - word_count(lead)),
        evidence=source.refs(finding.facts),
    )


def why(source: Source, finding: LayerFinding, limit: int = WHY_WORDS) -> str:
    """The best fact, and the second when both fit."""
    weights = layer_weights(finding)
    first = sentence(source.quote(finding.facts[0], limit if len(finding.facts) == 1 else max(26, limit - 16), weights))
    for fact in finding.facts[1:]:
        room = limit - word_count(first)
        if room >= 8:
            first += " " + sentence(source.quote(fact.model_copy(update={"question": None}), room, weights))
    return first


def layer_weights(finding: LayerFinding) -> dict[str, float]:
    """Words of the layer and words that its facts share weigh most; words of absence too."""
    counts: dict[str, float] = dict.fromkeys(content_words(MEANING[finding.layer]) | content_words(finding.layer), 0.8)
    for fact in finding.facts:
        for word in content_words(full_text(fact)):
            counts[word] = counts.get(word, 0.3) + 0.4
    return counts


def ignored_signals(source: Source) -> tuple[IgnoredSignal, ...]:
    """At most six, one for each fact; log lines say where they stand, alerts who got them."""
    made: list[IgnoredSignal] = []
    seen: set[tuple[str, ...]] = set()
    for finding in source.digest.signals:
        refs = source.refs([finding.fact])
        if refs in seen or not source.usable([finding.fact]):
            continue
        seen.add(refs)
        lead = "Logged: " if source.log_only(finding.fact) else ""
        text = lead + source.quote(finding.fact, 40)
        made.append(IgnoredSignal(signal=sentence(text), kind=finding.kind, evidence=refs))
        if len(made) == MOST_SIGNALS:
            break
    return tuple(made)
