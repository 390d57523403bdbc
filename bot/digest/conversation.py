"""From messages to turns: the unit that selection works on.

A turn is what one person said at one go: consecutive messages of one person are one turn, an answer carries its
question, and a reply of a few words is nothing without the question that it answers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.digest.alerts import Kind, is_urgent, kind_of, shown
from bot.digest.clock import moment
from bot.digest.injection import addresses_a_machine
from bot.digest.tokens import CODE_BLOCK, EMOJI_NAME, sentences, terms, word_count
from bot.nouns.incident import CleanMessage

_JOIN_WITHIN = timedelta(minutes=2)
_ANSWER_WITHIN = timedelta(minutes=20)
_JOIN_WORDS = 60  # a turn does not grow past this by joining
_SHORT_REPLY_WORDS = 5
_QUESTION = re.compile(r"\?(?=\s|$|[)\"'*_:])")


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker said at one go. `index` is its place in time; `replies` counts answers in its thread."""

    index: int
    refs: tuple[str, ...]
    text: str
    kind: Kind
    at: datetime
    speaker: str = ""
    thread: str | None = None
    question: str | None = None
    question_ref: str | None = None
    reactions: int = 0
    replies: int = 0
    urgent: bool = False
    terms: tuple[str, ...] = field(default=(), repr=False)

    @property
    def whole(self) -> str:
        """The text after the question that it answers, for matching."""
        return f"{self.question} {self.text}" if self.question else self.text


def is_question(text: str) -> bool:
    """Asks for something: a question mark at the end of a sentence outside code."""
    return bool(_QUESTION.search(CODE_BLOCK.sub(" ", text)))


@dataclass(slots=True)
class _Draft:
    messages: list[CleanMessage]
    kind: Kind
    text: str
    question: "_Draft | None" = None


def turns_of(messages: Sequence[CleanMessage]) -> tuple[tuple[Turn, ...], int]:
    """The turns in order of time, and how many messages were dropped because they instruct a machine."""
    drafts: list[_Draft] = []
    dropped = 0
    for message in messages:
        kind = kind_of(message)
        if kind == "noise":
            continue
        text = shown(message)
        if addresses_a_machine(text):
            dropped += 1
            continue
        before = drafts[-1] if drafts else None
        if before and kind == "said" and _continues(before, message):
            before.messages.append(message)
            before.text = f"{before.text}\n{text}"
        else:
            drafts.append(_Draft([message], kind, text))
    _link_questions(drafts)
    replies = _reply_counts(messages)
    return tuple(_turn(index, draft, replies) for index, draft in enumerate(drafts)), dropped


def _continues(before: _Draft, message: CleanMessage) -> bool:
    last = before.messages[-1]
    return (
        before.kind == "said"
        and last.user == message.user
        and last.author == message.author
        and _thread(last) == _thread(message)
        and moment(message.ts) - moment(last.ts) <= _JOIN_WITHIN
        and word_count(before.text) + word_count(message.text) <= _JOIN_WORDS
    )


def _thread(message: CleanMessage) -> str | None:
    return message.thread_ts if message.thread_ts != message.ts else None


def _link_questions(drafts: list[_Draft]) -> None:
    """Replies answer the last question of their thread by somebody else, else its opening; talk answers the last one."""
    by_ts = {message.ts: draft for draft in drafts for message in draft.messages}
    open_questions: dict[str | None, _Draft] = {}
    for draft in drafts:
        if draft.kind != "said":
            continue
        thread = _thread(draft.messages[0])
        asked = open_questions.get(thread)
        parent = by_ts.get(thread or "")
        if asked and _answers(draft, asked, in_thread=thread is not None):
            draft.question = asked
        elif (parent and parent is not draft and is_question(parent.text) and not _same_person(draft, parent)) or (
            parent and parent is not draft and word_count(draft.text) <= _SHORT_REPLY_WORDS
        ):
            draft.question = parent
        if thread is None and asked and draft.question is asked and not is_question(draft.text):
            open_questions.pop(thread)
        if is_question(draft.text):
            open_questions[thread] = draft


def _answers(draft: _Draft, asked: _Draft, *, in_thread: bool) -> bool:
    gap = moment(draft.messages[0].ts) - moment(asked.messages[-1].ts)
    return not _same_person(draft, asked) and (in_thread or gap <= _ANSWER_WITHIN)


def _same_person(one: _Draft, other: _Draft) -> bool:
    first, second = one.messages[0], other.messages[0]
    return (first.user, first.author) == (second.user, second.author)


def _reply_counts(messages: Sequence[CleanMessage]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for message in messages:
        if thread := _thread(message):
            counts[thread] = counts.get(thread, 0) + 1
    return counts


def _turn(index: int, draft: _Draft, replies: dict[str, int]) -> Turn:
    first = draft.messages[0]
    text = EMOJI_NAME.sub("", draft.text).strip()
    asked = draft.question
    return Turn(
        index=index,
        refs=tuple(message.ts for message in draft.messages),
        text=text,
        kind=draft.kind,
        at=moment(first.ts),
        speaker=first.author or first.user or "",
        thread=_thread(first),
        question=question_in(asked.text) if asked else None,
        question_ref=asked.messages[-1].ts if asked else None,
        reactions=sum(reaction.count for message in draft.messages for reaction in message.reactions),
        replies=sum(replies.get(message.ts, 0) for message in draft.messages),
        urgent=draft.kind == "alert" and any(is_urgent(message) for message in draft.messages),
        terms=terms(text),
    )


def question_in(text: str) -> str:
    """The asking sentence of a text, or its last sentence; what a short reply is appended to."""
    parts = sentences(EMOJI_NAME.sub("", text))
    asking = [part for part in parts if is_question(part)]
    return " ".join((asking or parts or [text])[-2:])
