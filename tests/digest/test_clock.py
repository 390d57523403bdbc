"""Times that people write."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.digest.clock import channel_zone, clocks, moment, zone_named

SAID = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)
BERLIN_WINTER = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("errors since 14:02", "2026-03-10T14:02:00"),
        ("at 23:27 UTC it went", "2026-03-09T23:27:00"),
        ("2:05 pm PT", "2026-03-09T21:05:00"),
        ("started 6am EST", "2026-03-10T11:00:00"),
        ("first failure 23:48:08 PST", "2026-03-10T07:48:08"),
        ("um 14.15 Uhr", "2026-03-10T14:15:00"),
        ("seit 13 Uhr", "2026-03-10T13:00:00"),
        ("a las 14:05", "2026-03-10T14:05:00"),
        ("around five past two", "2026-03-10T14:05:00"),
        ("since midnight", "2026-03-10T00:00:00"),
        ("resolved 2026-03-09 18:14 UTC", "2026-03-09T18:14:00"),
        ("2026-03-09T18:14:00+02:00", "2026-03-09T16:14:00"),
        ("yesterday 14:40", "2026-03-09T14:40:00"),
    ],
)
def test_a_written_time_is_the_nearest_such_moment_before_the_message(text: str, expected: str) -> None:
    """Zone from the text, else the channel's; the date puts it just before the message."""
    found = clocks(text, SAID, UTC)

    assert [expected] == [clock.at.strftime("%Y-%m-%dT%H:%M:%S") for clock in found]


@pytest.mark.parametrize(
    "text",
    [
        "IC until 06:30",
        "ETA 15:10",
        "10.66.4.101:5432",
        "v1.24.11",
        "a 16:9 screen",
        "took 18 hours",
        "4.5 GB of 310",
        "bis 16:00 Uhr",
        "db.log:4711",
    ],
)
def test_what_only_looks_like_a_time_and_times_ahead_are_no_clock(text: str) -> None:
    """Addresses, versions, ratios, durations and deadlines are not moments of the incident."""
    assert clocks(text, SAID, UTC) == []


def test_an_approximate_time_says_how_far_off_it_may_be() -> None:
    """ "around" and "~" widen the uncertainty."""
    exact, about = clocks("14:02", SAID, UTC)[0], clocks("since ~14:00", SAID, UTC)[0]

    assert (exact.uncertainty_s, about.uncertainty_s) == (60, 900)


def test_the_range_of_two_times_is_two_clocks_and_no_offset() -> None:
    """The dash of a range is not the sign of a zone offset."""
    found = clocks("window 12:40-13:10", SAID, UTC)

    assert [clock.at.strftime("%H:%M") for clock in found] == ["12:40", "13:10"]


def test_the_zone_most_often_written_is_the_channels_zone() -> None:
    """One PDT in a topic makes the unlabelled times PDT."""
    zone = channel_zone([("SEV1 since 23:48 PDT", SAID), ("alarm fired 05:30", SAID)])

    assert timedelta(hours=-7) == zone.utcoffset(SAID)


def test_without_a_written_zone_the_one_that_puts_times_just_before_their_messages_wins() -> None:
    """Three times, each an hour and a few minutes ahead of UTC, tell UTC+1."""
    said = [("fehler seit 15:20", SAID), ("um 15:26 neu gestartet", SAID), ("15:28 wieder da", SAID)]

    assert BERLIN_WINTER.utcoffset(None) == channel_zone(said).utcoffset(SAID)


def test_an_unknown_zone_name_is_none() -> None:
    """Only known abbreviations are zones."""
    assert None is zone_named("XYZ")


def test_a_ts_is_seconds_since_the_epoch_in_utc() -> None:
    """Slack's ids carry the time."""
    assert datetime(2017, 1, 31, 19, 5, 40, 921300, tzinfo=UTC) == moment("1485889540.921300")
