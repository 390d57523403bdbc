"""The recommended tests: a playbook pattern for each missed layer, its slots filled with the incident's own names and numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.nouns.digest import Fact, LayerFinding
from bot.nouns.review import RecommendedTest, Threshold
from bot.nouns.vocabulary import Layer, Operator, Provenance
from bot.review.layers import findings
from bot.review.phrases import versions
from bot.review.playbook import CAUSE_LAYERS, Pattern, choose, hits
from bot.review.prose import clip, content_words, sentence, words
from bot.review.quantities import Quantity, number, quantities, seconds_in, spoken_duration
from bot.review.source import Source, texts_of

MOST_TESTS = 6
BOUND: dict[Operator, str] = {
    "<": "below",
    "<=": "at most",
    "==": "exactly",
    ">=": "at least",
    ">": "above",
    "!=": "other than",
}


@dataclass(frozen=True)
class Plan:
    """A pattern chosen for a layer, with the facts that fill it."""

    pattern: Pattern
    layer: Layer
    facts: tuple[Fact, ...]
    closes: tuple[str, ...]


def plans(source: Source) -> list[Plan]:
    """One plan a missed layer, then one that reproduces the cause, then second patterns of the first layers."""
    made: list[Plan] = []
    found = findings(source)
    for finding in found:
        _add(made, source, finding.layer, finding.facts, (f"gap:{finding.layer}",))
    _add_cause_plan(made, source, found)
    for finding in found[:2]:
        if len(made) < MOST_TESTS - 1:
            _add(made, source, finding.layer, finding.facts, (f"gap:{finding.layer}",), least_hits=2)
    return made[:MOST_TESTS]


def _add_cause_plan(made: list[Plan], source: Source, found: Sequence[LayerFinding]) -> None:
    layers = CAUSE_LAYERS[source.families[0]] if source.families else ()
    facts = tuple(source.causes[:3])
    covered = {finding.layer for finding in found}
    if not (layers and facts):
        return
    taken = {plan.pattern.key for plan in made}
    fitting = [
        pattern for layer in layers if (pattern := choose(layer, texts_of(facts), source.families, taken, least_hits=1))
    ]
    if fitting:
        best = max(fitting, key=lambda pattern: hits(pattern, texts_of(facts)))
        made.append(Plan(best, best.layer, facts, (f"gap:{best.layer}",) if best.layer in covered else ()))


def _add(
    made: list[Plan],
    source: Source,
    layer: Layer,
    facts: tuple[Fact, ...],
    closes: tuple[str, ...],
    least_hits: int = 0,
) -> None:
    taken = {plan.pattern.key for plan in made}
    pattern = choose(layer, texts_of(facts), source.families, taken, least_hits=least_hits)
    if pattern is not None:
        made.append(Plan(pattern, layer, facts, closes))


def recommended_test(source: Source, plan: Plan, index: int) -> RecommendedTest:
    """`index` from 0, for the id. All words by rules; a model may later redraft title and fault."""
    pattern = plan.pattern
    value, provenance, note = threshold_value(source, plan)
    names = slots(source, plan)
    bound = f"{BOUND[pattern.operator]} {number(value)} {pattern.unit}"
    filled = {**names, "window": pattern.window, "bound": bound}
    return RecommendedTest(
        id=f"T{index + 1}",
        layer=plan.layer,
        title=clip(_short_title(pattern.title, names), 16),
        scope=sentence(pattern.scope.format_map(filled)),
        failure_injection=sentence(pattern.fault.format_map(filled)),
        success_criteria=sentence(pattern.criteria.format_map(filled) + note),
        threshold=Threshold(
            metric=pattern.metric,
            operator=pattern.operator,
            value=value,
            unit=pattern.unit,
            window=pattern.window,
            provenance=provenance,
        ),
        closes=plan.closes,
        effort=pattern.effort,
        evidence=source.refs(plan.facts),
    )


def _short_title(title: str, names: dict[str, str]) -> str:
    return title.format_map({key: " ".join(value.split()[:4]) for key, value in names.items()})


def slots(source: Source, plan: Plan) -> dict[str, str]:
    """Names for the pattern's slots, from the plan's facts first, then from the cause, then from the services named."""
    texts = texts_of(plan.facts)
    causes = texts_of(source.causes[:4])
    vocabulary = source.vocabulary
    services = source.specific([*vocabulary.services_in(texts), *source.digest.services])
    service = services[0] if services else "the affected service"
    cause_things = _unlike(service, [*vocabulary.named_things(causes), *vocabulary.things(causes)])
    things = _unlike(service, [*vocabulary.things(texts), *cause_things, *services])
    thing = things[0] if things else "the failing component"
    others = _unlike(
        thing, _unlike(service, [*vocabulary.named_things(texts), *vocabulary.named_things(causes), *services, *things])
    )
    found = versions([*texts, *texts_of(source.digest.causes), *(moment.what for moment in source.digest.timeline)])
    return {
        "thing": thing,
        "other": others[0] if others else "what it depends on",
        "service": service,
        "cause": cause_things[0] if cause_things else thing,
        "versions": f"{found[0]} and {found[1]}" if found else "the versions in production",
        "load": load(source, plan) or "the load of production",
    }


def _unlike(taken: str, phrases: Sequence[str]) -> list[str]:
    """Without those that share a word with the name in use."""
    return [phrase for phrase in phrases if not set(words(phrase)) & set(words(taken))]


def load(source: Source, plan: Plan) -> str | None:
    """The largest thing that is counted in the plan's facts or in the causes, with its noun."""
    said = texts_of([*plan.facts, *source.causes[:4]])
    counted = [item for text in said for item in quantities(text) if item.kind == "count" and item.value >= 20]
    best = max(counted, key=lambda item: item.value, default=None)
    return best.text if best else None


