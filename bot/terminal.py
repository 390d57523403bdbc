"""What people see on a terminal: a progress bar, or plain lines where there is none."""

import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)

from bot.nouns import request
from bot.nouns.review import Review

STAGES = ("gather", "digest", "review", "publish", "speak")
WORDS = {
    "gather": "Reading messages and files",
    "digest": "Finding what happened",
    "review": "Reviewing",
    "publish": "Writing the review",
    "speak": "Speaking the summary",
}


class Terminal:
    """A bar over the stages on a terminal, one line per stage otherwise, nothing when quiet. Writes to stderr."""

    def __init__(self, *, quiet: bool) -> None:
        self._console = Console(stderr=True, quiet=quiet)
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[note]}"), TimeElapsedColumn(),
            console=self._console, transient=True, disable=quiet or not sys.stderr.isatty(),
        )  # fmt: skip
        self._task = self._bar.add_task("Starting", total=len(STAGES), note="")
        self._stage, self._started = "", time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    async def report(self, progress: request.Progress) -> None:
        """Show one step forward."""
        words = WORDS.get(progress.stage, progress.stage)
        if not sys.stderr.isatty() and progress.stage != self._stage:
            self._console.print(f"{time.monotonic() - self._started:6.1f} s  {words}", highlight=False)
        self._stage = progress.stage
        within = progress.done / progress.total if progress.total else 0
        done = STAGES.index(progress.stage) + within if progress.stage in STAGES else 0
        self._bar.update(self._task, description=words, completed=done, note=progress.note)

    def say(self, made: Review, out: Path) -> None:
        """The result in a few lines."""
        by = made.provenance.model if made.provenance.mode == "model" else "rules, no model"
        print_ = self._console.print
        print_(f"[bold]{made.incident.title}[/bold]", highlight=False)
        print_(f"Primary root cause ({made.root_cause.confidence}): {made.root_cause.statement}", highlight=False)
        layers = ", ".join(f"{layer.layer} ({layer.reason})" for layer in made.missed_layers)
        print_(f"Missed by: {layers or 'no layer could be named'}", highlight=False)
        print_(
            f"{len(made.recommended_tests)} tests, {len(made.ignored_signals)} signals; drafted by {by}.",
            highlight=False,
        )
        print_(f"{out}/review.html, review.md, review.json", highlight=False, soft_wrap=True)


class FetchBar:
    """A byte bar for downloads; plain lines every tenth where there is no terminal."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeElapsedColumn(),
            console=self._console, disable=not sys.stderr.isatty(),
        )  # fmt: skip
        self._task: TaskID | None = None
        self._total, self._tenth = 0, -1

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def report(self, done: int, total: int, note: str) -> None:
        """`done` of `total` bytes; `note` says what is being done. A new total is a new file."""
        if self._task is None or total != self._total:
            self._task, self._total, self._tenth = self._bar.add_task(note, total=total), total, -1
        self._bar.update(self._task, completed=done, description=note)
        tenth = 10 * done // total if total else 10
        if not sys.stderr.isatty() and tenth > self._tenth:
            self._tenth = tenth
            self._console.print(f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB: {note}", highlight=False)
