"""The root cause by rules: quoted from the best candidate facts, or laid open when the sources do not decide."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.nouns.digest import Fact
from bot.nouns.review import CauseCandidate, RejectedHypothesis, RootCause, SecondaryFactor
from bot.nouns.vocabulary import Confidence
from bot.review.prose import clip, content_words, plain, quoted, sentence, sentences, word_count
from bot.review.source import Source

STATEMENT_WORDS = 58
_SNIPPET_WORDS = 34
_MOST_SNIPPETS = 3
_POOL = 6
SAID_BY_THE_LEAD = 1.0  # the digest's score for what the channel's own topic says happened
UNSETTLED = "Not settled in the channel; most likely: "


@dataclass(frozen=True)
class Snippet:
    """A telling sentence of one cause fact; `place` is its position in the fact."""

    text: str
    fact: Fact
    place: int


def root_cause(source: Source) -> RootCause:
    """Exactly one, as at most two sentences of quotation. Without any candidate it says so and asks."""
    causes = source.causes
    family = source.families[0] if source.families else None
    if not causes:
        return RootCause(
            statement="The sources do not say what caused this incident; nobody states a cause in the channel.",
            family=family,
            confidence="unsettled",
            evidence=source.refs(source.digest.impact)[:2],
        )
    chosen = chain(source, causes[:_POOL])
    lead = "" if source.digest.cause_settled else UNSETTLED
    sure = confidence(source, chosen)
    return RootCause(
        statement=statement(source, lead, chosen),
        family=family,
        confidence=sure,
        evidence=source.refs([item.fact for item in chosen]),
        candidates=candidates(source) if sure in {"low", "unsettled"} else (),
    )


def chain(source: Source, facts: Sequence[Fact], limit: int = STATEMENT_WORDS - 8) -> list[Snippet]:
    """Up to three sentences that together hold most of what the cause facts share, in the order of saying."""
    if facts[0].score >= SAID_BY_THE_LEAD:
        return _snippets(facts[0])[:1]
    pool = [(rank, snippet) for rank, fact in enumerate(facts) for snippet in _snippets(fact)]
    chosen: list[Snippet] = []
    covered: set[str] = set()
    room = limit
    while pool and len(chosen) < _MOST_SNIPPETS:
        worth = [_gain(source, item, covered) / (1.0 + 0.25 * rank) for rank, item in pool]
        _, best = pool.pop(worth.index(max(worth)))
        if chosen and (word_count(best.text) > room or max(worth) <= 0):
            continue
        chosen.append(best)
        covered |= content_words(best.text)
        room -= word_count(best.text)
    return sorted(
        chosen, key=lambda item: (item.fact.at.timestamp() if item.fact.at else math.inf, item.fact.id, item.place)
    )


def _snippets(fact: Fact) -> list[Snippet]:
    made = [Snippet(clip(text, _SNIPPET_WORDS), fact, place) for place, text in enumerate(sentences(fact.text))]
    return [item for item in made if word_count(item.text) >= 4] or [
        Snippet(clip(plain(fact.text), _SNIPPET_WORDS), fact, 0)
    ]


def _gain(source: Source, snippet: Snippet, covered: set[str]) -> float:
    """Worth of the new content words, damped by length; a question is worth less than a statement."""
    fresh = content_words(snippet.text) - covered
    total = float(sum(source.weights.get(word, 0.1) for word in fresh))
    length: float = max(6, word_count(snippet.text)) ** 0.5
    return (0.4 if snippet.text.endswith("?") else 1.0) * total / length


def statement(source: Source, lead: str, chosen: Sequence[Snippet]) -> str:
    """At most 60 words: quotations in the order of time, those of one fact in one pair of marks."""
    spans: list[tuple[str, list[str]]] = []
    for item in chosen:
        text = source.people.blameless(item.text, in_quote=True)
        if spans and spans[-1][0] == item.fact.id:
            spans[-1][1].append(text)
        else:
            spans.append((item.fact.id, [text]))
    quotes = [quoted(" ".join(sentence(text) for text in texts)) for _, texts in spans]
    return clip(lead + ", and ".join(quotes) + ".", 60)


def confidence(source: Source, chosen: Sequence[Snippet]) -> Confidence:
    """High only when the channel confirmed just this and several sources (or a log line) say so."""
    if not source.digest.cause_settled:
        return "unsettled"
    refs = source.refs([item.fact for item in chosen])
    speakers = {source.digest.evidence[ref].speaker for ref in refs}
    logged = any(source.digest.evidence[ref].kind == "log" for ref in refs)
    confirmed = {
        ref for item in source.digest.hypotheses if item.outcome == "confirmed" for ref in item.statement.evidence
    }
    several = logged or len(speakers) > 1
    if confirmed & set(refs):
        return "high" if several else "medium"
    return "medium" if several and confirmed else "low"


def candidates(source: Source, most: int = 3) -> tuple[CauseCandidate, ...]:
    """The likely ones, unlike each other, best first."""
    kept: list[Fact] = []
    for fact in source.causes:
        mine = content_words(fact.text)
        if all(len(mine & content_words(other.text)) < 0.6 * max(1, len(mine)) for other in kept):
            kept.append(fact)
    return tuple(CauseCandidate(statement=source.quote(fact, 40), evidence=source.refs([fact])) for fact in kept[:most])


def secondary_factors(source: Source, cause: RootCause, most: int = 4) -> tuple[SecondaryFactor, ...]:
    """What made it worse or longer: further cause facts that the primary statement does not use, ranked."""
    used = set(cause.evidence) | {ref for item in cause.candidates for ref in item.evidence}
    said = content_words(cause.statement)
    rest = []
    for fact in source.causes:
        mine = content_words(fact.text)
        if used & set(fact.evidence) or len(mine) < 3 or len(mine & said) > 0.7 * len(mine):
            continue
        rest.append(fact)
        said |= mine
    families = source.families[1:]
    return tuple(
        SecondaryFactor(
            rank=rank + 1,
            statement=sentence(source.quote(fact, 40)),
            family=families[rank] if rank < len(families) else None,
            evidence=source.refs([fact]),
        )
        for rank, fact in enumerate(rest[:most])
    )


def rejected_hypotheses(source: Source, most: int = 6) -> tuple[RejectedHypothesis, ...]:
    """Theories that the channel ruled out, with the words that did it; those merely left behind are not listed."""
    gone = [(item.statement, item.why) for item in source.digest.hypotheses if item.outcome == "rejected"]
    made = [
        RejectedHypothesis(
            statement=sentence(source.quote(theory, 40)),
            why=sentence(source.quote(why, 40)) if why else "The channel dropped it without a stated reason.",
            evidence=source.refs([theory, why] if why else [theory]),
        )
        for theory, why in gone
        if source.usable([theory])
    ]
    return tuple(made[:most])
