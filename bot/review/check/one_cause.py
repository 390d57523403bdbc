from collections.abc import Sequence

from bot.nouns.digest import Hypothesis
from bot.review.prose import content_words


def rejected_in_channel(text: str, refs: Sequence[str], hypotheses: Sequence[Hypothesis]) -> str | None:
    """Rule: the cause is not a theory that the channel ruled out: neither its words nor its message."""
    mine = content_words(text)
    for item in hypotheses:
        if item.outcome != "rejected":
            continue
        theirs = content_words(item.statement.text)
        same_words = len(theirs) >= 3 and len(mine & theirs) / len(mine | theirs) >= 0.6
        if same_words or (refs and set(refs) <= set(item.statement.evidence)):
            return "The channel ruled this theory out."
    return None


def several_causes(text: str) -> str | None:
    """Rule: the statement names one cause, not a list of alternatives."""
    low = f" {text.lower()} "
    if any(
        mark in low
        for mark in (
            " either ",
            " or possibly ",
            " might also ",
            "(1)",
            " 1. ",
            " or maybe ",
            "multiple causes",
            "several causes",
        )
    ):
        return "Name exactly one cause."
    return None
