"""Who and what was hurt, what people will change, and the thresholds that they name."""

import re
from collections.abc import Callable, Sequence

from bot.digest import lexicon
from bot.digest.items import FactMaker, Item
from bot.digest.tokens import sentences, terms
from bot.nouns.digest import Fact

SHOWN = 6
_AMOUNT = re.compile(
    r"(?<![\d:.v])\d[\d.,]*(?![\d:]|st\b)\s?(?:%|k|m|million|thousand|percent|prozent|por ciento)?|\b(?:all|every|alle|todos|todas)\b",
    re.IGNORECASE,
)
_THRESHOLD = re.compile(
    r"\d[\d.,]*\s?(?:%|ms|s|sec|seconds?|min|minutes?|h|hours?|days?|GB|MB|TB|rps|qps|connections?|Sekunden|Minuten|Stunden|Tage|segundos|minutos|horas)\b|\d\s?%",
    re.IGNORECASE,
)


def impact_of(items: Sequence[Item], maker: FactMaker) -> tuple[Fact, ...]:
    """Statements with an amount and a word of harm, strongest first."""
    return _best(items, maker, lambda part: lexicon.IMPACT.hits(part) * (2.0 if _AMOUNT.search(part) else 0.5), 1.9)


def actions_of(items: Sequence[Item], maker: FactMaker) -> tuple[Fact, ...]:
    """What people say they will change; late statements win ties."""
    return _best(items, maker, lambda part: float(lexicon.ACTION.hits(part)), 1.0)


def objectives_of(items: Sequence[Item], maker: FactMaker) -> tuple[Fact, ...]:
    """Stated limits and objectives with their number."""
    return _best(items, maker, lambda part: lexicon.OBJECTIVE.hits(part) * len(_THRESHOLD.findall(part)), 1.0)


def _best(items: Sequence[Item], maker: FactMaker, value: Callable[[str], float], least: float) -> tuple[Fact, ...]:
    found: list[tuple[float, Item, str]] = []
    for item in items:
        if item.turn is None or item.kind in {"clear", "topic"}:
            continue
        parts = sentences(item.text) or [item.text]
        score, part = max((value(part), part) for part in parts)
        if score >= least:
            found.append((score, item, part))
    found.sort(key=lambda entry: (-entry[0], -entry[1].index))
    return tuple(maker.fact(item, score, terms(part)) for score, item, part in found[:SHOWN])
