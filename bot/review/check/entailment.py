from bot.review.prose import content_words


def unsupported(text: str, sources: str, least: float = 0.6) -> str | None:
    """Rule: most content words of the text come from the cited evidence (entailment by simple means)."""
    mine = content_words(text)
    if not mine:
        return "The sentence says nothing."
    theirs = content_words(sources)
    strange = sorted(mine - theirs)
    if 1 - len(strange) / len(mine) < least:
        return f"Too many words are not in the facts: {', '.join(strange[:5])}."
    return None
