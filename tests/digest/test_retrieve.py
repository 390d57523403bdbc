"""Evidence for follow-up questions."""

import pytest

from bot.digest import EvidenceSearch, digest
from tests.digest.channels import GERMAN, LEAK, Lines, channel


def search(transcript: str, logs: tuple[Lines, ...] = ()) -> EvidenceSearch:
    incident = channel(transcript)
    return EvidenceSearch(incident, digest(incident, logs))


@pytest.mark.parametrize(
    ("transcript", "query", "words"),
    [
        (LEAK, "why did the memory grow?", "listener"),
        (LEAK, "who changed the reload interval and when?", "since tuesday"),
        (LEAK, "which performance run do we have?", "20 minutes"),
        (GERMAN, "warum wurde das zertifikat nicht erneuert?", "alten host"),
    ],
)
def test_the_answer_is_among_the_first_three(transcript: str, query: str, words: str) -> None:
    """The piece that answers, with its question in the text."""
    assert any(words in found.text for found in search(transcript)(query, 3))


def test_names_are_matched_exactly() -> None:
    """A question about one plan is not answered with another."""
    lines = [f"2026-03-10 10:00:{n:02d} INFO applied plan=481{n:02d}" for n in range(40)]
    found = search("10:00 ana: plan 48117 is the bad one\n10:01 bo: plan 48202 is fine", (Lines("zone.log", lines),))(
        "what happened to plan 48117?", 2
    )

    assert all("48117" in entry.text for entry in found)


def test_an_answer_is_given_with_its_question() -> None:
    """A "no" alone says nothing."""
    (found,) = search("10:00 ana: did the nightly restore ever run?\n10:01 bo: no")("restore", 5)[1:2] or [None]

    assert found is not None
    assert found.text == "did the nightly restore ever run? — no"


def test_what_the_incident_does_not_speak_of_is_not_found() -> None:
    """No word in common, no evidence."""
    assert search(LEAK)("football championship weather", 5) == ()
