"""What voters rank: turns of the conversation and telling log lines, as one kind of thing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.digest.conversation import Turn, is_question
from bot.digest.tokens import code_lines, sentences, terms, word_count
from bot.nouns.digest import Fact

FACT_WORDS = 48
CODE_LINES = 3


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line worth showing. `novel`, `shift` and `before` describe its template's life round the onset."""

    name: str
    number: int
    text: str
    at: datetime | None
    level: str
    count: int
    before: int  # lines of the template before the incident
    novel: bool  # the template first appears at or after the onset
    shift: float  # log2 of the rate after the onset over the rate before; 0 when it does not change
    telling: float
    template: str
    spread_s: float = 0.0  # from the template's first line to its last one before the onset

    @property
    def ref(self) -> str:
        return f"{self.name}:{self.number}"


@dataclass(frozen=True, slots=True)
class Item:
    """A turn or a log line. `index` is its place in the list that all voters see."""

    index: int
    text: str
    refs: tuple[str, ...]
    kind: Literal["said", "alert", "clear", "topic", "bot", "log"]
    terms: tuple[str, ...]
    at: datetime | None = None
    turn: Turn | None = None
    line: LogLine | None = None

    @property
    def whole(self) -> str:
        return self.turn.whole if self.turn else self.text


def items_of(turns: Sequence[Turn], lines: Iterable[LogLine]) -> tuple[Item, ...]:
    """All items, turns first, in the order of time."""
    found: list[Item] = []
    for turn in turns:
        if turn.kind == "noise":
            continue
        found.append(Item(len(found), turn.text, turn.refs, turn.kind, terms(turn.whole), turn.at, turn=turn))
    for line in lines:
        found.append(Item(len(found), line.text, (line.ref,), "log", terms(line.text), line.at, line=line))
    return tuple(found)


def clip(text: str, keep: Iterable[str] = (), limit: int = FACT_WORDS) -> str:
    """The telling sentences of a text in their order: those with most of the words `keep`, then the first ones.

    Code is cut to its most telling lines. Whole sentences only, but a single long one is cut at a word.
    """
    wanted = set(keep)
    code = code_lines(text)
    prose = sentences(text)
    budget = limit
    chosen: set[int] = set()
    order = sorted(range(len(prose)), key=lambda place: (-len(wanted & set(terms(prose[place]))), place))
    for place in order:
        size = word_count(prose[place])
        if size <= budget or not chosen:
            chosen.add(place)
            budget -= size
    parts = [_cut(prose[place], limit) for place in sorted(chosen)]
    if code and budget > 4:
        best = sorted(range(len(code)), key=lambda place: (-len(wanted & set(terms(code[place]))), place))[:CODE_LINES]
        for place in sorted(best):
            line = _cut(code[place].strip(), 24)
            if word_count(line) <= budget:
                parts.append(line)
                budget -= word_count(line)
    return " ".join(parts) or _cut(" ".join(text.split()), limit)


def _cut(text: str, limit: int) -> str:
    parts = text.split()
    return text if len(parts) <= limit else " ".join(parts[:limit]) + " …"


def answered_questions(items: Sequence[Item]) -> frozenset[str]:
    """Refs of turns that only ask and that somebody answered: the answer carries them, they are no finding."""
    answered = {item.turn.question_ref for item in items if item.turn and item.turn.question_ref}
    return frozenset(
        ref for item in items if item.turn and only_asks(item.text) and answered & set(item.refs) for ref in item.refs
    )


def only_asks(text: str) -> bool:
    """Every sentence is a question."""
    parts = sentences(text)
    return bool(parts) and all(is_question(part) for part in parts)


class FactMaker:
    """Makes facts with ids that are unique within the digest; the same item is the same fact everywhere."""

    def __init__(self) -> None:
        self._made: dict[int, Fact] = {}

    def fact(self, item: Item, score: float = 0.0, keep: Iterable[str] = ()) -> Fact:
        """The item as a fact. The first call decides the clipping; later calls only change the score."""
        made = self._made.get(item.index)
        if made is None:
            turn = item.turn
            question = turn.question if turn and turn.question else None
            refs = item.refs if turn is None or turn.question_ref is None else (*item.refs, turn.question_ref)
            made = self._made[item.index] = Fact(
                id=f"F{len(self._made) + 1}",
                text=clip(item.text, keep),
                evidence=tuple(dict.fromkeys(refs)),
                question=clip(question, keep, 30) if question else None,
                speaker=turn.speaker if turn else None,
                at=item.at,
            )
        return made.model_copy(update={"score": round(score, 4)})
