"""The two engineers: after the findings, as challenge and answer, so that a reader hears why each gap stands."""

from bot.nouns.review import DialogueLine, MissedLayer, RecommendedTest, Review
from bot.review.prose import clip, sentence
from bot.review.quantities import number
from bot.review.suite import BOUND

_ASK = (
    "What should have caught this before users did? Show me the {layer} side.",
    "And {layer}: is that a gap, or just hindsight?",
    "Why do you list {layer} as well?",
)


def dialogue(review: Review) -> tuple[DialogueLine, ...]:
    """Six to ten lines; every answer cites the evidence of what it repeats."""
    cause = review.root_cause
    unsettled = cause.confidence == "unsettled"
    challenge = (
        "Is that proven, or only the loudest symptom?"
        if not unsettled
        else "The channel does not settle the cause. What do we have?"
    )
    lines = [
        DialogueLine(speaker="test architect", line="What is the one cause that a test could have shown?"),
        DialogueLine(speaker="reliability engineer", line=sentence(clip(cause.statement, 60)), evidence=cause.evidence),
        DialogueLine(speaker="test architect", line=challenge),
        _defence(review),
    ]
    for index, layer in enumerate(review.missed_layers[:3]):
        lines.append(DialogueLine(speaker="test architect", line=_ASK[index].format(layer=layer.layer)))
        lines.append(_answer(layer, review.recommended_tests))
    return tuple(lines)


def _defence(review: Review) -> DialogueLine:
    if review.root_cause.confidence == "unsettled" and len(review.root_cause.candidates) > 1:
        other = review.root_cause.candidates[1]
        return DialogueLine(
            speaker="reliability engineer",
            line=sentence(f"The next candidate is {clip(other.statement, 45)}"),
            evidence=other.evidence,
        )
    if review.rejected_hypotheses:
        gone = review.rejected_hypotheses[0]
        line = f"Another theory was {clip(gone.statement, 24)} What became of it: {clip(gone.why, 28)}"
        return DialogueLine(speaker="reliability engineer", line=sentence(line), evidence=gone.evidence)
    line = "Nobody in the channel raised and ruled out another theory, so take it with care."
    return DialogueLine(speaker="reliability engineer", line=line, evidence=review.root_cause.evidence)


def _answer(layer: MissedLayer, tests: tuple[RecommendedTest, ...]) -> DialogueLine:
    line = layer.why
    test = next((item for item in tests if item.layer == layer.layer), None)
    if test is not None:
        limit = test.threshold
        line += f" {test.id} would have shown it: {limit.metric} {BOUND[limit.operator]} {number(limit.value)} {limit.unit}."
    return DialogueLine(speaker="reliability engineer", line=line, evidence=layer.evidence)
