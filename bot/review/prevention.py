"""What to change, and which role owns it: what the channel itself promised first, then a rule for each gap."""

from bot.nouns.review import MissedLayer, PreventiveAction, RecommendedTest
from bot.nouns.vocabulary import Layer, Reason
from bot.review.prose import sentence
from bot.review.source import Source

OWNER: dict[Layer, str] = {
    "unit": "service developer",
    "integration": "service developer",
    "contract": "owners of both sides of the contract",
    "end-to-end": "QA lead",
    "load": "performance engineer",
    "soak": "performance engineer",
    "chaos": "reliability engineer",
    "canary": "release manager",
    "alerting": "on-call lead",
    "backup-restore": "data platform owner",
    "migration-rehearsal": "change owner",
}
_RULE: dict[Reason, str] = {
    "no-test": "Write {id} ({title}) and make it a condition of the next change to {service}",
    "test-not-run": "Put {id} ({title}) on a schedule with a named owner; a run that does not happen counts as failed",
    "wrong-assertion": "Change what the existing {layer} test asserts to the criterion of {id} ({title})",
    "environment-differed": "Make the environment of the {layer} tests carry what production carries, then run {id} ({title}) in it",
    "signal-ignored": "Give the signal behind {id} ({title}) an owner and a threshold, and remove the noise around it",
    "no-signal": "Add the missing signal, and prove with {id} ({title}) that it reaches a person",
}
_STATED = 3
_MOST = 6


def prevention(
    source: Source, layers: tuple[MissedLayer, ...], tests: tuple[RecommendedTest, ...]
) -> tuple[PreventiveAction, ...]:
    """At most six actions, each with the evidence of what it answers."""
    made = [
        PreventiveAction(
            action=sentence("Said in the channel: " + source.quote(fact, 34)),
            owner_role="incident owner",
            evidence=source.refs([fact]),
        )
        for fact in source.usable(source.digest.actions)[:_STATED]
    ]
    service = source.digest.services[0] if source.digest.services else "the affected service"
    for layer in layers:
        test = next((item for item in tests if item.layer == layer.layer), None)
        if test is not None:
            action = _RULE[layer.reason].format(id=test.id, title=test.title, layer=layer.layer, service=service)
            made.append(
                PreventiveAction(action=sentence(action), owner_role=OWNER[layer.layer], evidence=layer.evidence)
            )
    return tuple(made[:_MOST])
