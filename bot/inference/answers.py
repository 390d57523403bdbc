"""From the text that the model wrote to the object that was asked for."""

import json
from typing import Any

import jsonschema

from bot.errors import ModelAnswerInvalid
from bot.nouns.ports import ChatRequest, Json


def parse(request: ChatRequest, text: str, *, finished: bool) -> Json | None:
    """The answer as JSON that fits the request's schema; None when plain text was asked for.

    Raises ModelAnswerInvalid, which says when the reason is the limit on the answer's length.
    """
    if request.answer_schema is None:
        return None
    try:
        data: Any = json.loads(text)
    except ValueError as error:
        raise _invalid(request, text, "it is not JSON", finished=finished) from error
    validator = jsonschema.Draft202012Validator(request.answer_schema)
    wrong = jsonschema.exceptions.best_match(validator.iter_errors(data))
    if wrong is not None:
        raise _invalid(request, text, f"{wrong.json_path}: {wrong.message[:200]}", finished=finished)
    if not isinstance(data, dict):
        raise _invalid(request, text, "it is not an object", finished=finished)
    return data


def _invalid(request: ChatRequest, text: str, why: str, *, finished: bool) -> ModelAnswerInvalid:
    cut = f"it was cut at {request.max_tokens} tokens" if not finished else why
    return ModelAnswerInvalid(
        f"The model's answer for {request.stage} cannot be used: {cut}.",
        stage=request.stage,
        why=why,
        cut=not finished,
        characters=len(text),
    )
