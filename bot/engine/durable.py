"""The durable engine: named workflows of named steps on DBOS, kept in SQLite or Postgres.

A workflow is an async function `(payload, memo) -> Json`. What `memo` has stored is not run again after a crash; a step
that was in flight is run again, so every step must be safe to repeat. DBOS has one process-wide instance, hence one
`DurableEngine` a process.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy
import structlog
from dbos import DBOS, DBOSConfig, SetEnqueueOptions, SetWorkflowID, WorkflowStatus
from dbos import error as dbos_error

from bot.engine.serializer import JsonSerializer
from bot.errors import PostmortemError
from bot.nouns.ports import Json, Memo

Workflow = Callable[[Json, Memo], Awaitable[Json]]

# Bump only when the order or meaning of stored steps changes: work of another version is not picked up.
APPLICATION_VERSION = "1"
ACTIVE = ("ENQUEUED", "PENDING", "DELAYED")

log = structlog.get_logger(__name__)


class _NotOurCancel(logging.Filter):
    """DBOS logs a traceback when a workflow is cancelled on purpose; that is not an error."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(
            error, dbos_error.DBOSAwaitedWorkflowCancelledError | dbos_error.DBOSWorkflowCancelledError
        )


class CancelledByUser(PostmortemError):
    """A person cancelled the run; the step in flight stops with this."""


@dataclass(frozen=True)
class Run:
    """One workflow as the engine knows it; `output` only when it succeeded."""

    id: str
    state: str  # DBOS's words: ENQUEUED, DELAYED, PENDING, SUCCESS, ERROR, CANCELLED, ...
    payload: Json
    output: Json | None
    error: str | None

    @property
    def active(self) -> bool:
        return self.state in ACTIVE


class DurableEngine:
    """Runs workflows to their end through crashes. Register every workflow before `launch`."""

    def __init__(self, database_url: str, executor_id: str, concurrency: dict[str, int]) -> None:
        """`concurrency`: queue name -> workflows of it that run at once in this process."""
        self._concurrency = concurrency
        self._workflows: dict[str, Any] = {}
        self._steps: dict[str, asyncio.Task[Json]] = {}
        if database_url.startswith("sqlite:///"):
            _prepare_sqlite(Path(database_url.removeprefix("sqlite:///")))
        config: DBOSConfig = {
            "name": "testing-postmortem",
            "system_database_url": database_url,
            "application_version": APPLICATION_VERSION,
            "executor_id": executor_id,
            "serializer": JsonSerializer(),
            "log_level": "WARNING",
            "console_log_level": "WARNING",
            "enable_otlp": False,
        }
        DBOS(config=config)
        logging.getLogger("dbos").addFilter(_NotOurCancel())

    def workflow(self, name: str, body: Workflow) -> None:
        """Make `body` known under `name`; the name is stored with the work, so it must not change."""

        async def run(payload: Json) -> Json:
            workflow_id = DBOS.workflow_id or ""
            with structlog.contextvars.bound_contextvars(workflow=workflow_id):
                return await body(payload, lambda step, make: self._step(workflow_id, step, make))

        run.__qualname__ = run.__name__ = name
        self._workflows[name] = DBOS.workflow(name=name)(run)

    async def launch(self) -> None:
        """Start, and take up what an earlier process of the same executor id left unfinished."""
        DBOS.launch()
        for queue, at_once in self._concurrency.items():
            await DBOS.register_queue_async(
                queue, worker_concurrency=at_once, polling_interval_sec=0.25, on_conflict="always_update"
            )

    async def close(self) -> None:
        """Stop taking work; what is in flight is taken up at the next launch."""
        await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=0)

    async def enqueue(self, queue: str, name: str, workflow_id: str, payload: Json, delay_s: float = 0) -> None:
        """Hand over work; the same `workflow_id` twice is the same work once."""
        with SetWorkflowID(workflow_id), SetEnqueueOptions(delay_seconds=delay_s or None):
            await DBOS.enqueue_workflow_async(queue, self._workflows[name], payload)

    async def hurry(self, workflow_id: str) -> None:
        """End the delay of work that waits for its time; without effect on any other."""
        await DBOS.set_workflow_delay_async(workflow_id, delay_seconds=0)

    async def result(self, workflow_id: str) -> Json:
        """Wait for the end. Raises what the workflow raised."""
        handle: Any = await DBOS.retrieve_workflow_async(workflow_id)
        output: Json = await handle.get_result()
        return output

    async def runs(self, prefix: str, *, active_only: bool = False) -> list[Run]:
        """Workflows whose id starts with `prefix`, oldest first."""
        states = list(ACTIVE) if active_only else None
        found = await DBOS.list_workflows_async(workflow_id_prefix=prefix, status=states)
        return [_run(status) for status in found]

    async def step_output(self, workflow_id: str, step: str) -> Json | None:
        """What a step of a workflow stored, None when it has not ended."""
        for info in await DBOS.list_workflow_steps_async(workflow_id):
            if info["function_name"] == step:
                output: Json | None = info["output"]
                return output
        return None

    async def cancel(self, workflow_id: str) -> None:
        """Cancel for good: a restart does not take it up again; the step in flight is stopped now."""
        await DBOS.cancel_workflow_async(workflow_id)
        task = self._steps.get(workflow_id)
        if task is not None:
            task.cancel()

    async def forget(self, workflow_id: str) -> None:
        """Delete the stored inputs and outputs of an ended workflow."""
        await DBOS.delete_workflow_async(workflow_id)

    async def _step(self, workflow_id: str, name: str, make: Callable[[], Awaitable[Json]]) -> Json:
        async def run() -> Json:
            task: asyncio.Task[Json] = asyncio.ensure_future(_as_coroutine(make))
            self._steps[workflow_id] = task
            try:
                return await task
            except asyncio.CancelledError:
                current = asyncio.current_task()
                if current is not None and current.cancelling():
                    task.cancel()
                    raise
                raise CancelledByUser("Cancelled.") from None
            finally:
                self._steps.pop(workflow_id, None)

        return await DBOS.run_step_async({"name": name}, run)


async def _as_coroutine(make: Callable[[], Awaitable[Json]]) -> Json:
    return await make()


def _run(status: WorkflowStatus) -> Run:
    arguments = (status.input or {"args": ()})["args"]
    return Run(
        id=status.workflow_id,
        state=str(status.status),
        payload=arguments[0] if arguments else {},
        output=status.output,
        error=str(status.error) if status.error is not None else None,
    )


def _prepare_sqlite(path: Path) -> None:
    """Write-ahead logging makes a step several times cheaper; the mode stays with the file."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = sqlalchemy.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text("PRAGMA journal_mode=WAL"))
    engine.dispose()
    path.chmod(0o600)
