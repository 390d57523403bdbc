"""The clock (APScheduler), never the truth: each firing enqueues a workflow whose id is made of its time slot.

Replicas may all fire; the engine runs one. On start the latest past slot is enqueued, so that one missed while
everything was down is made up.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

Enqueue = Callable[[str, str], Awaitable[None]]  # (workflow name, workflow id)


def slot_id(name: str, now: datetime, every_s: int) -> str:
    """`name:<slot start>`, the same for everyone within one period of `every_s` seconds."""
    start = int(now.timestamp()) // every_s * every_s
    return f"{name}:{datetime.fromtimestamp(start, UTC):%Y-%m-%dT%H:%M:%SZ}"


class Calendar:
    """Periodic work by slot. `periods`: workflow name -> seconds between firings."""

    def __init__(self, enqueue: Enqueue, periods: dict[str, int], now: Callable[[], datetime]) -> None:
        self._enqueue, self._periods, self._now = enqueue, periods, now
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    async def start(self) -> None:
        """Make up the latest slot of each, then fire on every slot's start."""
        for name, every_s in self._periods.items():
            await self._fire(name, every_s)
            trigger = IntervalTrigger(seconds=every_s, start_date=datetime.fromtimestamp(0, UTC), timezone=UTC)
            self._scheduler.add_job(
                self._fire, trigger, args=(name, every_s), id=name, coalesce=True, misfire_grace_time=every_s
            )
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    async def _fire(self, name: str, every_s: int) -> None:
        await self._enqueue(name, slot_id(name, self._now(), every_s))
