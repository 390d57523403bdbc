"""Plain transcripts in the forms that people paste."""

from datetime import UTC, date, datetime

import pytest

from bot.errors import NotAnIncident
from bot.gather.transcript import read_transcript
from bot.nouns.incident import Incident

_WRITTEN = date(2024, 6, 1)


def _read(text: str, *, name: str = "notes", day: date | None = None) -> Incident:
    return read_transcript(text.split("\n"), name=name, day=day, written=_WRITTEN)


def _said(incident: Incident) -> list[tuple[str, str, str]]:
    return [
        (
            datetime.fromtimestamp(int(message.ts.split(".")[0]), tz=UTC).strftime("%m-%d %H:%M:%S"),
            message.author,
            message.text,
        )
        for message in incident.messages
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14:05 alice: db down\n14:06 bob: looking: yes", [("06-01 14:05:00", "alice", "db down"), ("06-01 14:06:00", "bob", "looking: yes")]),
        ("[2024-05-01 14:05] <alice> hi\n[2024-05-01 14:05:09] <bob> ho", [("05-01 14:05:00", "alice", "hi"), ("05-01 14:05:09", "bob", "ho")]),
        ("2024-05-01T14:05:10Z alice: hi", [("05-01 14:05:10", "alice", "hi")]),
        ("2024-05-01 14:05 +02:00 alice: hi", [("05-01 12:05:00", "alice", "hi")]),
        ("14:05 UTC - load is high\n14:09 UTC – paged", [("06-01 14:05:00", "", "load is high"), ("06-01 14:09:00", "", "paged")]),
        ("2:05 PM PDT alice: hi", [("06-01 21:05:00", "alice", "hi")]),
        ("alice  2:05 PM\nthe db is down\nreally\nPagerDuty APP  2:06 PM\nTriggered",
         [("06-01 14:05:00", "alice", "the db is down\nreally"), ("06-01 14:06:00", "PagerDuty", "Triggered")]),
        ("Alice Smith\n  2:05 PM\nthe db is down\nBob Jones\n  2:07 PM\nyes",
         [("06-01 14:05:00", "Alice Smith", "the db is down"), ("06-01 14:07:00", "Bob Jones", "yes")]),
        ("- **14:05** alice: x\n* 14:06 bob: y", [("06-01 14:05:00", "alice", "x"), ("06-01 14:06:00", "bob", "y")]),
        ("| 14:05 | alice paged |\n| 14:09 | bob joined |", [("06-01 14:05:00", "", "alice paged"), ("06-01 14:09:00", "", "bob joined")]),
        ("May 1, 2024 at 2:05 PM alice: hey", [("05-01 14:05:00", "alice", "hey")]),
        ("## 2024-05-01\n14:05 alice: x\n--- Thursday, May 2nd, 2024 ---\n14:06 bob: y",
         [("05-01 14:05:00", "alice", "x"), ("05-02 14:06:00", "bob", "y")]),
        ("23:59 alice: late\n00:10 bob: past midnight", [("06-01 23:59:00", "alice", "late"), ("06-02 00:10:00", "bob", "past midnight")]),
        ("14:05 alice: trace:\n  at foo\n  at bar\n14:06 bob: ok", [("06-01 14:05:00", "alice", "trace:\n  at foo\n  at bar"), ("06-01 14:06:00", "bob", "ok")]),
    ],
)  # fmt: skip
def test_forms_of_transcripts(text: str, expected: list[tuple[str, str, str]]) -> None:
    """Times, names and words are found in the usual forms; lines without a time continue the message."""
    assert expected == _said(_read(text))


def test_ids_are_unique_and_in_order() -> None:
    """Messages of one second have different ids, in the order of the text."""
    messages = _read("\n".join(f"14:05 alice: message {n}" for n in range(30))).messages
    ids = [message.ts for message in messages]
    assert (30, sorted(ids), "message 29") == (len(set(ids)), ids, messages[-1].text)


def test_a_transcript_without_times_says_so() -> None:
    """Only the order is known then: ids follow it, and the missing times are named."""
    incident = _read("alice: it is down\nbob: looking\nstill looking\nalice: fixed")
    assert (["alice", "bob", "alice"], "looking\nstill looking", ["times"]) == (
        [message.author for message in incident.messages],
        incident.messages[1].text,
        [item.what for item in incident.missing],
    )


@pytest.mark.parametrize(
    ("name", "day", "text", "expected"),
    [
        ("notes", None, "14:05 alice: x", ("06-01", ["time zone", "dates"])),
        ("incident-2024-03-14", None, "14:05 alice: x", ("03-14", ["time zone", "dates"])),
        ("notes", date(2024, 2, 3), "14:05 UTC alice: x", ("02-03", [])),
        ("notes", None, "14:05 UTC alice: since 4 May 2024 we", ("05-04", ["dates"])),
    ],
)
def test_the_day_comes_from_the_best_hint_and_is_said(
    name: str, day: date | None, text: str, expected: tuple[str, list[str]]
) -> None:
    """An option, the text, the file's name, then its date; what was assumed is among what is missing."""
    incident = _read(text, name=name, day=day)
    assert expected == (_said(incident)[0][0][:5], [item.what for item in incident.missing])


def test_a_heading_becomes_the_topic() -> None:
    """A title line is not a message."""
    incident = _read("# INC-7: checkout down\n\n14:05 alice: x")
    assert ("INC-7: checkout down", 1) == (incident.channel.topic, len(incident.messages))


def test_people_are_listed_and_bots_known_by_name() -> None:
    """Each speaker is a person once."""
    incident = _read("14:05 alice: x\n14:06 deploybot: y\n14:07 alice: z")
    assert [("alice", False), ("deploybot", True)] == [(person.name, person.is_bot) for person in incident.people]


@pytest.mark.parametrize("text", ["", "\n\n  \n", "2024-05-01"])
def test_a_text_without_words_is_no_incident(text: str) -> None:
    """The error says what to put in."""
    with pytest.raises(NotAnIncident, match="Paste the channel's messages"):
        _read(text)
