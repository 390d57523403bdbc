"""The desk: what every trigger hands over to. It keeps one review per channel and revision, durably.

Ids carry the meaning: `review:<channel>:r<revision>` and `ask:<channel>:<message ts>`. A second trigger for the same
incident finds the first one's id, in this process or after a restart.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog

from bot.engine.durable import DurableEngine, Run
from bot.errors import PostmortemError
from bot.nouns.answer import Posted
from bot.nouns.ports import Publisher
from bot.nouns.request import Progress, Question, ReviewRequest, Ticket

REVIEWS, QUESTIONS = "reviews", "questions"  # queue names
REVIEW, ASK = "review", "ask"  # workflow names

log = structlog.get_logger(__name__)


class DurableDesk:
    """`nouns.ports.Desk` over the durable engine."""

    def __init__(
        self,
        engine: DurableEngine,
        publisher: Publisher,
        settle_s: float,
        count: Callable[[str, str], None],
    ) -> None:
        """`settle_s`: how long a review waits after a resolve; `count(trigger, state)` feeds the metrics."""
        self._engine, self._publisher, self._settle_s, self._count = engine, publisher, settle_s, count

    async def submit(self, request: ReviewRequest) -> Ticket:
        """Start a review unless this channel has one; says where things stand otherwise."""
        last = await self._last(request.channel_id)
        if last is not None and last.state == "DELAYED" and request.trigger not in {"resolved", "archived"}:
            await self._engine.hurry(last.id)  # a person need not wait for the channel to settle
            return self._ticket(request, Ticket(request_id=last.id, state="started", message=_started(0, 0)))
        if last is not None and last.active:
            return self._ticket(request, Ticket(request_id=last.id, state="already-running", message=_running(last)))
        if last is not None and last.state == "SUCCESS":
            return self._ticket(request, Ticket(request_id=last.id, state="already-done", message=_done(last)))
        return await self._start(request, _revision(last))

    async def rerun(self, request: ReviewRequest) -> Ticket:
        """A new revision; the earlier ones stay."""
        last = await self._last(request.channel_id)
        if last is not None and last.active:
            return self._ticket(request, Ticket(request_id=last.id, state="already-running", message=_running(last)))
        return await self._start(request, _revision(last))

    async def status(self, channel_id: str | None) -> str:
        """Plain lines for people: this channel's reviews, and the queue."""
        active = await self._engine.runs("review:", active_only=True)
        waiting = [run for run in active if run.state != "PENDING"]
        lines = [f"{len(active) - len(waiting)} running, {len(waiting)} waiting."]
        if channel_id:
            runs = await self._engine.runs(f"review:{channel_id}:")
            lines += [_describe(run) for run in runs[-3:]] or ["This channel has no review yet."]
        return "\n".join(lines)

    async def cancel(self, channel_id: str, user: str) -> str:
        """Stop the running or waiting review of a channel. What was posted stays and says that it was cancelled."""
        runs = await self._engine.runs(f"review:{channel_id}:", active_only=True)
        if not runs:
            return "No review is running in this channel."
        for run in runs:
            await self._engine.cancel(run.id)
            request = ReviewRequest(**run.payload)
            posted = await self._engine.step_output(run.id, "acknowledge")
            if posted is not None:
                await self._publisher.failed(request, Posted(**posted), f"Cancelled by <@{user}>.")
            log.info("review_cancelled", request=run.id, user=user)
        return "Cancelled. `/testing-postmortem` starts it anew."

    async def ask(self, question: Question) -> None:
        """Answer a question once, also when Slack delivers it twice."""
        await self._engine.enqueue(QUESTIONS, ASK, question.id, question.model_dump(mode="json"))

    async def is_review_thread(self, channel_id: str, thread_ts: str) -> bool:
        return await self.case_folder(channel_id, thread_ts) is not None

    async def case_folder(self, channel_id: str, thread_ts: str) -> Path | None:
        """The case file behind a review thread; None for other threads and while the review is being made."""
        for run in reversed(await self._engine.runs("review:")):
            posted = (run.output or {}).get("posted", {})
            request = run.payload
            threads = {posted.get("root_ts"), request.get("thread_ts")}
            if posted.get("channel_id") == channel_id and thread_ts in threads:
                return Path(str((run.output or {})["folder"]))
        return None

    async def _start(self, request: ReviewRequest, revision: int) -> Ticket:
        named = request.model_copy(update={"id": f"review:{request.channel_id}:r{revision}", "revision": revision})
        ahead = len(await self._engine.runs("review:", active_only=True))
        delay = self._settle_s if request.trigger == "resolved" else 0
        if ahead and not delay:
            await self._show_queue(named, ahead)
        await self._engine.enqueue(REVIEWS, REVIEW, named.id, named.model_dump(mode="json"), delay)
        said = _started(ahead, delay)
        ticket = Ticket(request_id=named.id, state="started", position=ahead, message=said)
        if ahead or delay:
            ticket = ticket.model_copy(update={"state": "queued"})
        return self._ticket(request, ticket)

    async def _show_queue(self, request: ReviewRequest, ahead: int) -> None:
        """The status message while it waits; before the work is handed over, so that it cannot be posted twice."""
        with suppress(PostmortemError):  # the review itself says why Slack takes no message
            posted = await self._publisher.acknowledge(request)
            await self._publisher.progress(request, posted, Progress(stage="queue", done=ahead))

    def _ticket(self, request: ReviewRequest, ticket: Ticket) -> Ticket:
        self._count(request.trigger, ticket.state)
        log.info("request", request=ticket.request_id, trigger=request.trigger, state=ticket.state)
        return ticket

    async def _last(self, channel_id: str) -> Run | None:
        runs = await self._engine.runs(f"review:{channel_id}:")
        return runs[-1] if runs else None


def _revision(last: Run | None) -> int:
    return int(last.payload.get("revision", 1)) + 1 if last else 1


def _started(ahead: int, delay: float) -> str:
    if delay:
        return f"The review starts in {delay / 60:.0f} minutes, when the channel has settled."
    return f"{ahead} review(s) ahead of this one." if ahead else "The review has started."


def _running(run: Run) -> str:
    where = "is being made" if run.state == "PENDING" else "is waiting"
    return f"A review of this channel {where} (revision {run.payload.get('revision', 1)}). `cancel` stops it."


def _done(run: Run) -> str:
    link = ((run.output or {}).get("posted") or {}).get("permalink")
    where = f": <{link}|open it>" if link else "."
    return f"This channel has a review{where} `rerun` makes a new revision."


def _describe(run: Run) -> str:
    words = {"SUCCESS": "done", "ERROR": f"failed: {run.error}", "CANCELLED": "cancelled", "PENDING": "running"}
    return f"Revision {run.payload.get('revision', 1)}: {words.get(run.state, 'waiting')}."
