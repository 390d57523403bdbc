"""What a large model tells about finished findings: the talk of the two engineers, and the spoken summary."""

from bot.nouns.ports import Json
from bot.nouns.review import DialogueLine, Review
from bot.review.check.blame import blames
from bot.review.check.ear import LEAST, MOST, unspeakable
from bot.review.check.identifiers import unknown_names
from bot.review.check.ids import unknown_ids
from bot.review.check.injection import obeys_an_order
from bot.review.check.numbers import unknown_numbers
from bot.review.interview import Interview
from bot.review.prose import plain, sentence
from bot.review.quantities import number
from bot.review.source import Source
from bot.review.summary import audio_summary

_SPEAKERS = ("test architect", "reliability engineer")


async def dialogue_by_model(source: Source, draft: Review, interview: Interview) -> tuple[DialogueLine, ...]:
    """Empty when refused. Ids of the prompt are those of the findings, and are turned into their evidence here."""
    refs = _finding_refs(draft)
    findings = _findings_text(draft)

    def check(answer: Json) -> str | None:
        lines = answer["lines"]
        strange = unknown_ids([ref for line in lines for ref in line["ids"]], refs)
        if strange:
            return strange
        if any(line["speaker"] == "reliability engineer" and not line["ids"] for line in lines):
            return "Each answer of the reliability engineer names the ids that it rests on."
        text = " ".join(str(line["line"]) for line in lines)
        return _problem(text, findings, source)

    line = {
        "speaker": {"enum": list(_SPEAKERS)},
        "line": {"type": "string", "minLength": 10, "maxLength": 400},
        "ids": {"type": "array", "maxItems": 3, "items": {"enum": list(refs)}},
    }
    item = {"type": "object", "properties": line, "required": list(line), "additionalProperties": False}
    schema = {
        "type": "object",
        "properties": {"lines": {"type": "array", "minItems": 4, "maxItems": 10, "items": item}},
        "required": ["lines"],
        "additionalProperties": False,
    }
    answer = await interview.ask("dialogue", "dialogue", schema, check, max_tokens=700, findings=findings)
    return tuple(_line(item, refs) for item in answer["lines"]) if answer is not None else ()


def _line(item: Json, refs: dict[str, tuple[str, ...]]) -> DialogueLine:
    evidence = tuple(dict.fromkeys(ref for key in item["ids"] for ref in refs[key]))
    return DialogueLine(speaker=item["speaker"], line=sentence(plain(item["line"])), evidence=evidence)


def _finding_refs(draft: Review) -> dict[str, tuple[str, ...]]:
    refs = {"cause": draft.root_cause.evidence}
    refs |= {layer.layer: layer.evidence for layer in draft.missed_layers}
    return refs | {test.id: test.evidence for test in draft.recommended_tests}


def _findings_text(draft: Review) -> str:
    lines = [f"cause: {draft.root_cause.statement} (confidence {draft.root_cause.confidence})"]
    lines += [f"{layer.layer}: {layer.why}" for layer in draft.missed_layers]
    for test in draft.recommended_tests:
        limit = test.threshold
        lines.append(f"{test.id}: {test.title}; {limit.metric} {limit.operator} {number(limit.value)} {limit.unit}")
    return "\n".join(lines)


async def summary_by_model(source: Source, draft: Review, interview: Interview) -> str | None:
    """None when refused: then the summary is put together by rules."""
    by_rules = audio_summary(draft)
    known = f"{by_rules} {_findings_text(draft)}"

    def check(answer: Json) -> str | None:
        text = str(answer["summary"]).strip()
        return unspeakable(text) or _problem(text, known, source)

    schema = {
        "type": "object",
        "properties": {"summary": {"type": "string", "minLength": 600, "maxLength": 1800}},
        "required": ["summary"],
        "additionalProperties": False,
    }
    answer = await interview.ask(
        "summary", "summary", schema, check, max_tokens=420, draft=by_rules, least=LEAST, most=MOST
    )
    return str(answer["summary"]).strip() if answer is not None else None


def _problem(text: str, known: str, source: Source) -> str | None:
    return (
        obeys_an_order(text)
        or blames(text, source.people)
        or unknown_numbers(text, known)
        or unknown_names(text, known)
    )
