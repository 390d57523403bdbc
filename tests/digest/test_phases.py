"""Started, detected, acknowledged, mitigated, resolved."""

from datetime import UTC

import pytest

from bot.digest.conversation import turns_of
from bot.digest.phases import phases_of
from bot.nouns.digest import Phases
from tests.digest.channels import GERMAN, LEAK, SPANISH, channel


def phases(transcript: str) -> Phases:
    turns, _ = turns_of(channel(transcript).messages)
    return phases_of(turns, UTC)


def shown(found: Phases) -> dict[str, str | None]:
    return {
        name: phase.at.strftime("%H:%M") if (phase := getattr(found, name)).at else None for name in Phases.model_fields
    }


@pytest.mark.parametrize(
    ("transcript", "expected"),
    [
        (
            GERMAN,
            {
                "started": "08:09",
                "detected": "08:12",
                "acknowledged": "08:14",
                "mitigated": "09:02",
                "resolved": "09:02",
            },
        ),
        (
            SPANISH,
            {
                "started": "13:35",
                "detected": "14:02",
                "acknowledged": "14:04",
                "mitigated": "14:28",
                "resolved": "15:10",
            },
        ),
        (
            LEAK,
            {
                "started": "07:05",
                "detected": "07:30",
                "acknowledged": "07:33",
                "mitigated": "08:38",
                "resolved": "11:52",
            },
        ),
    ],
)
def test_phases_follow_alerts_topics_and_plain_statements(transcript: str, expected: dict[str, str]) -> None:
    """Three languages, with and without alerts."""
    assert expected == shown(phases(transcript))


def test_the_alert_that_the_all_clear_names_is_the_incident() -> None:
    """An earlier alert about something else does not start it."""
    found = phases(
        """
10:00 alertbot: [danger] HighLoad web3 | load is 40
10:20 ana: blocked a crawler, load is fine
12:00 alertbot: [danger] OrdersDown checkout | no orders. since 11:58 UTC
12:01 ana: looking
12:30 alertbot: [good] OrdersDown checkout | orders flow again
"""
    )

    assert (shown(found)["started"], shown(found)["detected"], shown(found)["mitigated"]) == ("11:58", "12:00", "12:30")


def test_nothing_is_invented_where_the_channel_does_not_say_an_end() -> None:
    """No end words, no end."""
    found = phases("10:00 ana: login is broken for some users\n10:05 bo: looking into it")

    assert (found.mitigated.at, found.resolved.at) == (None, None)


def test_a_wish_or_a_doubt_is_not_an_end() -> None:
    """ "can we say resolved?" and "not fixed yet" end nothing."""
    found = phases(
        "10:00 ana: checkout is down\n10:20 bo: can we post resolved?\n10:21 ana: not fixed yet\n10:50 ana: it's back to normal"
    )

    assert shown(found)["mitigated"] == "10:50"


def test_an_end_before_the_start_is_refused() -> None:
    """Yesterday's all-clear does not end today's incident."""
    found = phases(
        "09:00 alertbot: [good] disk recovered | ok\n10:00 alertbot: [danger] api down | 5xx at 90%\n10:01 ana: on it"
    )

    assert None is found.mitigated.at


def test_every_phase_carries_its_evidence_and_its_uncertainty() -> None:
    """Times can be checked by a person."""
    found = phases(GERMAN)

    assert all(getattr(found, name).evidence and getattr(found, name).uncertainty_s for name in Phases.model_fields)


def test_an_empty_channel_has_no_phases() -> None:
    """Nothing said, nothing known."""
    assert Phases() == phases_of((), UTC)
