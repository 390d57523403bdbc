"""When it started, was detected, acknowledged, mitigated, resolved: by structure first, by words second.

Structure: the alert that the all-clear names (else the first urgent alert), the clocks in alerts and topics, the
first human message. Words only tell which clock is an onset ("since") and which message is an end ("recovered").
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.digest.clock import Clock, clocks
from bot.digest.conversation import Turn
from bot.nouns.digest import Phase, Phases

_ONSET = re.compile(
    r"\b(?:since|started|starting|start(?:s|ed)? (?:at|around|about)|began|begin(?:s|ning)?|from|first (?:failures?|errors?|seen|occurr\w*)|onset|"
    r"removed|deleted|dropped|broke|down at|went down|failing since|seit|ab|begann|begonnen|erste[rn]?|los (?:ging|ist)|"
    r"desde|empezó|comenzó|inici(?:o|ó)|primer(?:os)? (?:error(?:es)?|fallos?)|depuis)\b",
    re.IGNORECASE,
)
END = re.compile(
    r"\b(?:resolved|recovered|mitigated|all[- ]clear|back to normal|fully (?:recovered|restored|normal|back)|we(?:'re| are) back|back (?:up|online)|"
    r"back as of|calling it|ended|is over|event over|incident (?:over|closed)|closed|stable again|healthy again|errors? (?:are |is )?(?:gone|back to (?:zero|baseline))|"
    r"fixed|behoben|gelöst|entwarnung|wieder (?:normal|da|online|stabil|ok|erreichbar|grün)|läuft wieder|erledigt|beendet|"
    r"resuelt[oa]|solucionad[oa]|mitigad[oa]|recuperad[oa]|restablecid[oa]|normalizad[oa]|cerrad[oa]|terminad[oa])\b",
    re.IGNORECASE,
)
_RESOLVED = re.compile(
    r"\b(?:resolved|closed|closing|ended|over|all[- ]clear|entwarnung|beendet|geschlossen|resuelt[oa]|cerrad[oa]|terminad[oa])\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:not (?:yet|fixed|resolved|over|fully|there)|isn't|aren't|hasn't|haven't|until|once|when|if|can we|almost|partially|wait|hold|but|except|still|should be|"
    r"noch nicht|nicht|teilweise|sobald|wenn|falls|aber|todavía|aún|no está|cuando|parcial\w*|pero)\b|\?",
    re.IGNORECASE,
)
TROUBLE = re.compile(
    r"\b(?:down|errors?|fail(?:s|ed|ing|ures?)?|outage|broken|can't|cannot|unable|timeouts?|timing out|5\d\d|slow|stuck|unreachable|crash\w*|wrong|missing|"
    r"fehler|ausfall|kaputt|hängt|geht nicht|langsam|fällt aus|störung|caíd[oa]|errores|fallos?|fallando|lento|no funciona|no carga|roto)\b",
    re.IGNORECASE,
)
FIRST_TURNS = 6  # a channel without alerts is opened because somebody saw it
_NEAR_ALERT = timedelta(minutes=45)
_ONSET_REACH = timedelta(hours=8)
_SLACK = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class _End:
    at: datetime
    turn: Turn
    strength: int  # 3 alert or topic, 2 plain statement, 1 weak
    closes: bool
    uncertainty_s: int


def phases_of(turns: Sequence[Turn], zone: tzinfo) -> Phases:
    """The phases of the main incident of a channel; None where nothing says it. Ends before the start are refused."""
    detected = _detected(turns)
    if detected is None:
        return Phases()
    started = _started(turns, detected, zone)
    ends = [end for end in _ends(turns, zone) if end.at > detected.at and (not started.at or end.at > started.at)]
    mitigated, resolved = _settle(ends, turns)
    return Phases(
        started=started,
        detected=_phase(detected.at, detected, _how_detected(detected), 60),
        acknowledged=_acknowledged(turns, detected),
        mitigated=mitigated,
        resolved=resolved,
    )


def _phase(at: datetime, turn: Turn, how: str, uncertainty_s: int) -> Phase:
    return Phase(at=at, how=how, evidence=turn.refs[:1], uncertainty_s=uncertainty_s)


def _how_detected(turn: Turn) -> str:
    return "an alert fired" if turn.kind == "alert" else "somebody reported it"


def _detected(turns: Sequence[Turn]) -> Turn | None:
    """The alert that the last all-clear names, else the first urgent alert; a person's report if that came first."""
    alerts = [turn for turn in turns if turn.kind == "alert"]
    urgent = [turn for turn in alerts if turn.urgent] or alerts
    main = _cleared_alert(urgent, turns) or (urgent[0] if urgent else None)
    report = next((turn for turn in turns if turn.kind == "said" and TROUBLE.search(turn.text)), None)
    if main is None:
        early = [turn for turn in turns if turn.kind == "said"][:FIRST_TURNS]
        return report if report in early else next(iter(early), None)
    cleared = main is not urgent[0]
    if report and not cleared and report.at < main.at:
        return report
    return main


def _cleared_alert(urgent: Sequence[Turn], turns: Sequence[Turn]) -> Turn | None:
    """Of the alerts that the last all-clear shares names with, the best match before it; ties go to the first."""
    clears = [turn for turn in turns if turn.kind == "clear"]
    for clear in reversed(clears):
        scored = [(len(_names(turn) & _names(clear)), -turn.index, turn) for turn in urgent if turn.at < clear.at]
        if scored and max(scored)[0] >= 1:
            return max(scored, key=lambda entry: entry[:2])[2]
    return None


