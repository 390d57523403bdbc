"""The calendar: slots, not firings, decide what runs."""

from datetime import UTC, datetime

from bot.engine.calendar import Calendar, slot_id


def test_slot_id_is_the_same_within_a_period():
    """Two replicas that fire at slightly different times name the same slot."""
    early = slot_id("sweep", datetime(2026, 11, 24, 0, 0, 1, tzinfo=UTC), 86_400)
    late = slot_id("sweep", datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC), 86_400)
    assert early == late == "sweep:2026-11-24T00:00:00Z"


def test_slot_id_changes_with_the_period():
    """The next period is other work."""
    first = slot_id("warm", datetime(2026, 11, 24, 10, 4, 59, tzinfo=UTC), 300)
    second = slot_id("warm", datetime(2026, 11, 24, 10, 5, 0, tzinfo=UTC), 300)
    assert (first, second) == ("warm:2026-11-24T10:00:00Z", "warm:2026-11-24T10:05:00Z")


async def test_start_makes_up_the_latest_slot():
    """A slot that passed while everything was down is enqueued at start, once for each kind of work."""
    fired = []

    async def enqueue(name, slot):
        fired.append((name, slot))

    calendar = Calendar(enqueue, {"sweep": 86_400}, lambda: datetime(2026, 11, 24, 12, tzinfo=UTC))
    await calendar.start()
    calendar.stop()
    assert fired == [("sweep", "sweep:2026-11-24T00:00:00Z")]
