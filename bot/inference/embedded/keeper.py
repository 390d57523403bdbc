"""Which context the model is loaded with, whose turn it is, and when it leaves the memory."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog

from bot.inference.embedded.llama import Llama

DEFAULT_KEEP_ALIVE_S = 300.0
MOST_WAITING = 512

log = structlog.get_logger()


class Busy(Exception):
    """Too many callers wait already."""


class Keeper:
    """One model, one caller at a time, in the order in which they came (as an Ollama with one slot)."""

    def __init__(self, load: Callable[[int], Llama], num_ctx: int, most_waiting: int = MOST_WAITING) -> None:
        self._load = load  # blocks; takes the context length
        self._num_ctx = num_ctx
        self._most_waiting = most_waiting
        self._waiting = 0
        self._turn = asyncio.Lock()
        self._llama: Llama | None = None
        self._expiry: asyncio.TimerHandle | None = None
        self._expiring: asyncio.Task[None] | None = None
        self.expires_at: float | None = None  # seconds since the epoch; None while nothing is loaded or for ever

    @property
    def loaded(self) -> Llama | None:
        return self._llama

    @asynccontextmanager
    async def turn(self, num_ctx: int | None, keep_alive_s: float | None) -> AsyncIterator[Llama]:
        """The loaded model, for one caller. Raises Busy or LoadFailed.

        `num_ctx` None means the default. `keep_alive_s`: None the default, 0 unload afterwards, negative for ever.
        """
        if self._waiting >= self._most_waiting:
            raise Busy
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1
        keep_s = DEFAULT_KEEP_ALIVE_S if keep_alive_s is None else keep_alive_s
        try:
            self._cancel_expiry()
            yield await self._ready(num_ctx or self._num_ctx)
            if keep_s == 0:
                await self._drop()
        finally:  # without a wait: the caller may have been cancelled
            self._set_expiry(keep_s)
            self._turn.release()

    async def unload(self) -> None:
        """Wait for the turn, then take the model out of the memory."""
        async with self._turn:
            await self._drop()

    async def _ready(self, num_ctx: int) -> Llama:
        if self._llama is not None and self._llama.num_ctx == num_ctx:
            return self._llama
        await self._drop()
        await _to_the_end(self._load_now(num_ctx))
        assert self._llama is not None
        return self._llama

    async def _load_now(self, num_ctx: int) -> None:
        self._llama = await asyncio.to_thread(self._load, num_ctx)
        log.info("model_loaded", num_ctx=num_ctx)

    def _set_expiry(self, keep_s: float) -> None:
        if self._llama is None or keep_s < 0:
            return
        self.expires_at = time.time() + keep_s
        loop = asyncio.get_running_loop()
        self._expiry = loop.call_later(keep_s, self._begin_expiry)

    def _begin_expiry(self) -> None:
        self._expiring = asyncio.get_running_loop().create_task(self._expire())

    async def _expire(self) -> None:
        if not self._turn.locked():
            await self.unload()

    async def _drop(self) -> None:
        self._cancel_expiry()
        llama, self._llama = self._llama, None
        if llama is not None:
            await llama.disconnect()
            await _to_the_end(asyncio.to_thread(llama.close))

    def _cancel_expiry(self) -> None:
        self.expires_at = None
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Finish loading or unloading even when the caller is gone: half a model is of no use to the next one."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
