"""The questions that everybody asks, answered from the review by code: exact, at once, and without a model."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.followup.words import content
from bot.nouns.review import RecommendedTest, Refs, Review

Told = tuple[str, Refs]
_MOST_OTHER_WORDS = 1  # telling words beside the topic's own: more of them ask something particular


@dataclass(frozen=True)
class Topic:
    asked: re.Pattern[str]
    tell: Callable[[Review], Told]


def common_answer(question: str, review: Review) -> Told | None:
    """(text, evidence) when the question is one of the common ones and asks nothing more particular."""
    for topic in _TOPICS:
        found = topic.asked.search(question)
        if found is None:
            continue
        rest = question[: found.start()] + " " + question[found.end() :]
        if len(content(rest)) <= _MOST_OTHER_WORDS:
            return topic.tell(review)
    return None


def _cause(review: Review) -> Told:
    cause = review.root_cause
    if cause.confidence == "unsettled":
        options = " ".join(f"Possible: {_end(item.statement)}" for item in cause.candidates[:3])
        refs = tuple(ref for item in cause.candidates[:3] for ref in item.evidence)
        return f"The sources do not settle the cause. {options or _end(cause.statement)}", refs or cause.evidence
    return f"{_end(cause.statement)} Confidence: {cause.confidence}.", cause.evidence


def _tests(review: Review) -> Told:
    tests = review.recommended_tests
    if not tests:
        return "The review recommends no test: the evidence supports none.", ()
    return " ".join(_test(test) for test in tests[:4]), tuple(ref for test in tests[:4] for ref in test.evidence)


def _test(test: RecommendedTest) -> str:
    return f"{test.id} ({test.layer}): {_end(test.title)} Pass when: {_end(test.success_criteria)}"


def _duration(review: Review) -> Told:
    facts = review.incident
    known = [
        f"{name} {at}"
        for name, at in (
            ("started", facts.started_at),
            ("detected", facts.detected_at),
            ("mitigated", facts.mitigated_at),
            ("resolved", facts.resolved_at),
        )
        if at
    ]
    spans = (
        ("It lasted", review.blast_radius.duration_s),
        ("Time to detect:", facts.time_to_detect_s),
        ("Time to mitigate:", facts.time_to_mitigate_s),
    )
    said = [f"{name} {_span(seconds)}." for name, seconds in spans if seconds is not None]
    if not (known or said):
        return "The sources do not say when it started or ended.", ()
    refs = tuple(
        ref for entry in review.timeline if entry.kind in {"started", "detected", "mitigated", "resolved"} for ref in entry.evidence
    )  # fmt: skip
    times = f"Times: {', '.join(known)}." if known else ""
    return " ".join([*said, times]).strip(), refs


def _layers(review: Review) -> Told:
    layers = review.missed_layers
    if not layers:
        return "The sources name no test layer that should have caught it.", ()
    text = " ".join(f"{layer.layer}: {_end(layer.why)}" for layer in layers)
    return text, tuple(ref for layer in layers for ref in layer.evidence)


def _signals(review: Review) -> Told:
    signals = review.ignored_signals
    if not signals:
        return "The sources show no signal that was ignored.", ()
    return " ".join(f"{item.kind}: {_end(item.signal)}" for item in signals), tuple(
        ref for item in signals for ref in item.evidence
    )


def _impact(review: Review) -> Told:
    radius = review.blast_radius
    services = f" Services: {', '.join(radius.services)}." if radius.services else ""
    customers = f" Customers: {_end(radius.customers)}" if radius.customers else ""
    return f"{_end(radius.summary or 'Nobody says who was hurt')}{services}{customers}", radius.evidence


def _missing(review: Review) -> Told:
    unseen = " ".join(_end(item) for item in review.missing_evidence) or "Nothing is known to be missing."
    asked = " ".join(_end(item) for item in review.questions)
    return f"{unseen}{f' Open questions: {asked}' if asked else ''}", ()


def _prevention(review: Review) -> Told:
    actions = review.prevention
    if not actions:
        return "The sources name no preventive action.", ()
    text = " ".join(f"{_end(item.action)} Owner: {item.owner_role}." for item in actions)
    return text, tuple(ref for item in actions for ref in item.evidence)


def _end(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) or not text else f"{text}."


def _span(seconds: int) -> str:
    if abs(seconds) < 120:
        return f"{seconds} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _asked(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


_TOPICS = (
    Topic(
        _asked(
            r"\broot[ -]?cause\b",
            r"\bwhat (?:was|is) the (?:primary |real |actual )?cause\b",
            r"\bwhat caused (?:it|this|that|the (?:incident|outage))\b",
            r"\bwhy did (?:it|this) (?:happen|break|fail)\b",
            r"\b(?:grund)?ursache\b",
            r"\bcausa(?: raíz| principal)?\b",
            r"\bcause (?:racine|principale)\b",
        ),
        _cause,
    ),
    Topic(
        _asked(
            r"\b(?:which|what) tests? (?:would|could|should) have (?:caught|found|detected|prevented) (?:it|this|that)\b(?:,? (?:and )?(?:with|at) (?:which|what) thresholds?)?",
            r"\b(?:which|what) tests? (?:should|do|must|would|are|is|to)\b(?: (?:we|you|be|i))?(?: (?:write|add|recommend(?:ed)?|need(?:ed)?))?(?: first)?",
            r"\b(?:recommended|missing) tests?\b",
            r"\btests? (?:to write|should we write)\b",
            r"^\W*(?:which|what) tests?\W*$",
            r"\bwelche tests?\b(?: (?:fehlen|sollten wir schreiben|brauchen wir))?",
            r"\bqué (?:pruebas|tests)\b(?: (?:faltan|recomiendas|hay que escribir))?",
        ),
        _tests,
    ),
    Topic(
        _asked(
            r"\bhow long (?:did|was|were)\b(?: (?:it|this|the (?:incident|outage)))?(?: (?:last|take|down))?",
            r"^\W*how long\W*$",
            r"\btime to (?:detect|mitigate|recover)\b",
            r"\bmtt[drm]\b",
            r"\bwhen did (?:it|this|the (?:incident|outage)) (?:start|begin|end|stop)\b",
            r"\bwie lange\b(?: (?:dauerte|hat))?",
            r"\bcuánto (?:duró|tiempo)\b",
        ),
        _duration,
    ),
    Topic(
        _asked(
            r"\bwhat (?:should|could|would) have (?:caught|found|detected|seen|stopped) (?:it|this|that)\b(?: (?:earlier|sooner|before))?",
            r"\bwhat (?:was|did (?:we|you|testing|our tests)|have we) (?:been )?miss(?:ed)?\b",
            r"\b(?:which|what) (?:test(?:ing)? |validation )?(?:layers?|gaps?)\b(?: (?:missed|failed))?",
            r"\b(?:testing|test) gaps?\b",
            r"\bwas (?:haben wir|wurde) (?:übersehen|verpasst)\b",
            r"\bqué (?:se )?(?:pasó por alto|no vimos)\b",
        ),
        _layers,
    ),
    Topic(_asked(r"\b(?:ignored|missed) (?:signals?|alerts?)\b", r"\b(?:which|what) (?:signals?|alerts?) (?:were|was|did we) (?:ignored?|missed?|miss)\b"), _signals),
    Topic(
        _asked(
            r"\bblast radius\b",
            r"\b(?:what|how big) was the (?:customer |user )?impact\b",
            r"\b(?:who|how many (?:users|customers|people)) (?:was|were) (?:hurt|affected|hit|impacted)\b",
            r"\bwie viele (?:kunden|nutzer) waren betroffen\b",
        ),
        _impact,
    ),
    Topic(_asked(r"\bmissing evidence\b", r"\bopen questions?\b", r"\bwhat (?:do you not|don't (?:you|we)) know\b"), _missing),
    Topic(_asked(r"\bhow (?:do|can|could|should|will) we prevent (?:it|this|that)\b", r"\baction items?\b", r"\bprevention\b"), _prevention),
)  # fmt: skip
