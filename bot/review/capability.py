"""What a model of a given size may do. Measured: below 3 billion parameters, judgement and free prose go wrong too often."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Capability:
    """`most_seconds`: model time after which the remaining rule texts stand as they are."""

    edits_answers: bool  # one sentence from a question and its answer
    most_tests: int  # recommended tests whose fault it may fit to the incident
    edits_lines: bool  # one sentence from a quote without its question; the cause from a chosen chain; titles of tests
    judges: bool  # picks the cause and names the layers
    narrates: bool  # dialogue and spoken summary
    fact_sheet_tokens: int
    most_seconds: float


SMALL = Capability(
    edits_answers=True,
    most_tests=4,
    edits_lines=False,
    judges=False,
    narrates=False,
    fact_sheet_tokens=700,
    most_seconds=120.0,
)
MIDDLE = Capability(
    edits_answers=True,
    most_tests=6,
    edits_lines=True,
    judges=False,
    narrates=False,
    fact_sheet_tokens=2000,
    most_seconds=600.0,
)
LARGE = Capability(
    edits_answers=True,
    most_tests=6,
    edits_lines=True,
    judges=True,
    narrates=True,
    fact_sheet_tokens=3000,
    most_seconds=1800.0,
)


def capability(parameters: float) -> Capability:
    """`parameters` in billions; 0 (unknown) counts as small."""
    if parameters >= 6.5:  # "7B" models are named so from 6.5 upwards
        return LARGE
    return MIDDLE if parameters >= 3 else SMALL
