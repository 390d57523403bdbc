import re
from collections.abc import Collection, Iterable

_REF = re.compile(r"\d{10}\.\d{6}|.+:\d+")


def existing(refs: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """Rule: a reference is a message ts or `file:line`, and it exists; others are dropped. Order kept, no repeats."""
    return tuple(ref for ref in dict.fromkeys(refs) if ref in known and _REF.fullmatch(ref))
