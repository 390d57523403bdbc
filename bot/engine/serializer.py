"""JSON instead of pickle for everything that the engine stores: readable, and safe to load."""

import json
from typing import Any

from dbos import Serializer

from bot import errors


class JsonSerializer(Serializer):
    """Plain JSON; tuples become lists, errors keep their class name and sentence."""

    def name(self) -> str:
        return "testing_postmortem_json"

    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=_encode, ensure_ascii=False)

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data, object_hook=_decode)


def _encode(value: object) -> object:
    if isinstance(value, BaseException):
        return {"__error__": type(value).__name__, "message": str(value)}
    raise TypeError(f"a {type(value).__name__} cannot be stored by the engine; give it plain JSON")


def _decode(value: dict[str, Any]) -> Any:
    if "__error__" not in value:
        return value
    known = getattr(errors, value["__error__"], errors.PostmortemError)
    return known(value["message"])
