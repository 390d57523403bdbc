"""All rules for one sentence that a model wrote from cited facts."""

from bot.nouns.vocabulary import Layer
from bot.review.check.blame import blames
from bot.review.check.causality import new_causality
from bot.review.check.definition import restates_definition
from bot.review.check.entailment import unsupported
from bot.review.check.identifiers import unknown_names
from bot.review.check.injection import obeys_an_order
from bot.review.check.negation import negation_added, negation_lost
from bot.review.check.numbers import unknown_numbers
from bot.review.people import People
from bot.review.prose import word_count


def sentence_problem(
    text: str, sources: str, people: People, *, most_words: int, layer: Layer | None = None, cause: bool = False
) -> str | None:
    """The first rule that the sentence breaks, as a reason; None when it may stand. `sources`: the cited facts.

    `cause`: the sentence is the root cause, written from several facts that people gave as causes: it may link them and leave some out.
    """
    count = word_count(text)
    if count < 4:
        return "Write one full sentence."
    if count > most_words:
        return f"Use at most {most_words} words."
    return (
        obeys_an_order(text)
        or blames(text, people)
        or unknown_numbers(text, sources)
        or unknown_names(text, sources)
        or (None if cause else new_causality(text, sources))
        or (negation_added if cause else negation_lost)(text, sources)
        or unsupported(text, sources)
        or (restates_definition(text, layer) if layer else None)
    )
