"""A gathered incident to its clean form: every word that a person or a bot wrote goes through the redactor."""

from collections.abc import Iterable
from typing import NamedTuple

from bot.nouns.incident import Card, Channel, CleanMessage, Incident, Message, Missing, Person
from bot.redact.redactor import Redactor


class CleanParts(NamedTuple):
    """What a CleanIncident has of the channel; its texts are written apart from it."""

    channel: Channel
    messages: tuple[CleanMessage, ...]
    people: tuple[Person, ...]
    missing: tuple[Missing, ...]


def clean_incident(incident: Incident, redactor: Redactor) -> CleanParts:
    """Names of people stay, as they speak. A secret is found in every message, also before the one that gives it away."""
    for text in _all_texts(incident):
        redactor.learn(text)
    clean = redactor.text
    channel = incident.channel
    return CleanParts(
        channel=channel.model_copy(update={"topic": clean(channel.topic), "purpose": clean(channel.purpose)}),
        messages=tuple(_clean_message(message, redactor) for message in incident.messages),
        people=tuple(
            person.model_copy(update={"name": clean(person.name), "real_name": clean(person.real_name)})
            for person in incident.people
        ),
        missing=tuple(clean_missing(item, redactor) for item in incident.missing),
    )


def clean_missing(item: Missing, redactor: Redactor) -> Missing:
    return Missing(what=redactor.text(item.what), why=redactor.text(item.why))


def _all_texts(incident: Incident) -> Iterable[str]:
    yield incident.channel.topic
    yield incident.channel.purpose
    for message in incident.messages:
        yield message.text
        for card in message.cards:
            yield from (card.title, card.text, *(value for _, value in card.fields))


def _clean_message(message: Message, redactor: Redactor) -> CleanMessage:
    clean = redactor.text
    return CleanMessage.model_validate(
        {
            **message.model_dump(exclude={"cards"}),
            "text": clean(message.text),
            "author": clean(message.author),
            "files": tuple(clean(name) for name in message.files),
            "cards": tuple(_clean_card(card, redactor) for card in message.cards),
        }
    )


def _clean_card(card: Card, redactor: Redactor) -> Card:
    """A field's title is the context of its value: `password` / `hunter2` is read as one line."""
    clean = redactor.text
    return Card(
        title=clean(card.title),
        text=clean(card.text),
        color=card.color,
        fields=tuple((clean(title), _clean_value(title, value, redactor)) for title, value in card.fields),
    )


def _clean_value(title: str, value: str, redactor: Redactor) -> str:
    lead = f"{title.strip().rstrip(':')}: "
    if not title.strip() or "\n" in value or "\n" in lead:
        return redactor.text(value)
    together = redactor.text(lead + value)
    return together.removeprefix(lead) if together.startswith(lead) else redactor.text(value)
