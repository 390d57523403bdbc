from collections.abc import Collection, Iterable


def unknown_ids(ids: Iterable[str], known: Collection[str]) -> str | None:
    """Rule: every id that is picked is one of those that were offered."""
    strange = [item for item in ids if item not in known]
    return f"There is no {', '.join(strange)} in the list." if strange else None
