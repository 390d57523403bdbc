"""The second scan: every text that leaves goes through it, whatever wrote it and whatever it was made from."""

from typing import NamedTuple

from bot.redact.placeholders import PlainMarks
from bot.redact.redactor import Redactor


class Finding(NamedTuple):
    """Something that must not leave. It says of what kind, never what."""

    kind: str
    line: int  # from 1


def scrub(text: str) -> str:
    """`text` with what is left of secrets and personal data taken out, as `[secret]`. Clean text comes back unchanged."""
    return Redactor(PlainMarks().mask).text(text)


def rescan(text: str) -> list[Finding]:
    """What `scrub` would take out. Empty for clean text."""
    found: list[Finding] = []
    marks = PlainMarks()
    redactor = Redactor(marks.mask)
    for number, line in enumerate(text.split("\n"), start=1):
        before = len(marks.found)
        redactor.lines([line])
        found += [Finding(kind, number) for kind in marks.found[before:]]
    return found
