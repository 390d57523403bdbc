"""Block Kit to text, for bot messages that have nothing else. Controls (buttons, menus) say nothing and are left out."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.gather.mrkdwn import plain

Json = dict[str, Any]

_MAX_DEPTH = 12
_INLINE = {  # element type -> (its key, how it is shown)
    "channel": ("channel_id", "#{}"),
    "usergroup": ("usergroup_id", "@{}"),
    "broadcast": ("range", "@{}"),
    "emoji": ("name", ":{}:"),
    "date": ("fallback", "{}"),
}
_CONTROLS = frozenset({"button", "overflow", "datepicker", "static_select", "checkboxes", "radio_buttons", "actions"})


def blocks_text(blocks: Any, names: Mapping[str, str]) -> str:
    """The readable lines of a list of blocks; unknown block types are searched for text too."""
    lines = [line for block in _dicts(blocks) for line in _block_lines(block, names, 0)]
    return "\n".join(line for line in lines if line.strip())


def _dicts(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _block_lines(block: Json, names: Mapping[str, str], depth: int) -> Iterator[str]:
    kind = str(block.get("type", ""))
    if kind in _CONTROLS or depth > _MAX_DEPTH:
        return
    if kind.startswith("rich_text"):
        yield from _rich_lines(block, names, depth)
        return
    if kind == "context":
        yield " ".join(_text_of(element, names) for element in _dicts(block.get("elements")))
        return
    if kind == "table":
        yield from _table_lines(block, names, depth)
        return
    if text := _text_of(block, names):
        yield text
    for field in _dicts(block.get("fields")):
        yield _text_of(field, names)
    for key in ("elements", "rows", "blocks", "columns"):
        for inner in _dicts(block.get(key)):
            yield from _block_lines(inner, names, depth + 1)


def _text_of(item: Json, names: Mapping[str, str]) -> str:
    """The text of a text object, or of a block that has one (section, header, image, markdown)."""
    for key in ("text", "title", "alt_text"):
        value = item.get(key)
        if isinstance(value, dict):
            value = value.get("text")
        if isinstance(value, str) and value:
            return plain(value, names)
    return ""


def _table_lines(block: Json, names: Mapping[str, str], depth: int) -> Iterator[str]:
    for row in block.get("rows") or []:
        cells = [" ".join(_block_lines(cell, names, depth + 1)) for cell in _dicts(row)]
        yield " | ".join(cells)


def _rich_lines(block: Json, names: Mapping[str, str], depth: int) -> Iterator[str]:
    """rich_text holds sections, lists, quotes and preformatted pieces; those hold inline elements."""
    kind = block.get("type")
    if kind in ("rich_text", "rich_text_list"):
        mark = "- " if kind == "rich_text_list" else ""
        for inner in _dicts(block.get("elements")):
            for line in _block_lines(inner, names, depth + 1):
                yield mark + line
        return
    text = "".join(_inline(element, names) for element in _dicts(block.get("elements")))
    if kind == "rich_text_preformatted":
        yield f"```\n{text}\n```"
    elif kind == "rich_text_quote":
        yield "> " + text
    else:
        yield text


def _inline(element: Json, names: Mapping[str, str]) -> str:
    kind = element.get("type")
    if kind == "user":
        user = str(element.get("user_id", ""))
        return "@" + names.get(user, user)
    if kind == "link":
        return str(element.get("text") or element.get("url", ""))
    key, form = _INLINE.get(str(kind), ("text", "{}"))
    return form.format(element.get(key, ""))
