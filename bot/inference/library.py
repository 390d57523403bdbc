"""The models that an Ollama has: list, describe, pull. What stands behind `testing-postmortem models` for Ollama."""

from collections.abc import Callable
from contextlib import aclosing
from typing import Any

from ollama import AsyncClient, ListResponse

from bot.inference.client import base_url, full_name, open_client
from bot.inference.failures import FAILURES, missing, translate
from bot.nouns.base import Noun
from bot.nouns.ports import ModelInfo

PullReport = Callable[[int, int, str], None]
"""Called with bytes done, bytes in all (0 when unknown) and the server's status line."""

_SCALE = {"K": 1e-6, "M": 1e-3, "B": 1.0, "T": 1e3}


def nobody_watches(done: int, total: int, note: str) -> None:
    """The report when nobody watches a pull."""


class Installed(Noun):
    """A model that an Ollama has."""

    name: str
    digest: str
    bytes: int
    quantization: str


async def ollama_models(host: str) -> tuple[Installed, ...]:
    """The models of the Ollama at `host`, by name. Raises ModelUnavailable."""
    client = open_client(base_url(host))
    try:
        listed = await client.list()
        return tuple(sorted((_installed(entry) for entry in listed.models), key=lambda model: model.name))
    except FAILURES as error:
        raise translate(error, base_url(host), "", embedded=False) from error
    finally:
        await client.close()


async def pull(host: str, model: str, report: PullReport = nobody_watches) -> ModelInfo:
    """Let the Ollama at `host` pull `model`. Raises ModelUnavailable or ModelMissing."""
    client = open_client(base_url(host))
    try:
        await pull_with(client, model, report)
        found = await describe(client, model)
    except FAILURES as error:
        raise translate(error, base_url(host), model, embedded=False) from error
    finally:
        await client.close()
    if found is None:
        raise missing(base_url(host), model, embedded=False)
    return found


async def pull_with(client: AsyncClient, model: str, report: PullReport) -> None:
    """Pull with progress; the server resumes by itself. Raises the client's own errors."""
    async with aclosing(await client.pull(model, stream=True)) as progress:  # type: ignore[type-var]
        async for step in progress:
            report(step.completed or 0, step.total or 0, step.status or "")


async def describe(client: AsyncClient, model: str) -> ModelInfo | None:
    """The model with its digest and trained context, or None when the endpoint lacks it. Raises the client's errors."""
    listed = await client.list()
    entry = next((m for m in listed.models if (m.model or "").lower() == full_name(model).lower()), None)
    if entry is None:
        return None
    shown = await client.show(model)
    facts: dict[str, Any] = dict(shown.modelinfo or {})
    length = facts.get(f"{facts.get('general.architecture')}.context_length", 0)
    return _info(entry).model_copy(update={"name": model, "context_length": int(length)})


def _installed(entry: ListResponse.Model) -> Installed:
    info = _info(entry)
    return Installed(name=info.name, digest=info.digest, bytes=entry.size or 0, quantization=info.quantization)


def _info(entry: ListResponse.Model) -> ModelInfo:
    return ModelInfo(
        name=entry.model or "",
        digest=entry.digest or "",
        parameters=_billions(entry.details.parameter_size if entry.details else None),
        quantization=(entry.details.quantization_level if entry.details else None) or "",
    )


def _billions(size: str | None) -> float:
    """ "134.52M" -> 0.13452; 0 when the endpoint does not say."""
    if not size or size[-1] not in _SCALE:
        return 0.0
    try:
        return float(size[:-1]) * _SCALE[size[-1]]
    except ValueError:
        return 0.0
