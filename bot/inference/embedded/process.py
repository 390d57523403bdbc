"""Start the embedded endpoint as a child process, watch it, and stop it."""

import asyncio
import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import structlog

import bot
from bot.errors import ModelUnavailable

_MOST_RESTARTS = 3
_STOP_S = 5.0
_LAST_LINES = 5

log = structlog.get_logger()


def is_available() -> bool:
    """Whether the package with llama.cpp is installed (the extra `embedded`)."""
    return importlib.util.find_spec("xllamacpp") is not None


class EmbeddedEndpoint:
    """One model in a child process. A child that dies is started again on the same port, three times at most."""

    def __init__(self, model_path: Path, name: str, threads: int, num_ctx: int, log_path: Path, start_s: float) -> None:
        self._model_path = model_path
        self._name = name
        self._threads = threads
        self._num_ctx = num_ctx
        self._log_path = log_path
        self._start_s = start_s
        self._stopping = False
        self._process: asyncio.subprocess.Process | None = None
        self._watcher: asyncio.Task[None] | None = None
        self.base_url = ""
        self.restarts = 0

    @classmethod
    async def start(
        cls, model_path: Path, name: str, threads: int, num_ctx: int, log_path: Path, *, start_s: float = 180.0
    ) -> Self:
        """Give the endpoint once its model is loaded. `threads` 0: all cores but one.

        Raises ModelUnavailable with the child's last lines when it does not come up in `start_s` seconds.
        """
        endpoint = cls(model_path, name, threads, num_ctx, log_path, start_s)
        await endpoint._launch(port=0)
        endpoint._watcher = asyncio.create_task(endpoint._watch())
        return endpoint

    @property
    def pid(self) -> int:
        """Of the child that serves now."""
        assert self._process is not None
        return self._process.pid

    async def stop(self) -> None:
        """End the child; it may be called twice."""
        self._stopping = True
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.wait([self._watcher])
            self._watcher = None
        await self._end_child()

    async def _launch(self, port: int) -> None:
        self._log_path.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "bot.inference.embedded", "--model", str(self._model_path)]
        command += ["--name", self._name, "--port", str(port)]
        command += ["--threads", str(self._threads), "--num-ctx", str(self._num_ctx)]
        with self._log_path.open("ab" if self.restarts else "wb") as stderr:  # one run's words, so that it cannot grow
            self._process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=stderr,
                env={**os.environ, "PYTHONPATH": _import_path()},
            )
        try:
            self.base_url = await asyncio.wait_for(self._address(self._process), self._start_s)
        except (TimeoutError, ValueError, KeyError) as error:
            await self._end_child()
            raise ModelUnavailable(
                f"The embedded model server did not start ({_reason(error)}). Its last words: {self._last_words()}",
                log=str(self._log_path),
            ) from error
        except BaseException:
            await self._end_child()
            raise

    async def _address(self, process: asyncio.subprocess.Process) -> str:
        assert process.stdout is not None
        line = await process.stdout.readline()
        return str(json.loads(line)["base_url"])

    async def _watch(self) -> None:
        while True:
            assert self._process is not None
            code = await self._process.wait()
            if self._stopping:
                return
            if self.restarts >= _MOST_RESTARTS:
                log.error("embedded_endpoint_given_up", exit_code=code, restarts=self.restarts)
                return
            self.restarts += 1
            log.warning("embedded_endpoint_restarted", exit_code=code, restarts=self.restarts)
            try:
                await self._launch(port=urlsplit(self.base_url).port or 0)
            except ModelUnavailable as error:
                log.error("embedded_endpoint_given_up", error=str(error), restarts=self.restarts)  # noqa: TRY400 - no bug
                return

    async def _end_child(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _STOP_S)
        except TimeoutError:
            process.kill()
            await process.wait()

    def _last_words(self) -> str:
        lines = self._log_path.read_text(errors="replace").strip().splitlines()[-_LAST_LINES:]
        return " | ".join(lines) or "none"


def _reason(error: Exception) -> str:
    return "it took too long" if isinstance(error, TimeoutError) else "it ended at once"


def _import_path() -> str:
    """The child finds this package wherever the parent found it."""
    here = str(Path(bot.__file__).parent.parent)
    return os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH", ""))))
