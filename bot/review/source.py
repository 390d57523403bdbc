"""What every section is written from: the digest with its people, word weights and names of things."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

from bot.nouns.digest import Digest, Fact
from bot.nouns.vocabulary import CauseFamily
from bot.review.check.evidence import existing
from bot.review.check.injection import obeys_an_order
from bot.review.check.negation import DENIAL
from bot.review.check.one_cause import rejected_in_channel
from bot.review.lexicon import word_list
from bot.review.people import People
from bot.review.phrases import Vocabulary
from bot.review.prose import clip, content_words, plain, quoted, sentences, telling, unique, word_count

_ROUND = 3
_SHORTEST_QUESTION = 3  # words
_SHORT_ANSWER = 5  # words: "no.", "not that I know": the answer itself, which must not be cut
_REGION = re.compile(r"[a-z]{2}-[a-z]+-\d[a-z]?")
GENERIC = word_list("generic")


class Source:
    """Read-only view on one digest. Facts that address software, or have no evidence left, are not offered."""

    def __init__(self, digest: Digest) -> None:
        self.digest = digest
        self.people = People.of(digest)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(self.digest, self.people)

    @cached_property
    def families(self) -> tuple[CauseFamily, ...]:
        return tuple(family for family, _ in self.digest.families)

    @cached_property
    def causes(self) -> list[Fact]:
        """Candidate causes, best first, without what the channel ruled out and without the alert that detected it."""
        symptom = set(self.digest.phases.detected.evidence)
        good = [fact for fact in self.usable(self.digest.causes) if not set(fact.evidence) <= symptom]
        kept = [fact for fact in good if rejected_in_channel(fact.text, fact.evidence, self.digest.hypotheses) is None]
        return kept or good

    @cached_property
    def _rounds(self) -> frozenset[str]:
        """Questions that went round the room: asked once, answered by many, so that repeating them tells nothing."""
        digest = self.digest
        facts = [
            *digest.causes,
            *(fact for item in digest.layers for fact in item.facts),
            *(item.fact for item in digest.signals),
        ]
        asked_of = {(fact.question, fact.evidence) for fact in facts if fact.question}
        counts = Counter(question for question, _ in asked_of)
        return frozenset(question for question, count in counts.items() if count >= _ROUND)

    @cached_property
    def weights(self) -> dict[str, float]:
        """Content word -> worth: words that several of the best cause facts share are what the incident is about."""
        counts: Counter[str] = Counter()
        for rank, fact in enumerate(self.causes):
            for word in content_words(fact.text):
                counts[word] += 2 if rank < 3 else 1
        total = max(1, len(self.digest.evidence))
        return {word: count * (1.0 - min(0.8, self._background[word] / total)) for word, count in counts.items()}

    @cached_property
    def _background(self) -> Counter[str]:
        return Counter(word for item in self.digest.evidence.values() for word in content_words(item.text))

    def usable(self, facts: Iterable[Fact]) -> list[Fact]:
        return [fact for fact in facts if self.refs([fact]) and obeys_an_order(full_text(fact)) is None]

    def refs(self, facts: Iterable[Fact], most: int = 6) -> tuple[str, ...]:
        """The references of the facts that exist, in order."""
        return existing((ref for fact in facts for ref in fact.evidence), self.digest.evidence)[:most]

    def question_of(self, fact: Fact) -> str:
        """The sentence that asks what the fact answers; empty when there is none or it tells nothing."""
        question = fact.question or ""
        told = question not in self._rounds and word_count(asked(question)) >= _SHORTEST_QUESTION
        return asked(question) if told else ""

    def refs_of(self, refs: Iterable[str]) -> tuple[str, ...]:
        return existing(refs, self.digest.evidence)

    def excerpt(self, fact: Fact, limit: int, weights: dict[str, float] | None = None) -> str:
        """The telling sentences of a fact, blameless, at most `limit` words, not yet in quotation marks.

        With `weights` of a gap, sentences that deny something ("never", "nobody") count more.
        """
        liked = DENIAL if weights is not None else None
        text = telling(fact.text, self.weights if weights is None else weights, limit, liked) or clip(
            plain(fact.text), limit
        )
        return self.people.blameless(text, in_quote=True)

    def quote(self, fact: Fact, limit: int, weights: dict[str, float] | None = None) -> str:
        """The fact in quotation marks, with the question that it answers when there is room for both."""
        answer = answer_of(fact)
        opening = (sentences(answer) or [""])[0]
        question = self.question_of(fact)
        if not question or opening.endswith("?"):
            return quoted(self.excerpt(fact.model_copy(update={"text": answer}), limit, weights))
        question = self.people.blameless(clip(question, max(6, min(16, limit // 2 - 3))), in_quote=True)
        left = limit - word_count(question) - 4
        short = opening if word_count(opening) <= _SHORT_ANSWER and answer.startswith(opening) else ""
        rest = fact.model_copy(update={"text": answer[len(short) :].strip() or answer})
        said = self.excerpt(rest, left - word_count(short), weights)
        return f"Asked {quoted(question)}, the answer was {quoted(said if rest.text == answer else f'{short} {said}')}"

    def specific(self, services: Iterable[str]) -> list[str]:
        """Without regions, alert names and words such as "node" that name no service, unless nothing else is left."""
        named = unique(services)
        good = [name for name in named if name.lower() not in GENERIC and not _REGION.fullmatch(name)]
        return good or named

    def log_only(self, fact: Fact) -> bool:
        """All of its evidence lies in logs."""
        kinds = {self.digest.evidence[ref].kind for ref in fact.evidence if ref in self.digest.evidence}
        return kinds == {"log"}


def full_text(fact: Fact) -> str:
    """Question and answer together, for checks."""
    return f"{fact.question} {fact.text}" if fact.question and fact.question not in fact.text else fact.text


def answer_of(fact: Fact) -> str:
    """The text without the question, where the digest has put it in front."""
    text = fact.text
    if fact.question and text.startswith(fact.question):
        text = text[len(fact.question) :].lstrip(" \n:-–—>/")
    return text or fact.text


def asked(question: str) -> str:
    """The sentence that asks, without what was said around it."""
    parts = [part for part in sentences(question) if part.endswith("?")]
    return parts[-1] if parts else plain(question)


def without_question(text: str) -> str:
    """A quotation without the question that it answers and without the rules' lead words."""
    return text.split("the answer was ", 1)[-1].removeprefix("Likely: ")


def texts_of(facts: Sequence[Fact]) -> list[str]:
    return [full_text(fact) for fact in facts]
