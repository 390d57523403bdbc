"""Read a request body the way Ollama's Go server does: the same defaults, the same refusals in the same words."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from bot.inference.client import full_name

_GO_KINDS: dict[type, str] = {
    bool: "bool",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
_FIELDS: dict[str, tuple[str, tuple[type, ...]]] = {
    "model": ("string", (str,)),
    "prompt": ("string", (str,)),
    "system": ("string", (str,)),
    "messages": ("[]api.Message", (list,)),
    "stream": ("bool", (bool,)),
    "raw": ("bool", (bool,)),
    "truncate": ("bool", (bool,)),
    "shift": ("bool", (bool,)),
    "tools": ("api.Tools", (list,)),
    "options": ("map[string]interface {}", (dict,)),
}
_INTEGERS = {
    "num_ctx", "num_batch", "num_gpu", "main_gpu", "num_thread", "num_keep", "seed", "num_predict", "top_k",
    "repeat_last_n",
}  # fmt: skip
_FLOATS = {
    "top_p", "min_p", "typical_p", "temperature", "repeat_penalty", "presence_penalty", "frequency_penalty",
}  # fmt: skip
_UNIT_S = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(\d+(?:\.\d*)?|\.\d+)([a-zµ]*)")


class Refused(Exception):
    """The request is answered with `status` and `{"error": text}`; `from_runner` marks llama.cpp's own refusals."""

    def __init__(self, status: int, text: str, *, from_runner: bool = False) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.from_runner = from_runner


@dataclass(frozen=True)
class Call:
    """A checked request for /api/chat or /api/generate."""

    model: str  # with its tag
    named: str  # as it was written, which is how answers repeat it
    messages: list[dict[str, Any]]
    stream: bool
    format: Any
    keep_alive_s: float | None
    truncate: bool
    shift: bool
    think: bool
    tools: bool
    raw: bool = False
    prompt: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def num_ctx(self) -> int | None:
        value = self.options.get("num_ctx")
        return int(value) if value else None


def body_of(raw: bytes, go_type: str) -> dict[str, Any]:
    """The JSON object in `raw`. Raises Refused."""
    if not raw:
        raise Refused(400, "missing request body")
    try:
        body: Any = json.loads(raw)
    except ValueError as error:
        raise Refused(400, f"invalid request body: {error}") from error
    if not isinstance(body, dict):
        kind = _GO_KINDS.get(type(body), "null")
        raise Refused(400, f"json: cannot unmarshal {kind} into Go value of type api.{go_type}")
    for name, (go_name, kinds) in _FIELDS.items():
        value = body.get(name)
        if value is not None and not isinstance(value, kinds):
            kind = _GO_KINDS[type(value)]
            place = f"Go struct field {go_type}.{name} of type {go_name}"
            raise Refused(400, f"json: cannot unmarshal {kind} into {place}")
    return body


def call_of(raw: bytes, go_type: str) -> Call:
    """A chat or generate request. Raises Refused; wrong options are found later, as Ollama does."""
    body = body_of(raw, go_type)
    named = str(body.get("model") or "")
    truncate, shift = body.get("truncate"), body.get("shift")
    return Call(
        model=full_name(named) if named else "",
        named=named,
        messages=_messages(body, go_type),
        stream=body.get("stream") is not False,
        format=body.get("format"),
        keep_alive_s=keep_alive_of(body.get("keep_alive")),
        truncate=truncate is not False,
        shift=shift is not False,
        think=bool(body.get("think")),
        tools=bool(body.get("tools")),
        raw=bool(body.get("raw")),
        prompt=str(body.get("prompt") or ""),
        options=body.get("options") or {},
    )


def _messages(body: dict[str, Any], go_type: str) -> list[dict[str, Any]]:
    if go_type == "GenerateRequest":
        system = [{"role": "system", "content": body["system"]}] if body.get("system") else []
        return [*system, {"role": "user", "content": body["prompt"]}] if body.get("prompt") else []
    messages = body.get("messages") or []
    for message in messages:
        if not isinstance(message, dict) or not isinstance(message.get("content", ""), str):
            raise Refused(400, "json: cannot unmarshal into Go struct field ChatRequest.messages of type api.Message")
    return [{"role": str(m.get("role", "")), "content": m.get("content", "")} for m in messages]


def keep_alive_of(value: Any) -> float | None:
    """Seconds from a number or a Go duration such as "1h30m"; None when nothing was said. Raises Refused."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, str):
        raise Refused(400, f"Unsupported type: '{_GO_KINDS.get(type(value), 'null')}'")
    sign, text = (-1.0, value[1:]) if value.startswith("-") else (1.0, value.removeprefix("+"))
    if text == "0":
        return 0.0
    pieces = list(_DURATION.finditer(text))
    if not text or "".join(piece.group() for piece in pieces) != text:
        raise Refused(400, f'time: invalid duration "{value}"')
    total = 0.0
    for piece in pieces:
        number, unit = piece.groups()
        if unit not in _UNIT_S:
            what = f'unknown unit "{unit}"' if unit else "missing unit"
            raise Refused(400, f'time: {what} in duration "{value}"')
        total += float(number) * _UNIT_S[unit]
    return sign * total


def check_options(options: dict[str, Any]) -> None:
    """Raises Refused with status 500, as Ollama does, for an option of the wrong type; unknown ones pass."""
    for name, value in options.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if value is None or (number and name in _INTEGERS | _FLOATS):
            continue
        if name in _INTEGERS:
            raise Refused(500, f'option "{name}" must be of type integer')
        if name in _FLOATS:
            raise Refused(500, f'option "{name}" must be of type float32')
        if name == "stop" and not isinstance(value, list):
            raise Refused(500, f'option "{name}" must be of type array')


def schema_of(format_: Any) -> dict[str, Any] | None:
    """The JSON schema that `format` asks for; None for plain text. Raises Refused."""
    if format_ is None or format_ == "":
        return None
    if format_ == "json":
        return {"type": "object"}
    if isinstance(format_, dict):
        return format_
    said = json.dumps(json.dumps(format_))
    raise Refused(500, f'invalid format: {said}; expected "json" or a valid JSON Schema object')
