"""What a large model decides: which facts are the cause, and which layers missed it. Closed choices over ids."""

from bot.nouns.digest import Fact, LayerFinding
from bot.nouns.ports import Json
from bot.nouns.vocabulary import LAYERS, Layer
from bot.review.check.definition import MEANING
from bot.review.check.ids import unknown_ids
from bot.review.check.one_cause import rejected_in_channel
from bot.review.fact_sheet import sheet_fact
from bot.review.interview import Interview
from bot.review.source import Source

_MOST_LAYERS = 5


async def judged(source: Source, interview: Interview) -> Source:
    """The same digest with causes and layers in the order that the model chose; unchanged where it was refused."""
    causes = await _causes(source, interview)
    layers = await _layers(source, interview)
    return Source(source.digest.model_copy(update={"causes": causes, "layers": layers}))


async def _causes(source: Source, interview: Interview) -> tuple[Fact, ...]:
    facts = {fact.id: fact for fact in source.causes}
    if len(facts) < 2:
        return source.digest.causes

    def check(answer: Json) -> str | None:
        strange = unknown_ids(answer["ids"], facts)
        if strange or not answer["ids"]:
            return strange or "Pick at least one fact."
        first = facts[answer["ids"][0]]
        return rejected_in_channel(first.text, first.evidence, source.digest.hypotheses)

    gone = "; ".join(
        sheet_fact(source, item.statement).text for item in source.digest.hypotheses if item.outcome == "rejected"
    )
    answer = await interview.ask(
        "judge_cause", "judge_cause", _ids_schema(list(facts), 4), check, ids=list(facts), rejected=gone
    )
    if answer is None:
        return source.digest.causes
    picked = [facts[item] for item in dict.fromkeys(answer["ids"])]
    return (*picked, *(fact for fact in source.digest.causes if fact not in picked))


async def _layers(source: Source, interview: Interview) -> tuple[LayerFinding, ...]:
    facts = {fact.id: fact for finding in source.digest.layers for fact in source.usable(finding.facts)}
    if not facts:
        return source.digest.layers

    def check(answer: Json) -> str | None:
        names = [item["layer"] for item in answer["layers"]]
        if not names or len(set(names)) < len(names):
            return "Name each layer once, and at least one."
        return unknown_ids([ref for item in answer["layers"] for ref in item["ids"]], facts)

    one = {"layer": {"enum": list(LAYERS)}, **_ids_schema(list(facts), 3)["properties"]}
    item = {"type": "object", "properties": one, "required": list(one), "additionalProperties": False}
    schema = {
        "type": "object",
        "properties": {"layers": {"type": "array", "minItems": 1, "maxItems": _MOST_LAYERS, "items": item}},
        "required": ["layers"],
        "additionalProperties": False,
    }
    answer = await interview.ask(
        "judge_layers", "judge_layers", schema, check, max_tokens=320, layers=list(MEANING.items())
    )
    if answer is None:
        return source.digest.layers
    return tuple(
        _finding(source, item["layer"], [facts[ref] for ref in dict.fromkeys(item["ids"])]) for item in answer["layers"]
    )


def _finding(source: Source, layer: str, facts: list[Fact]) -> LayerFinding:
    """The reason code stays with the rules: from the digest's finding of the layer, else of the first fact's finding."""
    same = next((item for item in source.digest.layers if item.layer == layer), None)
    near = same or next(item for item in source.digest.layers if facts[0] in item.facts)
    return LayerFinding(
        layer=same.layer if same else _layer(layer), reason=near.reason, facts=tuple(facts), score=near.score
    )


def _layer(name: str) -> Layer:
    return next(item for item in LAYERS if item == name)


def _ids_schema(ids: list[str], most: int) -> Json:
    return {
        "type": "object",
        "properties": {"ids": {"type": "array", "minItems": 1, "maxItems": most, "items": {"enum": ids}}},
        "required": ["ids"],
        "additionalProperties": False,
    }
