"""What went wrong at the endpoint, as one of our errors; and which failures are worth another try."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable

import httpx
import structlog
from ollama import ResponseError
from pydantic import ValidationError

from bot.errors import ModelError, ModelMissing, ModelUnavailable, PromptTooLong

_BUSY = 503
_MISSING = 404
_TOO_LONG = ("exceeds the available context size", "longer than the context length", "exceed_context_size")

FAILURES = (ResponseError, httpx.HTTPError, ConnectionError, json.JSONDecodeError, ValidationError)
"""What the client raises: the last two when something else than an Ollama answers."""

Sleep = Callable[[float], Awaitable[None]]

log = structlog.get_logger()


def is_worth_a_retry(error: Exception) -> bool:
    """Connections that fail or break, and a server that says it is busy; never an answer that refuses the request."""
    if isinstance(error, ResponseError):
        return error.status_code == _BUSY
    return isinstance(error, httpx.TransportError | ConnectionError)


def translate(error: Exception, url: str, model: str, *, embedded: bool) -> ModelError:
    """The sentence for people; the server's own words go into the details."""
    if isinstance(error, json.JSONDecodeError | ValidationError):
        return ModelUnavailable(
            f"What answers at {url} does not speak Ollama's API. Set OLLAMA_HOST.", cause=str(error)
        )
    if not isinstance(error, ResponseError):
        return unavailable(url, error)
    details = {"status": error.status_code, "said": error.error, "url": url}
    if error.status_code == _MISSING:
        return missing(url, model, embedded=embedded)
    if any(words in error.error for words in _TOO_LONG):
        return PromptTooLong(
            f"The prompt does not fit the context of {model}. Raise TESTING_POSTMORTEM_NUM_CTX, or report this: "
            "prompts are meant to be cut to size before they are sent.",
            **details,
        )
    if error.status_code == _BUSY:
        return ModelUnavailable(f"Ollama at {url} is busy and stayed so. Try again later.", **details)
    return ModelUnavailable(f"The model server at {url} refused the call: {error.error}", **details)


def unavailable(url: str, error: Exception) -> ModelUnavailable:
    return ModelUnavailable(
        f"Nothing answers at {url}. Start Ollama, set OLLAMA_HOST, or use --no-model.",
        url=url,
        cause=f"{type(error).__name__}: {error}",
    )


def missing(url: str, model: str, *, embedded: bool) -> ModelMissing:
    command = f"testing-postmortem models pull {model}" if embedded else f"ollama pull {model}"
    where = "The embedded endpoint" if embedded else f"Ollama at {url}"
    return ModelMissing(f"{where} does not have the model {model}. Run: {command}", url=url, model=model)


class Backoff:
    """Waits between tries: doubled each time, jittered so that many callers do not come back together."""

    def __init__(self, tries: int, first_s: float = 0.5, longest_s: float = 8.0, sleep: Sleep = asyncio.sleep) -> None:
        self._tries = tries
        self._first_s = first_s
        self._longest_s = longest_s
        self._sleep = sleep

    async def wait(self, failed: int, error: Exception, **context: object) -> bool:
        """After the `failed`-th failure: True when another try is due, after the wait."""
        if failed >= self._tries or not is_worth_a_retry(error):
            return False
        delay = min(self._first_s * 2 ** (failed - 1), self._longest_s) * random.uniform(0.5, 1.5)  # noqa: S311 - jitter
        log.warning("model_call_retried", failed=failed, delay_s=round(delay, 2), error=repr(error), **context)
        await self._sleep(delay)
        return True
