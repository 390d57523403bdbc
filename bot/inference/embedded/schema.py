"""Prepare a JSON schema for llama.cpp's grammar so that an answer means the same as behind a real Ollama."""

import json
from typing import Any

import jsonschema

_RIGID = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": ", "lenient": True}


class SchemaRefused(ValueError):
    """The schema cannot be turned into a grammar; the text is the one that Ollama gives."""


def grammar_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that is handed to the grammar: closed objects, fixed blanks, unknown keywords tolerated.

    llama.cpp's own converter, which Ollama uses, allows no further properties unless the schema does; the grammar engine
    in this build follows the standard, so objects are closed here. Fixed blanks keep small models from filling the
    answer with empty lines. Keywords that the grammar does not know are for the caller's own validation.
    """
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        raise SchemaRefused(_refusal(schema)) from error
    return {**_closed(schema), "x-guidance": _RIGID}


def _closed(node: Any) -> Any:
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {key: value if key in ("enum", "const", "default") else _closed(value) for key, value in node.items()}
    if isinstance(node.get("properties"), dict) and node.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


def _refusal(schema: dict[str, Any]) -> str:
    said = json.dumps(schema, separators=(",", ":"))
    message = f"Field 'json_schema': \"json_schema\": JSON schema conversion failed:\nUnrecognized schema: {said}"
    return json.dumps(
        {"error": {"code": 400, "message": message, "type": "invalid_request_error"}}, separators=(",", ":")
    )
