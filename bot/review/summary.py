"""The spoken summary: 150 to 200 words for somebody who only listens."""

import re

from bot.nouns.review import Review
from bot.review.cause import UNSETTLED
from bot.review.check.ear import LEAST, MOST
from bot.review.prose import clip, listed, plain, sentence, word_count
from bot.review.quantities import number, spoken_duration
from bot.review.source import without_question

_SPOKEN_LAYER = {
    "end-to-end": "end to end",
    "backup-restore": "backup and restore",
    "migration-rehearsal": "migration rehearsal",
}
_SPOKEN_REASON = {
    "no-test": "there was no such test",
    "test-not-run": "a test existed but was not run",
    "wrong-assertion": "a test ran but asserted the wrong thing",
    "environment-differed": "the tests ran in an environment that differed from production",
    "signal-ignored": "a signal was there and nobody acted on it",
    "no-signal": "there was no signal at all",
}
_SPOKEN_OPERATOR = {"<": "below", "<=": "at most", "==": "exactly", ">=": "at least", ">": "above", "!=": "other than"}
_MARKS = re.compile(r"[*#`_{}\[\]<>|“”\"‘~^\\]|(?<!\w)’|’(?!\w)")


def audio_summary(review: Review) -> str:
    """Sentences in order of worth until 150 words are reached, never more than 200."""
    parts: list[str] = []
    count = 0
    for text, needed in _sentences(review):
        length = word_count(text)
        if text and count + length <= MOST and (needed or count < LEAST):
            parts.append(text)
            count += length
    return " ".join(parts)


def _sentences(review: Review) -> list[tuple[str, bool]]:
    """(sentence, needed): needed ones come in any case, others fill up to the least length."""
    said = [(_opening(review), True), (_times(review), True), (_cause(review), True)]
    for index, layer in enumerate(review.missed_layers[:3]):
        lead = ("First", "Second", "Third")[index]
        name = _SPOKEN_LAYER.get(layer.layer, layer.layer)
        said.append(
            (f"{lead} gap: {name}; {_SPOKEN_REASON[layer.reason]}. {spoken(without_question(layer.why), 22)}", True)
        )
    if not review.missed_layers:
        said.append(("The channel does not say which kinds of tests were missing.", True))
    said += [(_test(review, index), index == 0) for index in range(len(review.recommended_tests[:3]))]
    if review.root_cause.confidence == "unsettled" and review.questions:
        said.append((spoken(review.questions[0], 24), False))
    said.append(
        (
            "The written review in the thread has the evidence for every claim, the timeline and the full list of tests.",
            True,
        )
    )
    said += [(spoken(review.blast_radius.summary, 26), False)]
    said += [
        (f"A signal that was there before: {spoken(signal.signal, 22)}", False) for signal in review.ignored_signals[:2]
    ]
    said += [(f"A question for you: {spoken(question, 26)}", False) for question in review.questions[:3]]
    said += [(f"Not seen: {spoken(text, 26)}", False) for text in review.missing_evidence[:4]]
    said.append(
        (
            "This summary was drafted from the messages and logs of the incident channel, so please check it against what you remember.",
            False,
        )
    )
    said.append(
        ("Answer the open questions in the thread, and correct the root cause there if the review has it wrong.", False)
    )
    said.append(
        (
            "Each recommended test names the part under test, the fault to inject, the limit to hold and where that limit comes from.",
            False,
        )
    )
    return said


def _opening(review: Review) -> str:
    what = spoken(re.sub(r"^\s*\[[^\]]*\]\s*", "", review.incident.title) or review.incident.channel, 12).rstrip(".!?")
    return f"This is the testing gap review of the incident {what}."


def _times(review: Review) -> str:
    incident, radius = review.incident, review.blast_radius
    said = []
    if radius.duration_s:
        said.append(f"it lasted {spoken_duration(radius.duration_s)}")
    if incident.time_to_detect_s is not None:
        said.append(
            "it was seen at once"
            if incident.time_to_detect_s < 60
            else f"it took {spoken_duration(incident.time_to_detect_s)} to be seen"
        )
    return sentence(listed(said)) if said else "The sources do not say exactly when it started and ended."


def _cause(review: Review) -> str:
    cause = review.root_cause
    text = cause.statement.removeprefix(UNSETTLED)
    lead = (
        "The channel does not settle the root cause; most likely: "
        if cause.confidence == "unsettled"
        else "The primary root cause: "
    )
    return lead + spoken(text.replace("”, and “", ". "), 40)


def _test(review: Review, index: int) -> str:
    test = review.recommended_tests[index]
    limit = test.threshold
    lead = ("The first test to write: ", "The next one: ", "Then: ")[index]
    bound = f"{limit.metric} {_SPOKEN_OPERATOR[limit.operator]} {number(limit.value)} {limit.unit}"
    return f"{lead}{spoken(test.title, 16).rstrip('.')}, with {spoken(bound, 16, capital=False)}"


def spoken(text: str, limit: int, *, capital: bool = True) -> str:
    """Without markup, links, ids and brackets; at most `limit` words; ends like a sentence."""
    text = re.sub(r"https?://\S+|www\.\S+|\b\d{10}\.\d+\b", "", plain(text))
    text = re.sub(r"(?<=[\w.])/(?=[\w.])", " ", text)
    text = re.sub(r"\b([\w.-]+\.\w+):\d+\b", r"\1", text)
    text = re.sub(r"\b([A-Za-z]+):(?=\d)", r"\1 ", text)
    text = _MARKS.sub(lambda match: " " if match.group() in "_/|" else "", text)
    text = re.sub(r"\s+([.,;:!?])", r"\1", re.sub(r"\s+", " ", text)).strip(" ,;")
    text = clip(text, limit).replace(" …", "")
    if not capital:
        return text.rstrip(".") + "."
    return re.sub(r"(?<=[.!?] )[a-z](?=[a-z]*[ ,])", lambda match: match.group().upper(), sentence(text))
