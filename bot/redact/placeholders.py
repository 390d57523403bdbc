"""The names that stand for what was taken out: stable within one incident, so that they still work as evidence."""

import re
from collections import Counter
from collections.abc import Callable

Mask = Callable[[str, str], str]
"""`mask(kind, value)`: the placeholder that stands for the value; the same one for the same value."""

KINDS = ("secret", "email", "phone", "card", "iban", "ip", "private-ip", "mac")
PLACEHOLDER = re.compile(rf"\[(?:{'|'.join(KINDS)})(?:-(?:\d+|more))?(?:\]|$)")  # a pattern may leave the bracket out

_MOST = 100_000  # values remembered per kind; an attack's log may have a million addresses


class Placeholders:
    """Numbers the values of each kind in order of appearance: `[secret-1]`, `[ip-3]`. Keeps them in memory only."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()  # kind -> replacements made, not different values
        self._names: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}

    def mask(self, kind: str, value: str) -> str:
        self.counts[kind] += 1
        names = self._names[kind]
        name = names.get(value)
        if name is None:
            if len(names) >= _MOST:
                return f"[{kind}-more]"
            name = names[value] = f"[{kind}-{len(names) + 1}]"
        return name


class PlainMarks:
    """`[secret]` without a number, for texts outside an incident's numbering. Remembers nothing but the kinds."""

    def __init__(self) -> None:
        self.found: list[str] = []  # kinds, in order of the rules rather than of the text

    def mask(self, kind: str, value: str) -> str:  # noqa: ARG002 - the shape of a Mask
        self.found.append(kind)
        return f"[{kind}]"
