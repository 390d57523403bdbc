"""The moments worth telling: phases, alerts, changes and commands that people ran, decisions, findings."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.digest.items import Item, clip
from bot.digest.wordlist import WordList
from bot.nouns.digest import Fact, Moment, MomentKind, Phases

MOMENTS_SHOWN = 25
WORDS_SHOWN = 26
CAUSES_TOLD = 8
_CHANGE = WordList(
    "deploy*, rolled out, rollout, released, release, merged, upgrade* of, upgrade started, change, started by, feature flag, migration started, enabled, disabled, scaled, bumped, config change, rolled back, rolling back, revert*, ausgerollt, zurückgerollt, umgestellt, desplegad*, despliegue, revertid*, rollback"
)
_COMMAND = re.compile(
    r"\b(?:restart(?:ed|ing)|kill(?:ed|ing)|block(?:ed|ing)|delet(?:ed|ing)|stopp(?:ed|ing)|drain(?:ed|ing)|fail(?:ed|ing) over|promot(?:ed|ing)|restor(?:ed|ing)|paus(?:ed|ing)|throttl(?:ed|ing)|"
    r"emptied|purg(?:ed|ing)|flush(?:ed|ing)|pinned|turned (?:it )?off|re-?enabl\w+|running|applied|neu gestartet|gestoppt|gelöscht|zurückgespielt|reiniciad[oa]|reinicio|detenid[oa]|borrad[oa]|restaurad[oa])\b",
    re.IGNORECASE,
)
_DECISION = WordList(
    "decision, decided, we go with, go ahead, let's, stop everything, nobody touches, i have ic, i am ic, declare*, escalat*, calling, sev0, sev1, sev2, maintenance page, status page, posted, entschieden, entscheidung, wir machen, decisión, decidimos, vamos con"
)
_ESCALATED = WordList(
    "escalat*, paging, paged, calling in, pulling in, eskalier*, dazugeholt, escalad*, escalamos, sev0, sev1"
)


def timeline_of(items: Sequence[Item], phases: Phases, causes: Sequence[Fact]) -> tuple[Moment, ...]:
    """In the order of time, at most 25; phases always, the rest by weight."""
    weighted = [entry for item in items if (entry := _moment(item, causes))]
    weighted.sort(key=lambda entry: -entry[0])
    fixed = list(_phase_moments(phases, items))
    room = max(0, MOMENTS_SHOWN - len(fixed))
    taken = {ref for moment in fixed for ref in moment.evidence}
    rest = [moment for _, moment in weighted if not taken & set(moment.evidence)][:room]
    return tuple(sorted([*fixed, *rest], key=lambda moment: moment.at))


def _phase_moments(phases: Phases, items: Sequence[Item]) -> Sequence[Moment]:
    by_ref = {ref: item for item in items for ref in item.refs}
    found = []
    kinds: tuple[MomentKind, ...] = ("started", "detected", "acknowledged", "mitigated", "resolved")
    for kind in kinds:
        phase = getattr(phases, kind)
        if phase.at is None or (kind == "resolved" and phase.at == phases.mitigated.at):
            continue
        item = by_ref.get(phase.evidence[0]) if phase.evidence else None
        found.append(
            Moment(
                at=_utc(phase.at),
                kind=kind,
                what=clip(item.text, (), WORDS_SHOWN) if item else phase.how,
                evidence=phase.evidence,
            )
        )
    return found


def _moment(item: Item, causes: Sequence[Fact]) -> tuple[float, Moment] | None:
    if item.at is None:
        return None
    kind_weight = _kind(item, {ref: place for place, fact in enumerate(causes) for ref in fact.evidence[:1]})
    if kind_weight is None:
        return None
    kind, weight = kind_weight
    weight += 0.1 * min(4, item.turn.reactions if item.turn else 0)
    return weight, Moment(at=_utc(item.at), kind=kind, what=clip(item.text, (), WORDS_SHOWN), evidence=item.refs[:1])


def _kind(item: Item, cause_rank: dict[str, int]) -> tuple[MomentKind, float] | None:
    rank = cause_rank.get(item.refs[0], CAUSES_TOLD)
    if item.kind in {"alert", "clear"}:
        return "alert", 1.6 if item.kind == "alert" else 1.0
    if rank < CAUSES_TOLD:
        return "finding", (1.6 if item.kind == "log" else 2.0) - 0.1 * rank
    if item.kind == "topic":
        return "decision", 0.9
    if item.kind == "bot" and _CHANGE.found(item.text):
        return "change", 1.5
    return _said_kind(item) if item.kind == "said" else None


def _said_kind(item: Item) -> tuple[MomentKind, float] | None:
    text = item.text
    if "?" in text and len(text) < 80:
        return None
    if _ESCALATED.found(text):
        return "escalated", 1.1
    if _COMMAND.search(text):
        return "command", 1.2
    if _DECISION.found(text):
        return "decision", 1.0
    if _CHANGE.found(text):
        return "change", 1.1
    return None


def _utc(at: datetime) -> datetime:
    return at.replace(microsecond=0)
