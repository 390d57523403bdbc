"""A gathered incident to its clean form, and the planted secrets of the example cases."""

import gzip
import json
from pathlib import Path

import pytest

from bot.gather.messages import read_messages, read_people
from bot.nouns.incident import Card, Channel, Incident, Message, Missing, Person
from bot.redact.incident import clean_incident
from bot.redact.redactor import Redactor

_CASES = Path(__file__).parent.parent / "incidents"
_NAMES = sorted(path.parent.name for path in _CASES.glob("*/channel.json"))


def _incident(*messages: Message, **more: object) -> Incident:
    return Incident.model_validate({"channel": Channel(id="C1", name="inc-1"), "messages": messages, **more})


def test_every_text_of_an_incident_is_cleaned() -> None:
    """Message, card, card fields, file names, topic and missing notes go through the redactor; people's names stay."""
    message = Message(
        ts="1.000001",
        text="ann: mail ann@acme.example",
        author="ann",
        cards=(
            Card(
                title="from 10.0.0.1",
                text="password=FakeHunter1",
                fields=(("password", "FakeHunter22"), ("host", "10.0.0.1")),
            ),
        ),
        files=("dump-ann@acme.example.log",),
    )
    incident = _incident(
        message,
        people=(Person(id="U1", name="ann", real_name="Ann Fake"),),
        missing=(Missing(what="x", why="10.0.0.2"),),
    )
    parts = clean_incident(incident, Redactor())
    clean = parts.messages[0]
    assert (
        "ann: mail [email-1]",
        "ann",
        (
            Card(
                title="from [private-ip-1]",
                text="password=[secret-1]",
                fields=(("password", "[secret-2]"), ("host", "[private-ip-1]")),
            ),
        ),
        "Ann Fake",
        "[private-ip-2]",
        False,
    ) == (
        clean.text,
        clean.author,
        clean.cards,
        parts.people[0].real_name,
        parts.missing[0].why,
        "ann@" in clean.files[0],
    )


def test_a_secret_is_found_in_messages_before_the_one_that_names_it() -> None:
    """The channel is read once for secrets, then cleaned."""
    parts = clean_incident(
        _incident(Message(ts="1.000001", text="Fake-Hunter-1?"), Message(ts="2.000001", text="password=Fake-Hunter-1")),
        Redactor(),
    )
    assert ["[secret-1]?", "password=[secret-1]"] == [message.text for message in parts.messages]


def test_learning_does_not_count() -> None:
    """The report says how many replacements stand in the clean text."""
    redactor = Redactor()
    clean_incident(_incident(Message(ts="1.000001", text="password=Fake-Hunter-1")), redactor)
    assert {"secret": 1} == redactor.counts


@pytest.mark.parametrize("name", _NAMES)
def test_planted_secrets_of_a_case_never_survive(name: str) -> None:
    """No secret of the answer key is left in the channel or in any attached log."""
    folder = _CASES / name
    secrets = json.loads((folder / "gold.json").read_text())["secrets"]
    people = read_people(json.loads((folder / "users.json").read_text()))
    messages = read_messages(json.loads((folder / "channel.json").read_text()), people)
    redactor = Redactor()
    clean = clean_incident(_incident(*messages), redactor)
    texts = [message.model_dump_json() for message in clean.messages]
    for path in (folder / "attachments").iterdir():
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        texts += redactor.lines(data.decode().split("\n"))
        redactor.end_text()
    whole = "\n".join(texts)
    assert [] == [secret for secret in secrets if secret in whole]


@pytest.mark.parametrize("name", _NAMES)
def test_the_facts_of_a_case_survive(name: str) -> None:
    """What the answer key calls a fact is evidence: redaction takes none of it away."""
    import re

    folder = _CASES / name
    facts = json.loads((folder / "gold.json").read_text())["facts"]
    raw = (folder / "channel.json").read_text()
    messages = read_messages(json.loads(raw), read_people(json.loads((folder / "users.json").read_text())))
    before = "\n".join(message.model_dump_json() for message in messages)
    after = "\n".join(
        message.model_dump_json() for message in clean_incident(_incident(*messages), Redactor()).messages
    )
    patterns = [fact if isinstance(fact, str) else fact.get("pattern") or fact.get("regex") or "" for fact in facts]
    assert [] == [p for p in patterns if p and re.search(p, before) and not re.search(p, after)]