def threshold_value(source: Source, plan: Plan) -> tuple[float, Provenance, str]:
    """The number of the threshold, where it comes from, and what the incident adds to the criterion.

    A stated objective of the same kind wins. The incident's own figure is a ceiling: it replaces a weaker number of the
    playbook, and otherwise stands beside it for comparison.
    """
    pattern = plan.pattern
    stated = _objective(source, plan)
    if stated is not None:
        return stated, "objective", ""
    taken = _taken(source, plan)
    value = seconds_in(taken, pattern.unit) if taken and pattern.measure == "duration" else None
    if taken is None or value is None:
        return pattern.value, pattern.source, ""
    if plan.layer != "alerting" and value < pattern.value:
        return max(1.0, round(value)), "incident", " (what this incident took)"
    note = f" (this incident took {spoken_duration(taken)})" if value > 1.5 * pattern.value else ""
    return pattern.value, pattern.source, note


def _objective(source: Source, plan: Plan) -> float | None:
    """A number of a stated objective that speaks of the plan's subject, in the pattern's unit."""
    metric = content_words(plan.pattern.metric)
    subject = content_words(" ".join(texts_of(plan.facts))) | metric
    for fact in source.usable(source.digest.objectives):
        said = content_words(fact.text)
        if not said & metric or len(said & subject) < 2:
            continue
        for item in quantities(fact.text):
            value = _in_unit(item, plan.pattern)
            if value is not None and value > 0:
                return value
    return None


def _in_unit(item: Quantity, pattern: Pattern) -> float | None:
    if item.kind != pattern.measure:
        return None
    return seconds_in(item.value, pattern.unit) if item.kind == "duration" else item.value


def _taken(source: Source, plan: Plan) -> float | None:
    """Seconds that this incident took for what the pattern measures: detection for alerts, else repair."""
    phases = source.digest.phases
    end = phases.detected.at if plan.layer == "alerting" else phases.mitigated.at or phases.resolved.at
    if phases.started.at is None or end is None or end <= phases.started.at:
        return None
    return (end - phases.started.at).total_seconds()
