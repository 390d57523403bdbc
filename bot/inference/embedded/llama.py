"""llama.cpp in this process: one loaded model with one slot, reached over its own HTTP server on loopback."""

import json
import secrets
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import xllamacpp

_BATCH = 128  # tokens between two looks at whether the caller is still there; larger is not faster on a CPU
_PROMPT_CACHE_MIB = 1024  # prompts that lost the slot to another one; llama.cpp's default is 8 GiB
_LOG_WARNINGS = 2


class LlamaRefused(Exception):
    """llama.cpp answered with an error; `body` is its JSON text as it came."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(body)
        self.status = status
        self.body = body


class LoadFailed(Exception):
    """llama.cpp could not load the model; the reason is on stderr."""


@dataclass(frozen=True)
class Threads:
    generate: int
    read: int  # for prompts, which keep all cores busy in larger steps


class Llama:
    """A loaded model. `load` and `close` block and belong into a worker thread."""

    def __init__(self, server: Any, num_ctx: int, key: str) -> None:
        self._server = server
        self.num_ctx = num_ctx
        self._http = httpx.AsyncClient(
            base_url=server.listening_address,
            headers={"Authorization": f"Bearer {key}"},
            timeout=httpx.Timeout(None),
            trust_env=False,
        )

    @classmethod
    def load(cls, model: Path, num_ctx: int, threads: Threads) -> "Llama":
        """Raises LoadFailed."""
        key = secrets.token_urlsafe(24)  # its port is open to every user of this machine
        params = xllamacpp.CommonParams()
        params.model.path = str(model)
        params.n_ctx = num_ctx
        params.n_parallel = 1
        params.n_batch = params.n_ubatch = _BATCH
        params.cpuparams.n_threads = threads.generate
        params.cpuparams_batch.n_threads = threads.read
        params.ctx_shift = True  # as behind Ollama; a call that forbids it is held within the context by its length
        params.cache_ram_mib = _PROMPT_CACHE_MIB
        params.api_keys = [key]
        params.port = 0
        params.ui = False
        params.verbosity = _LOG_WARNINGS
        try:
            return cls(xllamacpp.Server(params), num_ctx, key)
        except RuntimeError as error:
            raise LoadFailed(str(error)) from error

    def close(self) -> None:
        """Free the memory of the model; the connections close with the server."""
        self._server = None

    async def disconnect(self) -> None:
        await self._http.aclose()

    async def prompt_of(self, messages: list[dict[str, Any]]) -> str:
        """The messages in the model's own chat template."""
        return str((await self._post("/apply-template", {"messages": messages}))["prompt"])

    async def tokens_of(self, prompt: str) -> list[int]:
        body = {"content": prompt, "add_special": True, "parse_special": True}
        tokens: list[int] = (await self._post("/tokenize", body))["tokens"]
        return tokens

    async def complete(self, body: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
        """Events of one completion; the last has `stop` true and the timings. Raises LlamaRefused.

        Leaving the iteration closes the connection, and llama.cpp then frees the slot within one batch.
        """
        async with self._http.stream("POST", "/completion", json={**body, "stream": True}) as response:
            if response.status_code != httpx.codes.OK:
                raise LlamaRefused(response.status_code, (await response.aread()).decode())
            async with aclosing(response.aiter_lines()) as lines:  # type: ignore[type-var]
                async for line in lines:
                    if line.startswith("error:"):
                        raise LlamaRefused(500, line.removeprefix("error:").strip())
                    if line.startswith("data:") and line != "data: [DONE]":
                        event: dict[str, Any] = json.loads(line.removeprefix("data:"))
                        if "error" in event:
                            raise LlamaRefused(500, json.dumps(event))
                        yield event

    async def end_of_turn(self) -> str:
        """The token that ends an answer, as text."""
        return str((await self._http.get("/props")).json().get("eos_token", ""))

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        response = await self._http.post(path, json=body)
        if response.status_code != httpx.codes.OK:
            raise LlamaRefused(response.status_code, response.text)
        return response.json()
