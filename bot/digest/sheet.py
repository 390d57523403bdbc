"""The digest: from a clean incident and its logs to the fact sheet. Pure: no clock, no network."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from bot.digest import lexicon
from bot.digest.causes import causes_of, families_of, is_settled, onset_event
from bot.digest.clock import channel_zone
from bot.digest.conversation import Turn, turns_of
from bot.digest.hypotheses import hypotheses_of
from bot.digest.impact import actions_of, impact_of, objectives_of
from bot.digest.items import FactMaker, Item, items_of
from bot.digest.language import language_of
from bot.digest.layers import layers_of
from bot.digest.logreport import LogReport
from bot.digest.logs import scan
from bot.digest.phases import phases_of
from bot.digest.services import services_of
from bot.digest.signals import signals_of
from bot.digest.timeline import timeline_of
from bot.digest.tokens import identifiers
from bot.digest.voters import LogJoin, Retrieval, Structure, Words
from bot.nouns.digest import Coverage, Digest, Evidence, Phases
from bot.nouns.incident import CleanIncident, Missing
from bot.nouns.ports import LogText

WATCHED_IDENTIFIERS = 20
EVIDENCE_CHARACTERS = 700
TITLE_CHARACTERS = 120
_TIME_OR_YEAR = re.compile(r"\d{1,2}:\d\d(?::\d\d)?|(?:19|20)\d\d|[\d.,]{1,4}")
_ALERT_TAG = re.compile(
    r"^\s*(?:\[[A-Za-z]+[:\s]*\d*\]|\*?(?:Triggered|Firing|Alert|Problem)\b\*?:?)\s*(?:on\s+)?", re.IGNORECASE
)
_SEVERITY = re.compile(r"\b(?:SEV(?:ERITY)?[ -:]?[0-5]|P[0-4]|S[0-4](?=\b\W*(?:incident|outage)))\b", re.IGNORECASE)


def digest(incident: CleanIncident, texts: Sequence[LogText]) -> Digest:
    """The fact sheet. Every id is unique and every ref in it is a key of `evidence`.

    `texts` are read once each, in order. What could not be read or was left out is in `missing`; nothing is raised.
    """
    turns, orders = turns_of(incident.messages)
    zone = channel_zone([(turn.text, turn.at) for turn in turns], [person.tz for person in incident.people])
    phases = phases_of(turns, zone)
    reports = _reports(incident, texts, turns, phases, zone)
    items = items_of(turns, [line for report in reports for line in report.lines()])
    onset, maker = phases.started.at or phases.detected.at, FactMaker()
    words, retrieval = Words(), Retrieval(items)
    structure, join = Structure(items, phases.mitigated.at), LogJoin(items, onset)
    everybody = (words, retrieval, structure, join)
    at_onset = onset_event(items, phases.started, zone, maker)
    causes = causes_of((words, structure, join), items, maker, _rare_terms(items), at_onset)
    families = families_of(items, causes)
    hypotheses = hypotheses_of(items, maker)
    return Digest(
        channel_id=incident.channel.id,
        channel_name=incident.channel.name,
        title=title_of(incident, turns, phases),
        severity=severity_of(turns),
        language=language_of(turn.text for turn in turns if turn.kind == "said"),
        phases=phases,
        timeline=timeline_of(items, phases, causes),
        services=services_of(items),
        causes=causes,
        cause_settled=is_settled(items, causes, hypotheses),
        families=families,
        hypotheses=hypotheses,
        layers=layers_of(everybody, items, maker, families),
        signals=signals_of(everybody, items, maker, onset, phases.detected.at),
        impact=impact_of(items, maker),
        actions=actions_of(items, maker),
        objectives=objectives_of(items, maker),
        logs=tuple(report.summary() for report in reports),
        missing=(*incident.missing, *_missing(incident, reports, orders)),
        coverage=_coverage(incident, reports),
        evidence=_evidence(incident, items),
    )


def _rare_terms(items: Sequence[Item]) -> tuple[str, ...]:
    """Words that two to five items share: what the talk keeps coming back to."""
    counts: dict[str, int] = {}
    for item in items:
        for term in set(item.terms):
            counts[term] = counts.get(term, 0) + 1
    return tuple(term for term, count in counts.items() if 2 <= count <= 5)


def _reports(
    incident: CleanIncident, texts: Sequence[LogText], turns: Sequence[Turn], phases: Phases, zone: tzinfo
) -> list[LogReport]:
    near = phases.started.at or phases.detected.at or (turns[-1].at if turns else datetime.fromtimestamp(0, UTC))
    watched = watched_identifiers(turns)
    attached = {text.name: text.message_ts for text in incident.texts}
    reports = []
    for text in texts:
        ts = attached.get(text.name)
        moment = datetime.fromtimestamp(float(ts), UTC) if ts else None
        reports.append(LogReport(scan(text, moment or near, watched), phases, zone, moment))
    return reports


def watched_identifiers(turns: Sequence[Turn]) -> tuple[str, ...]:
    """Identifiers with a digit that people name once to six times, in talk of causes first: worth following in the logs."""
    counts: dict[str, int] = {}
    weight: dict[str, float] = {}
    for turn in turns:
        telling = 1.0 + lexicon.CAUSE_DISCOURSE.hits(turn.text) + 0.5 * (turn.thread is not None)
        for word in set(identifiers(turn.text)):
            if any(char.isdigit() for char in word) and len(word) >= 4 and not _TIME_OR_YEAR.fullmatch(word):
                counts[word] = counts.get(word, 0) + 1
                weight[word] = max(weight.get(word, 0.0), telling)
    rare = [word for word, count in counts.items() if count <= 6]
    return tuple(sorted(rare, key=lambda word: (-weight[word], word))[:WATCHED_IDENTIFIERS])


def _evidence(incident: CleanIncident, items: Sequence[Item]) -> dict[str, Evidence]:
    """Every turn's messages and every telling line, by ref."""
    messages = {message.ts: message for message in incident.messages}
    found: dict[str, Evidence] = {}
    for item in items:
        for ref in item.refs:
            message = messages.get(ref)
            text = item.text if message is None or len(item.refs) == 1 else message.text or item.text
            found[ref] = Evidence(
                ref=ref,
                text=_clipped(text),
                kind="log" if item.line else "alert" if item.kind in {"alert", "clear"} else "message",
                speaker=(item.turn.speaker if item.turn else None) or None,
                at=item.at,
                permalink=message.permalink if message else None,
            )
    return found


