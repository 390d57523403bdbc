"""What was not seen, and three questions that a person of the incident can answer."""

from bot.nouns.review import MissedLayer, RecommendedTest, RootCause
from bot.review.prose import clip, plain, sentence
from bot.review.quantities import number
from bot.review.source import Source, without_question
from bot.review.suite import BOUND

_QUESTIONS = 3
_LANGUAGES = {
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "pt": "Portuguese",
    "it": "Italian",
    "nl": "Dutch",
    "ja": "Japanese",
}


def questions(
    source: Source, cause: RootCause, layers: tuple[MissedLayer, ...], tests: tuple[RecommendedTest, ...]
) -> tuple[str, ...]:
    """The three whose answers would change the review most."""
    made: list[str] = []
    if cause.confidence == "unsettled" and len(cause.candidates) > 1:
        first, second = (clip(without_question(item.statement), 18).rstrip(".") for item in cause.candidates[:2])
        made.append(f"Which of these was the cause: {first} or {second}?")
    elif cause.confidence == "unsettled":
        made.append("What was the cause, in one sentence, and which message or log line shows it?")
    made += _times(source)
    guessed = [test for test in tests if test.threshold.provenance in {"needs-owner", "assumed"}]
    for test in sorted(guessed, key=lambda item: item.threshold.provenance != "needs-owner")[:2]:
        limit = test.threshold
        made.append(
            f"{test.id} assumes for the {limit.metric}: {BOUND[limit.operator]} {number(limit.value)} {limit.unit}. What is your objective?"
        )
    made += [
        f"Was there any {layer.layer} test near this failure, and when did it last run?"
        for layer in layers
        if layer.reason == "no-test"
    ]
    if not layers:
        made.append("What should have caught this before users did?")
    made.append("Which of the recommended tests exists already in another form?")
    made.append("Who owns the first recommended test, and by when?")
    return tuple(made[:_QUESTIONS])


def _times(source: Source) -> list[str]:
    phases = source.digest.phases
    made = []
    if phases.started.at is None:
        made.append("When did the harm start, and what shows it?")
    if phases.mitigated.at is None and phases.resolved.at is None:
        made.append("When were users well again, and what shows it?")
    return made


def missing_evidence(source: Source) -> tuple[str, ...]:
    """What could not be seen, in plain sentences, for the reader who wonders why a section is thin."""
    digest = source.digest
    made = [sentence(f"{clip(plain(item.what), 20)}: {clip(plain(item.why), 30)}") for item in digest.missing]
    if digest.coverage.messages == 0:
        made.append("The channel has no messages to review.")
    if digest.coverage.texts == 0:
        made.append("No logs were attached; everything here rests on what people wrote.")
    for name, phase in (
        ("started", digest.phases.started),
        ("was detected", digest.phases.detected),
        ("was mitigated", digest.phases.mitigated),
    ):
        if phase.at is None:
            made.append(f"No message or log says when the incident {name}.")
    if not digest.layers:
        made.append(
            "Nobody speaks about tests, drills or alerts in the channel; missed layers cannot be named from it."
        )
    if not digest.impact:
        made.append("Nobody says how many users were hurt.")
    if digest.language != "en":
        made.append(
            f"The channel is mostly in {_LANGUAGES.get(digest.language, digest.language)}; quotes are left in that language, and rules see less in it."
        )
    return tuple(made)