_GENERIC = frozenset(
    [
        "firing",
        "resolved",
        "severity",
        "page",
        "critical",
        "warning",
        "alert",
        "since",
        "triggered",
        "recover",
        "paged",
        "threshold",
        "checks",
        "health",
    ]
)


def _names(turn: Turn) -> frozenset[str]:
    return frozenset(term for term in turn.terms if term not in _GENERIC and not term.isdigit() and len(term) > 2)


def _started(turns: Sequence[Turn], detected: Turn, zone: tzinfo) -> Phase:
    """A clock called an onset, in the detecting post, the topics soon after it, or what people say; else detection."""
    near = [turn for turn in turns if turn.kind in {"topic", "alert"} and abs(turn.at - detected.at) <= _NEAR_ALERT]
    said = [turn for turn in turns if turn.kind == "said" and turn.at >= detected.at - _ONSET_REACH]
    own = list(_onsets([detected], detected, zone))
    topics = list(_onsets([turn for turn in near if turn.kind == "topic"], detected, zone))
    talk = list(_onsets(said, detected, zone))
    if own and detected.kind == "alert":
        turn, clock = own[0]
        return _phase(clock.at, turn, "the alert names the onset", clock.uncertainty_s)
    if own or topics:
        turn, clock = min([*own[:1], *topics[:1]], key=lambda entry: entry[1].at)
        how = "the topic names the onset" if turn.kind == "topic" else "the report names the onset"
        return _phase(clock.at, turn, how, clock.uncertainty_s)
    if talk:
        turn, clock = _agreed(talk)
        return _phase(clock.at, turn, "people name the onset", max(60, clock.uncertainty_s))
    return _phase(detected.at, detected, "no earlier sign is named: the time of detection", 900)


def _onsets(turns: Iterable[Turn], detected: Turn, zone: tzinfo) -> Iterable[tuple[Turn, Clock]]:
    for turn in turns:
        for clock in clocks(turn.text, turn.at, zone):
            if not detected.at - _ONSET_REACH <= clock.at <= detected.at + _SLACK:
                continue
            lead = turn.text[max(0, clock.start - 40) : clock.start]
            if _ONSET.search(lead) or (turn is detected and "started" in turn.text.lower()):
                yield turn, clock


def _agreed(found: Sequence[tuple[Turn, Clock]]) -> tuple[Turn, Clock]:
    """The onset most people name within ten minutes; the later word (after digging) wins a tie."""
    ten = timedelta(minutes=10)

    def votes(entry: tuple[Turn, Clock]) -> tuple[int, int]:
        return sum(abs(other.at - entry[1].at) <= ten for _, other in found), -entry[1].uncertainty_s

    return max(reversed(found), key=votes)


def _acknowledged(turns: Sequence[Turn], detected: Turn) -> Phase:
    for turn in turns:
        if turn.kind == "said" and turn.at >= detected.at and (turn is not detected):
            return _phase(turn.at, turn, "the first human message", 60)
    return Phase()


def _ends(turns: Sequence[Turn], zone: tzinfo) -> Iterable[_End]:
    for turn in turns:
        match = END.search(turn.text)
        if turn.kind == "clear":
            clock = _clock_after(turn, zone, 0)
            yield _End(clock.at if clock else turn.at, turn, 3, closes=True, uncertainty_s=60)
        elif match and turn.kind in {"topic", "said"}:
            sentence = _sentence_at(turn.text, match.start())
            if turn.kind == "said" and (turn.thread or _NOT_YET.search(sentence)):
                continue
            clock = _clock_after(turn, zone, max(0, match.start() - 30))
            strength = 3 if turn.kind == "topic" else 2
            closes = bool(_RESOLVED.search(sentence))
            yield _End(clock.at if clock else turn.at, turn, strength, closes, clock.uncertainty_s if clock else 300)


def _sentence_at(text: str, position: int) -> str:
    start = max(text.rfind(mark, 0, position) for mark in (". ", "\n", "! ", "| "))
    ends = [end for end in (text.find(mark, position) for mark in (". ", "\n", "! ", "| ")) if end >= 0]
    return text[start + 1 : min(ends, default=len(text)) + 1]


def _clock_after(turn: Turn, zone: tzinfo, position: int) -> Clock | None:
    return next((clock for clock in clocks(turn.text, turn.at, zone) if clock.start >= position), None)


def _settle(ends: Sequence[_End], turns: Sequence[Turn]) -> tuple[Phase, Phase]:
    """Mitigated: the first end that no later urgent alert contradicts. Resolved: the last word that closes."""
    if not ends:
        return Phase(), Phase()
    last_alert = max((turn.at for turn in turns if turn.urgent), default=None)
    standing = [end for end in ends if last_alert is None or end.at >= last_alert] or list(ends)
    strongest = max(end.strength for end in standing)
    candidates = [end for end in standing if end.strength == strongest]
    mitigated = min(candidates, key=lambda end: end.at)
    closing = [end for end in standing if end.closes and end.at >= mitigated.at]
    resolved = max(closing, key=lambda end: end.turn.index) if closing else mitigated
    how = {3: "an all-clear or the topic says so", 2: "somebody says so", 1: "somebody hints at it"}
    return (
        _phase(mitigated.at, mitigated.turn, how[mitigated.strength], mitigated.uncertainty_s),
        _phase(resolved.at, resolved.turn, how[resolved.strength], resolved.uncertainty_s),
    )