def _clipped(text: str) -> str:
    return text if len(text) <= EVIDENCE_CHARACTERS else text[: EVIDENCE_CHARACTERS - 1].rsplit(" ", 1)[0] + " …"


def severity_of(turns: Sequence[Turn]) -> str | None:
    """The last severity that a topic names, else the first anywhere; in capitals."""
    for turn in reversed(turns):
        if turn.kind == "topic" and (match := _SEVERITY.search(turn.text)):
            return match.group().upper()
    return next((match.group().upper() for turn in turns if (match := _SEVERITY.search(turn.text))), None)


def title_of(incident: CleanIncident, turns: Sequence[Turn], phases: Phases) -> str:
    """The first line of the alert that detected the incident, else the first topic, else the channel's name."""
    for turn in turns:
        if turn.kind == "alert" and turn.urgent and set(turn.refs) & set(phases.detected.evidence):
            line = turn.text.splitlines()[0].split(". ")[0]
            return (_ALERT_TAG.sub("", line) or line)[:TITLE_CHARACTERS]
    topic = next((turn.text for turn in turns if turn.kind == "topic" and turn.text), "") or incident.channel.topic
    return (topic or incident.channel.name)[:TITLE_CHARACTERS]


def _missing(incident: CleanIncident, reports: Sequence[LogReport], orders: int) -> list[Missing]:
    found = [Missing(what=report.scan.name, why=report.scan.problem) for report in reports if report.scan.problem]
    lines = sum(report.dropped for report in reports)
    for count, what in ((orders, "messages"), (lines, "log lines")):
        if count:
            found.append(Missing(what=f"{count} {what}", why="left out: the text gives orders to an AI"))
    if not reports and not incident.texts:
        found.append(Missing(what="logs", why="no log is attached to the channel"))
    return found


def _coverage(incident: CleanIncident, reports: Sequence[LogReport]) -> Coverage:
    people = {message.user or message.author for message in incident.messages if not message.is_bot}
    return Coverage(
        messages=len(incident.messages),
        people=len(people),
        texts=len(reports),
        log_lines=sum(report.scan.lines for report in reports),
    )
