"""Reviews that nobody would write by hand: very long texts, markup, mentions, emoji, right-to-left, control characters."""

from hypothesis import strategies as st

from bot.nouns.digest import Coverage, Digest, Evidence, Phases
from bot.nouns.review import (
    BlastRadius,
    CauseCandidate,
    IgnoredSignal,
    IncidentFacts,
    MissedLayer,
    PreventiveAction,
    RecommendedTest,
    RejectedHypothesis,
    Review,
    ReviewProvenance,
    RootCause,
    SecondaryFactor,
    Threshold,
    TimelineEntry,
)
from bot.nouns.vocabulary import CAUSE_FAMILIES, LAYERS, REASONS, SIGNAL_KINDS

SNIPPETS = (
    "<!channel> <!here|here> <@U12345> <#C123> <!subteam^S1> <!date^1^{date}^https://evil.example/|x>",
    "@here @channel @everyone look",
    "<https://evil.example/?q=secret|click me> https://evil.example/a www.evil.example mailto:x@evil.example",
    "[click](https://evil.example) ![x](https://evil.example/p.png)",
    "*bold _it ~st `code ``` & < > &amp; &lt;b&gt;",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "🔥🧨👩‍👩‍👧‍👦" * 40,
    "שלום \u202eevil\u202c مرحبا",
    "word " * 900,
    "x" * 4000,
    "&" * 3100,
    "A sentence that ends. " * 300,
    "line one\nline two\r\n\tline three\x00\x1b[31m",
    "| a | b | # heading - list 1. one",
    "",
    " ",
)  # fmt: skip
TEXT = st.one_of(
    st.sampled_from(SNIPPETS), st.text(max_size=60), st.lists(st.sampled_from(SNIPPETS), max_size=3).map(" ".join)
)
REF = st.sampled_from(
    ("1962484680.000058", "1962484999.123456", "app.log:7", "a|b`<c>.log:9", "x" * 300 + ":1", "not a ref")
)
REFS = st.lists(REF, max_size=8).map(tuple)
TIME = st.one_of(st.sampled_from(("2032-03-09T22:00:00+02:00", "2032-03-12T01:30:00Z", "2032-03-09T22:00:00")), TEXT)


def _many(strategy, most):
    return st.lists(strategy, max_size=most).map(tuple)


def _of(noun, **fields):
    return st.builds(noun, **fields)


_THRESHOLD = _of(
    Threshold, metric=TEXT, operator=st.sampled_from(("<", "<=", "==", ">=", ">", "!=")), unit=TEXT, window=TEXT,
    value=st.floats(allow_nan=False, allow_infinity=False), provenance=st.sampled_from(("incident", "assumed", "needs-owner")),
)  # fmt: skip
_TEST = _of(
    RecommendedTest, id=TEXT, layer=st.sampled_from(LAYERS), title=TEXT, scope=TEXT, failure_injection=TEXT,
    success_criteria=TEXT, threshold=_THRESHOLD, closes=_many(TEXT, 2), evidence=REFS,
)  # fmt: skip
_FAMILY = st.one_of(st.none(), st.sampled_from(CAUSE_FAMILIES))

REVIEWS = _of(
    Review,
    incident=_of(
        IncidentFacts, id=TEXT, channel=TEXT, title=TEXT, severity=st.one_of(st.none(), TEXT),
        started_at=st.one_of(st.none(), TIME), detected_at=st.one_of(st.none(), TIME), mitigated_at=st.none(),
        resolved_at=st.one_of(st.none(), TIME), time_to_detect_s=st.one_of(st.none(), st.integers(-10**9, 10**9)), time_to_mitigate_s=st.none(),
    ),
    timeline=_many(_of(TimelineEntry, at=TIME, kind=TEXT, what=TEXT, evidence=REFS), 30),
    blast_radius=_of(BlastRadius, summary=TEXT, services=_many(TEXT, 3), customers=st.one_of(st.none(), TEXT), duration_s=st.none(), evidence=REFS),
    root_cause=_of(
        RootCause, statement=TEXT, family=_FAMILY, confidence=st.sampled_from(("high", "low", "unsettled")), evidence=REFS,
        candidates=_many(_of(CauseCandidate, statement=TEXT, evidence=REFS), 3), written_by=st.just("rules"),
    ),
    secondary_factors=_many(_of(SecondaryFactor, rank=st.integers(0, 9), statement=TEXT, family=_FAMILY, evidence=REFS), 5),
    rejected_hypotheses=_many(_of(RejectedHypothesis, statement=TEXT, why=TEXT, evidence=REFS), 5),
    missed_layers=_many(_of(MissedLayer, layer=st.sampled_from(LAYERS), reason=st.sampled_from(REASONS), why=TEXT, evidence=REFS), 6),
    ignored_signals=_many(_of(IgnoredSignal, signal=TEXT, kind=st.sampled_from(SIGNAL_KINDS), evidence=REFS), 6),
    recommended_tests=_many(_TEST, 7),
    prevention=_many(_of(PreventiveAction, action=TEXT, owner_role=TEXT, evidence=REFS), 6),
    dialogue=st.just(()),
    questions=_many(TEXT, 4),
    missing_evidence=_many(TEXT, 60),
    audio_summary=TEXT,
    provenance=_of(
        ReviewProvenance, model=st.one_of(st.none(), TEXT), model_digest=st.one_of(st.none(), TEXT), prompt_version=TEXT,
        input_sha256=TEXT, mode=st.sampled_from(("model", "deterministic")), redactions=st.just({}), tokens=st.just({}), seconds=st.just({}),
    ),
)  # fmt: skip


def _digest(text: str, speaker: str, link: str) -> Digest:
    ref = "1962484680.000058"
    return Digest(
        channel_id="C1",
        channel_name="inc",
        title="t",
        phases=Phases(),
        coverage=Coverage(messages=1, people=1, texts=0, log_lines=0),
        evidence={ref: Evidence(ref=ref, text=text, kind="message", speaker=speaker, permalink=link)},
    )


LINKS = st.sampled_from(
    (
        "https://acme.slack.com/archives/C1/p1?thread_ts=1.2&cid=C1",
        "javascript:alert(1)",
        "https://a.example/|<!here>",
        "",
    )
)
DIGESTS = st.builds(_digest, TEXT, TEXT, LINKS)
