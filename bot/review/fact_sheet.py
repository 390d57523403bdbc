"""The fact sheet: the system prompt that all calls of one review share, word for word, so that its cost is paid once."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.nouns.digest import Fact
from bot.review.prompts import Prompts
from bot.review.prose import clip, plain
from bot.review.source import Source, answer_of

_FACT_WORDS = 34


@dataclass(frozen=True)
class SheetFact:
    id: str
    text: str
    question: str


@dataclass
class Group:
    heading: str
    facts: list[SheetFact] = field(default_factory=list)


def sheet_fact(source: Source, fact: Fact) -> SheetFact:
    """A fact as the model sees it: without names of people, clipped to its telling sentences."""
    question = source.people.blameless(clip(source.question_of(fact), 20))
    text = source.excerpt(fact.model_copy(update={"text": answer_of(fact)}), _FACT_WORDS)
    return SheetFact(
        fact.id, text.replace("[an engineer]", "an engineer").replace('"', "'"), question.replace('"', "'")
    )


def fact_sheet(source: Source, prompts: Prompts, count_tokens: Callable[[str], int], budget: int) -> str:
    """Facts in order of worth until `budget` tokens are used; what does not fit is left out whole, never cut."""
    groups = {
        "cause": Group("WHAT PEOPLE SAY ABOUT THE CAUSE"),
        "gap": Group("WHAT WAS NOT TESTED, WATCHED OR REHEARSED"),
        "signal": Group("SIGNALS"),
    }

    def filled() -> str:
        return prompts.fill(
            "fact_sheet",
            title=plain(source.digest.title) or source.digest.channel_name,
            services=", ".join(source.digest.services[:8]),
            groups=[group for group in groups.values() if group.facts],
        )

    text, seen = filled(), set[str]()
    for kind, fact in _by_worth(source):
        if fact.id in seen:
            continue
        groups[kind].facts.append(sheet_fact(source, fact))
        longer = filled()
        if count_tokens(longer) > budget:
            groups[kind].facts.pop()
            break
        seen.add(fact.id)
        text = longer
    return text


def _by_worth(source: Source) -> list[tuple[str, Fact]]:
    """Causes and layer facts in turn, then signals."""
    causes = [("cause", fact) for fact in source.causes]
    gaps = [("gap", fact) for finding in source.digest.layers for fact in source.usable(finding.facts)]
    signals = [("signal", finding.fact) for finding in source.digest.signals if source.usable([finding.fact])]
    mixed: list[tuple[str, Fact]] = []
    for index in range(max(len(causes), len(gaps))):
        mixed += causes[index : index + 1] + gaps[2 * index : 2 * index + 2]
    return mixed + signals
