"""Slack's limits on messages and blocks. A breach is refused with Slack's error word and where it is.

Numbers from Slack's Block Kit reference and slack_sdk's validators; `msg_blocks_too_long` was measured, not documented.
"""

from collections.abc import Iterator
from typing import Any

from bot.workspace.refusal import SlackRefusal

Json = dict[str, Any]

TEXT = 40_000
BLOCKS = 50
VIEW_BLOCKS = 100
ATTACHMENTS = 100
BLOCKS_TOTAL = 13_200
MARKDOWN_TOTAL = 12_000
BLOCK_TYPES = frozenset(
    {"actions", "alert", "card", "carousel", "context", "context_actions", "divider", "file", "header"}
)
BLOCK_TYPES |= {"image", "input", "markdown", "plan", "rich_text", "section", "table", "task_card", "video"}
CHOICES = frozenset({"static_select", "multi_static_select", "overflow", "radio_buttons", "checkboxes"})


def check_message(text: str, blocks: Any, attachments: Any = None) -> None:
    """Raises SlackRefusal: no_text, msg_too_long, invalid_blocks, msg_blocks_too_long, too_many_attachments."""
    if not text and not blocks and not attachments:
        raise SlackRefusal("no_text")
    if len(text) > TEXT:
        raise SlackRefusal("msg_too_long")
    if blocks:
        check_blocks(blocks, BLOCKS)
        if total(blocks) > BLOCKS_TOTAL:
            raise SlackRefusal("msg_blocks_too_long")
    if len(attachments or []) > ATTACHMENTS:
        raise SlackRefusal("too_many_attachments")
    for attachment in attachments or []:
        if attachment.get("blocks"):
            check_blocks(attachment["blocks"], BLOCKS)


def check_view(view: Json) -> None:
    """Raises SlackRefusal: invalid_arguments (the view itself) or invalid_blocks."""
    problems = list(_view_problems(view))
    if problems:
        raise SlackRefusal("invalid_arguments", response_metadata={"messages": problems})
    check_blocks(view["blocks"], VIEW_BLOCKS)


def _view_problems(view: Json) -> Iterator[str]:
    if view.get("type") not in {"modal", "home"}:
        yield "[ERROR] invalid view type [json-pointer:/view/type]"
    if not isinstance(view.get("blocks"), list):
        yield "[ERROR] missing required field: blocks [json-pointer:/view]"
        return
    if view.get("type") == "modal" and not _text(view.get("title")):
        yield "[ERROR] missing required field: title [json-pointer:/view]"
    for key in ("title", "submit", "close"):
        yield from _longer(_text(view.get(key)), 24, f"/view/{key}")
    yield from _longer(view.get("private_metadata", ""), 3000, "/view/private_metadata")
    yield from _longer(view.get("callback_id", ""), 255, "/view/callback_id")
    has_input = any(block.get("type") == "input" for block in view["blocks"])
    if view.get("type") == "modal" and has_input and not view.get("submit"):
        yield "[ERROR] submit is required when an input block is within the blocks array [json-pointer:/view]"


