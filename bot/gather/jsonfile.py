"""JSON from a person's disk: wrong in every way that it can be, and each way has its sentence."""

import json
from typing import Any

from bot.errors import BadInput, UnreadableFile
from bot.gather.tree import Tree, read_whole

Json = dict[str, Any]


def read_json(tree: Tree, name: str) -> Any:
    """Any JSON value. Raises BadInput that names the file and the place of the mistake."""
    try:
        return json.loads(read_whole(tree, name).decode("utf-8-sig"))
    except UnreadableFile as error:
        raise BadInput(f"{name} cannot be read: {error}.") from error
    except json.JSONDecodeError as error:
        raise BadInput(f"{name} is not valid JSON: {error.msg} in line {error.lineno}. Export it again.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{name} is not JSON in UTF-8. Export it again.") from error
    except RecursionError as error:
        raise BadInput(f"{name} is nested too deeply to be an export of messages.") from error


def read_objects(tree: Tree, name: str, *, key: str = "") -> list[Json]:
    """A list of objects, or an object that has the list under `key`."""
    value = read_json(tree, name)
    if isinstance(value, dict) and key and isinstance(value.get(key), list):
        value = value[key]
    if not isinstance(value, list):
        raise BadInput(f"{name} must hold a list of objects; it holds {_kind(value)}.")
    return [item for item in value if isinstance(item, dict)]


def _kind(value: Any) -> str:
    names = {dict: "one object", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
