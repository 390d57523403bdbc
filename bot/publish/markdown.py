"""review.md and dialogue.md, for GitHub and for a plain reader. Pure."""

import re
from collections.abc import Iterable, Sequence

from bot.nouns.digest import Digest
from bot.nouns.review import RecommendedTest, Refs, Review
from bot.publish import wording
from bot.publish.citations import Citations
from bot.publish.details import TITLES
from bot.publish.evidence import cited
from bot.publish.mrkdwn import inert, one_line

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~$!])")
_LEADING = re.compile(r"^(\d+)([.)])|^([-+=])")
_MENTION = re.compile(r"@(?=\w)")


def text_md(text: str) -> str:
    """Data as one line of Markdown that formats, links, embeds and mentions nothing."""
    escaped = _SPECIAL.sub(r"\\\1", inert(text).replace("&", "&amp;"))
    escaped = _LEADING.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", escaped)
    return _MENTION.sub("@\u200b", escaped)


def code_md(text: str) -> str:
    """Data in code style, also within a table."""
    inner = one_line(text).replace("`", "'").replace("|", "\\|")
    return f"`{inner}`" if inner else ""


def review_md(review: Review, digest: Digest) -> str:
    """The whole review, sections as in Slack, with the quoted evidence at the end."""
    cite = Citations.of(review, digest)
    parts = [
        *_top(review, digest),
        *_heading("timeline"), *_timeline(review, cite),
        *_heading("gaps"), *_gaps(review, cite),
        *_heading("cause"), *_cause(review, cite),
        *_heading("tests"), *_tests(review, cite),
        *_heading("prevention"), *_prevention(review, cite),
        "## Audio Summary", text_md(review.audio_summary) or "None.",
        *_evidence(review, cite),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def dialogue_md(review: Review, digest: Digest) -> str:
    """The talk of the two engineers about the findings."""
    cite = Citations.of(review, digest)
    lines = [
        f"**{item.speaker.capitalize()}:** {text_md(item.line)} {_refs(item.evidence, cite)}".strip()
        for item in review.dialogue
    ]
    title = f"# Dialogue: {text_md(review.incident.title)}"
    return "\n\n".join([title, text_md(wording.drafted(review.provenance)), *(lines or ["No dialogue."])]) + "\n"


def _heading(part: str) -> list[str]:
    return [f"## {TITLES[part]}"]


def _refs(refs: Refs, cite: Citations) -> str:
    return f"[{', '.join(_ref(ref, cite) for ref in dict.fromkeys(refs))}]" if refs else ""


def _ref(ref: str, cite: Citations) -> str:
    if not wording.is_message(ref):
        return code_md(ref)
    link = cite.permalink(ref)
    label = text_md(cite.label(ref))
    return f"[{label}](<{link}>)" if link else label


def _claim(text: str, refs: Refs, cite: Citations) -> str:
    return f"{text_md(text)} {_refs(refs, cite)}".strip()


def _bullets(lines: Iterable[str], empty: str) -> str:
    return "\n".join(f"- {line}" for line in lines) or f"_{empty}_"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are Markdown already; text_md and code_md escape the bars."""
    lines = [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)


def _top(review: Review, digest: Digest) -> list[str]:
    facts = review.incident
    rows = [
        ("Severity", text_md(facts.severity or "not stated")),
        ("Channel", text_md(f"#{facts.channel}")),
        *((name, _time(at)) for name, at in _phases(review)),
        ("Time to detect", wording.duration(facts.time_to_detect_s)),
        ("Time to mitigate", wording.duration(facts.time_to_mitigate_s)),
        ("Evidence", wording.coverage(review, digest)),
    ]
    drafted = text_md(wording.drafted(review.provenance))
    return [f"# Testing-gap review: {text_md(facts.title)}", f"> {drafted} Times are UTC.", _table(("", ""), rows)]


def _phases(review: Review) -> list[tuple[str, str | None]]:
    facts = review.incident
    return [
        ("Started", facts.started_at),
        ("Detected", facts.detected_at),
        ("Mitigated", facts.mitigated_at),
        ("Resolved", facts.resolved_at),
    ]


def _time(text: str | None) -> str:
    at = wording.moment(text)
    return f"{at:%Y-%m-%d %H:%M}" if at else text_md(text or "not stated")


def _timeline(review: Review, cite: Citations) -> list[str]:
    radius = review.blast_radius
    rows = [
        (_time(entry.at), text_md(entry.kind), text_md(entry.what), _refs(entry.evidence, cite))
        for entry in review.timeline
    ]
    reach = [_claim(radius.summary, radius.evidence, cite)]
    reach += [f"Services: {text_md(', '.join(radius.services))}"] if radius.services else []
    reach += [f"Customers: {text_md(radius.customers)}"] if radius.customers else []
    reach += [f"Duration: {wording.duration(radius.duration_s)}"]
    table = _table(("Time", "Kind", "What", "Evidence"), rows) if rows else "_No times could be placed._"
    return ["### Blast radius", _bullets(filter(None, reach), "Nobody says who was hurt."), "### Timeline", table]


def _gaps(review: Review, cite: Citations) -> list[str]:
    layers = [
        f"**{item.layer}** ({wording.REASON[item.reason]}): {_claim(item.why, item.evidence, cite)}"
        for item in review.missed_layers
    ]
    signals = [f"**{item.kind}**: {_claim(item.signal, item.evidence, cite)}" for item in review.ignored_signals]
    return [
        "### Layers that missed it",
        _bullets(layers, "The sources name no layer that should have caught it."),
        "### Signals that existed and did not help",
        _bullets(signals, "The sources show no such signal."),
    ]


def _cause(review: Review, cite: Citations) -> list[str]:
    cause = review.root_cause
    family = f", family: {cause.family}" if cause.family else ""
    parts = [f"**Primary root cause** ({wording.CONFIDENCE[cause.confidence]}{family})"]
    parts.append(_claim(cause.statement, cause.evidence, cite))
    if cause.candidates:
        lines = [_claim(item.statement, item.evidence, cite) for item in cause.candidates]
        parts += ["### Candidates", _bullets(lines, "")]
    factors = [_claim(item.statement, item.evidence, cite) for item in review.secondary_factors]
    rejected = [
        f"{text_md(item.statement)} **Rejected:** {_claim(item.why, item.evidence, cite)}"
        for item in review.rejected_hypotheses
    ]
    return [
        *parts,
        "### Secondary factors",
        _bullets(factors, "None with evidence."),
        "### Rejected hypotheses",
        _bullets(rejected, "Nobody raised and ruled out another theory."),
    ]


def _tests(review: Review, cite: Citations) -> list[str]:
    return [part for test in review.recommended_tests for part in _test(test, cite)] or ["_None with evidence._"]


def _test(test: RecommendedTest, cite: Citations) -> list[str]:
    limit = f"{text_md(wording.limit(test.threshold))} ({wording.PROVENANCE[test.threshold.provenance]})"
    rows = [
        ("Layer", test.layer),
        ("Scope", text_md(test.scope)),
        ("Inject", text_md(test.failure_injection)),
        ("Pass when", text_md(test.success_criteria)),
        ("Limit", limit),
        ("Effort", test.effort),
        ("Closes", ", ".join(code_md(item) for item in test.closes) or "-"),
        ("Evidence", _refs(test.evidence, cite) or "none"),
    ]
    return [f"### {text_md(f'{test.id} {test.title}')}", _table(("", ""), rows)]


def _prevention(review: Review, cite: Citations) -> list[str]:
    actions = [
        f"{_claim(item.action, item.evidence, cite)} Owner: {text_md(item.owner_role)}" for item in review.prevention
    ]
    return [
        _bullets(actions, "None with evidence."),
        "### Questions for the people of this incident",
        _bullets((text_md(item) for item in review.questions), "None."),
        "### Missing evidence",
        _bullets((text_md(item) for item in review.missing_evidence), "Nothing is known to be missing."),
    ]


def _evidence(review: Review, cite: Citations) -> list[str]:
    lines = []
    for ref in cited(review):
        found = cite.evidence(ref)
        quote = text_md(found.text) if found else "_The line is in the attached file._"
        lines.append(f"{_ref(ref, cite)}: {quote}")
    return ["## Evidence", "<details><summary>Quoted messages and log lines</summary>",
            _bullets(lines, "None."), "</details>"]  # fmt: skip