def check_blocks(blocks: Any, most: int) -> None:
    """Raises SlackRefusal invalid_blocks with all breaches, each with its JSON pointer."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SlackRefusal("invalid_blocks_format")
    problems = [f"[ERROR] no more than {most} items allowed [json-pointer:/blocks]"] if len(blocks) > most else []
    for index, block in enumerate(blocks):
        problems += _block(block, f"/blocks/{index}")
    markdown = sum(len(block.get("text", "")) for block in blocks if block.get("type") == "markdown")
    problems += _longer("x" * markdown, MARKDOWN_TOTAL, "/blocks", "markdown blocks together")
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    if len(ids) != len(set(ids)):
        problems.append("[ERROR] block_id has to be unique [json-pointer:/blocks]")
    if problems:
        raise SlackRefusal("invalid_blocks", errors=problems, response_metadata={"messages": problems})


def _block(block: Json, at: str) -> Iterator[str]:
    kind = block.get("type")
    if kind not in BLOCK_TYPES:
        yield f"[ERROR] unsupported type: {kind} [json-pointer:{at}/type]"
        return
    yield from _longer(block.get("block_id", ""), 255, f"{at}/block_id")
    if check := _CHECKS.get(kind):
        yield from check(block, at)


def _header(block: Json, at: str) -> Iterator[str]:
    yield from _filled(block.get("text"), 150, f"{at}/text", kinds=("plain_text",))


def _section(block: Json, at: str) -> Iterator[str]:
    text, fields = block.get("text"), block.get("fields")
    if text is None and not fields:
        yield f"[ERROR] text or fields must be given [json-pointer:{at}]"
    if text is not None:
        yield from _filled(text, 3000, f"{at}/text")
    yield from _more(fields or [], 10, f"{at}/fields")
    for index, one in enumerate(fields or []):
        yield from _filled(one, 2000, f"{at}/fields/{index}")
    if block.get("accessory"):
        yield from _element(block["accessory"], f"{at}/accessory")


def _context(block: Json, at: str) -> Iterator[str]:
    elements = block.get("elements")
    if not elements:
        yield f"[ERROR] must provide elements [json-pointer:{at}/elements]"
    yield from _more(elements or [], 10, f"{at}/elements")
    for index, element in enumerate(elements or []):
        if element.get("type") == "image":
            yield from _image(element, f"{at}/elements/{index}")
        else:
            yield from _filled(element, 2000, f"{at}/elements/{index}")


def _actions(block: Json, at: str) -> Iterator[str]:
    elements = block.get("elements")
    if not elements:
        yield f"[ERROR] must provide elements [json-pointer:{at}/elements]"
    yield from _more(elements or [], 25, f"{at}/elements")
    for index, element in enumerate(elements or []):
        yield from _element(element, f"{at}/elements/{index}")
    ids = [element["action_id"] for element in elements or [] if element.get("action_id")]
    if len(ids) != len(set(ids)):
        yield f"[ERROR] action_id has to be unique in a block [json-pointer:{at}/elements]"


def _input(block: Json, at: str) -> Iterator[str]:
    yield from _filled(block.get("label"), 2000, f"{at}/label", kinds=("plain_text",))
    if not block.get("element"):
        yield f"[ERROR] missing required field: element [json-pointer:{at}]"
    else:
        yield from _element(block["element"], f"{at}/element")


def _image(block: Json, at: str) -> Iterator[str]:
    if not block.get("image_url") and not block.get("slack_file"):
        yield f"[ERROR] missing required field: image_url [json-pointer:{at}]"
    yield from _longer(block.get("image_url", ""), 3000, f"{at}/image_url")
    if not block.get("alt_text"):
        yield f"[ERROR] missing required field: alt_text [json-pointer:{at}]"
    yield from _longer(block.get("alt_text", ""), 2000, f"{at}/alt_text")


def _markdown(block: Json, at: str) -> Iterator[str]:
    if not isinstance(block.get("text"), str) or not block["text"]:
        yield f"[ERROR] must be more than 0 characters [json-pointer:{at}/text]"


def _rich_text(block: Json, at: str) -> Iterator[str]:
    if not isinstance(block.get("elements"), list):
        yield f"[ERROR] missing required field: elements [json-pointer:{at}]"


def _table(block: Json, at: str) -> Iterator[str]:
    rows = block.get("rows")
    if not isinstance(rows, list) or not rows:
        yield f"[ERROR] missing required field: rows [json-pointer:{at}]"
        return
    yield from _more(rows, 100, f"{at}/rows")
    for index, row in enumerate(rows):
        yield from _more(row, 20, f"{at}/rows/{index}")


_CHECKS = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "table": _table,
}


def _element(element: Json, at: str) -> Iterator[str]:
    kind = element.get("type")
    if not kind:
        yield f"[ERROR] missing required field: type [json-pointer:{at}]"
    yield from _longer(element.get("action_id", ""), 255, f"{at}/action_id")
    if kind == "image":
        yield from _image(element, at)
    if kind == "button":
        yield from _filled(element.get("text"), 75, f"{at}/text", kinds=("plain_text",))
        yield from _longer(element.get("value", ""), 2000, f"{at}/value")
        yield from _longer(element.get("url", ""), 3000, f"{at}/url")
        if element.get("style", "primary") not in {"primary", "danger"}:
            yield f"[ERROR] unsupported style [json-pointer:{at}/style]"
    if kind in CHOICES:
        yield from _options(element, at)
    if element.get("placeholder"):
        yield from _longer(_text(element["placeholder"]), 150, f"{at}/placeholder")
    if element.get("confirm"):
        yield from _confirm(element["confirm"], f"{at}/confirm")


def _options(element: Json, at: str) -> Iterator[str]:
    most = {"overflow": 5, "radio_buttons": 10, "checkboxes": 10}.get(str(element.get("type")), 100)
    options = element.get("options")
    if not options and not element.get("option_groups"):
        yield f"[ERROR] options or option_groups must be given [json-pointer:{at}]"
    yield from _more(options or [], most, f"{at}/options")
    for index, option in enumerate(options or []):
        yield from _filled(option.get("text"), 75, f"{at}/options/{index}/text")
        yield from _longer(option.get("value", ""), 150, f"{at}/options/{index}/value")


def _confirm(confirm: Json, at: str) -> Iterator[str]:
    for key, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from _longer(_text(confirm.get(key)), most, f"{at}/{key}")


def _text(value: Any) -> str:
    return str(value.get("text", "")) if isinstance(value, dict) else ""


def _filled(value: Any, most: int, at: str, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"[ERROR] missing required field [json-pointer:{at}]"
        return
    if value.get("type") not in kinds:
        yield f"[ERROR] unsupported text type: {value.get('type')} [json-pointer:{at}/type]"
    if not _text(value):
        yield f"[ERROR] must be more than 0 characters [json-pointer:{at}/text]"
    yield from _longer(_text(value), most, f"{at}/text")


def _longer(value: str, most: int, at: str, what: str = "must be") -> Iterator[str]:
    if len(value) > most:
        yield f"[ERROR] {what} less than {most + 1} characters [json-pointer:{at}]"


def _more(items: list[Any], most: int, at: str) -> Iterator[str]:
    if len(items) > most:
        yield f"[ERROR] no more than {most} items allowed [json-pointer:{at}]"


def total(value: Any) -> int:
    """Characters of text over all blocks: what people read, and buttons' values."""
    if isinstance(value, list):
        return sum(map(total, value))
    if not isinstance(value, dict):
        return 0
    own = sum(len(v) for k, v in value.items() if k in {"text", "value", "alt_text"} and isinstance(v, str))
    return own + sum(total(v) for v in value.values() if isinstance(v, dict | list))
