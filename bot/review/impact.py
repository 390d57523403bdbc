"""Times, timeline and blast radius: computed, never written by a model."""

from datetime import datetime

from bot.nouns.digest import Digest, Fact
from bot.nouns.review import BlastRadius, IncidentFacts, TimelineEntry
from bot.review.prose import clip, plain, sentence, word_count
from bot.review.quantities import spoken_duration
from bot.review.source import Source

_PEOPLE_HURT = (
    "customer",
    "user",
    "client",
    "tenant",
    "subscriber",
    "people",
    "ticket",
    "account",
    "shop",
    "kunden",
    "nutzer",
    "usuario",
    "cliente",
)


def incident_facts(digest: Digest) -> IncidentFacts:
    phases = digest.phases
    return IncidentFacts(
        id=digest.channel_id,
        channel=digest.channel_name,
        title=plain(digest.title) or digest.channel_name,
        severity=digest.severity,
        started_at=_iso(phases.started.at),
        detected_at=_iso(phases.detected.at),
        mitigated_at=_iso(phases.mitigated.at),
        resolved_at=_iso(phases.resolved.at),
        time_to_detect_s=_between(phases.started.at, phases.detected.at),
        time_to_mitigate_s=_between(phases.started.at, phases.mitigated.at),
    )


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _between(start: datetime | None, end: datetime | None) -> int | None:
    """Seconds; None when either is unknown or the end is before the start."""
    if start is None or end is None or end < start:
        return None
    return round((end - start).total_seconds())


def timeline(source: Source) -> tuple[TimelineEntry, ...]:
    """The moments in the order of time, with names of people as roles."""
    made = [
        TimelineEntry(
            at=moment.at.isoformat(),
            kind=moment.kind,
            what=sentence(source.people.blameless(clip(plain(moment.what), 40))),
            evidence=source.refs_of(moment.evidence),
        )
        for moment in sorted(source.digest.timeline, key=lambda item: item.at)
    ]
    return tuple(entry for entry in made if entry.what)


def duration(digest: Digest) -> int | None:
    """Seconds from the start (or first sign) to the end of the harm."""
    phases = digest.phases
    return _between(phases.started.at or phases.detected.at, phases.mitigated.at or phases.resolved.at)


def blast_radius(source: Source) -> BlastRadius:
    facts = source.usable(source.digest.impact)[:4]
    lasted = duration(source.digest)
    text = f"It lasted {spoken_duration(lasted)}." if lasted else "The sources do not say how long it lasted."
    for fact in facts:
        if word_count(text) < 46:
            text += " " + sentence(source.quote(fact, min(24, 60 - word_count(text))))
    if not facts:
        text += " Nobody says in the channel who was hurt and how much."
    return BlastRadius(
        summary=text,
        services=source.digest.services[:8],
        customers=_customers(source, facts),
        duration_s=lasted,
        evidence=source.refs(facts),
    )


def _customers(source: Source, facts: list[Fact]) -> str | None:
    for fact in facts:
        low = fact.text.lower()
        if any(word in low for word in _PEOPLE_HURT):
            return sentence(source.quote(fact, 30))
    return None
