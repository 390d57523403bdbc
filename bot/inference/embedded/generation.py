"""One chat or generate call, from the checked request to the lines of the answer."""

import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from bot.inference.embedded import wire
from bot.inference.embedded.call import Call, Refused, check_options, schema_of
from bot.inference.embedded.keeper import Busy, Keeper
from bot.inference.embedded.llama import Llama, LlamaRefused, LoadFailed
from bot.inference.embedded.schema import SchemaRefused, grammar_schema

_TOO_LONG = (
    "the prompt is longer than the context length currently available to the model; shorten the prompt, adjust the "
    "context length in settings, or use a model with a longer context length"
)
_BUSY = "server busy, please try again.  maximum pending requests exceeded"
_NUM_KEEP = 4  # Ollama's default: first tokens that a cut prompt keeps
_PASSED_ON = (
    "temperature", "seed", "top_k", "top_p", "min_p", "typical_p", "repeat_last_n", "repeat_penalty",
    "presence_penalty", "frequency_penalty", "stop",
)  # fmt: skip
_OLLAMA_DEFAULTS = {"temperature": 0.8, "top_k": 40, "top_p": 0.9, "min_p": 0.0}


async def lines(call: Call, keeper: Keeper, longest_ctx: int, *, chat: bool) -> AsyncIterator[dict[str, Any]]:
    """The lines of the stream; the last is done. Raises Refused, before the first line where it can."""
    started = time.monotonic_ns()
    check_options(call.options)
    num_ctx = min(call.num_ctx, longest_ctx) if call.num_ctx and longest_ctx else call.num_ctx
    piece = wire.chat_piece if chat else wire.generate_piece
    if not call.messages:
        await _load_or_unload(keeper, num_ctx, call.keep_alive_s)
        yield wire.done(piece(call.named, ""), "unload" if call.keep_alive_s == 0 else "load", {})
        return
    last: dict[str, Any] = {}
    context: list[int] | None = None
    try:
        async with keeper.turn(num_ctx, call.keep_alive_s) as llama:
            load_ns = time.monotonic_ns() - started
            prompt = await _prompt(call, llama)
            context = None if chat else list(prompt)
            async with aclosing(llama.complete(_completion(call, prompt, llama))) as events:
                async for event in events:
                    last = event
                    if context is not None:
                        context += event.get("tokens", [])
                    if event["content"]:
                        yield piece(call.named, event["content"])
    except Busy as error:
        raise Refused(503, _BUSY) from error
    except LoadFailed as error:
        raise Refused(500, f"llama-server process has terminated: {error}") from error
    except LlamaRefused as error:
        raise Refused(error.status, error.body, from_runner=True) from error
    reason = "length" if last.get("stop_type") == "limit" else "stop"
    yield wire.done(piece(call.named, ""), reason, wire.counts(started, load_ns, last), context)


async def _load_or_unload(keeper: Keeper, num_ctx: int | None, keep_alive_s: float | None) -> None:
    if keep_alive_s == 0:
        await keeper.unload()
        return
    try:
        async with keeper.turn(num_ctx, keep_alive_s):
            pass
    except Busy as error:
        raise Refused(503, _BUSY) from error
    except LoadFailed as error:
        raise Refused(500, f"llama-server process has terminated: {error}") from error


async def _prompt(call: Call, llama: Llama) -> list[int]:
    """The prompt's tokens, cut as Ollama cuts them unless the call forbids it."""
    tokens = await _tokens(call, call.messages, llama)
    if len(tokens) < llama.num_ctx or not call.truncate:
        return tokens  # llama.cpp itself refuses what does not fit
    if not call.shift:
        raise Refused(400, _TOO_LONG)
    kept = call.messages
    while len(tokens) >= llama.num_ctx and (oldest := _oldest_to_drop(kept)) is not None:
        kept = kept[:oldest] + kept[oldest + 1 :]
        tokens = await _tokens(call, kept, llama)
    if len(tokens) < llama.num_ctx:
        return tokens
    num_keep = int(call.options.get("num_keep") or _NUM_KEEP)
    return tokens[:num_keep] + tokens[-((llama.num_ctx - num_keep) // 2) :]


async def _tokens(call: Call, messages: list[dict[str, Any]], llama: Llama) -> list[int]:
    return await llama.tokens_of(call.prompt if call.raw else await llama.prompt_of(messages))


def _oldest_to_drop(messages: list[dict[str, Any]]) -> int | None:
    """System messages and the last message stay."""
    return next((i for i, message in enumerate(messages[:-1]) if message["role"] != "system"), None)


def _completion(call: Call, prompt: list[int], llama: Llama) -> dict[str, Any]:
    body: dict[str, Any] = {
        **_OLLAMA_DEFAULTS,
        "prompt": prompt,
        "cache_prompt": True,
        "n_keep": int(call.options.get("num_keep") or _NUM_KEEP),
        "n_predict": _longest_answer(call, len(prompt), llama.num_ctx),
        **{name: call.options[name] for name in _PASSED_ON if call.options.get(name) is not None},
    }
    schema = schema_of(call.format)
    if schema is not None:
        try:
            body["json_schema"] = grammar_schema(schema)
        except SchemaRefused as error:
            raise Refused(400, str(error), from_runner=True) from error
    return body


def _longest_answer(call: Call, prompt_tokens: int, num_ctx: int) -> int:
    """`num_predict`; without a limit ten contexts, and with `shift` false what the context has left."""
    asked = int(call.options.get("num_predict") or -1)
    longest = asked if asked > 0 else 10 * num_ctx
    return longest if call.shift else max(1, min(longest, num_ctx - prompt_tokens))
