"""The playbook: fault patterns as data, chosen by layer, words of the evidence and cause family."""

import tomllib
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Literal

from bot.nouns.base import Noun
from bot.nouns.vocabulary import CauseFamily, Effort, Layer, Operator, Provenance
from bot.review.phrases import has_version
from bot.review.prose import words


class Pattern(Noun):
    """One row of playbook.toml; see the comment at its top."""

    key: str
    layer: Layer
    words: tuple[str, ...]  # stems, matched at the start of a word
    families: tuple[CauseFamily, ...]
    title: str
    scope: str
    fault: str
    criteria: str
    metric: str
    operator: Operator
    value: float
    unit: str
    window: str
    measure: Literal["duration", "percent", "count", "none"]
    source: Provenance
    effort: Effort


@cache
def playbook() -> tuple[Pattern, ...]:
    text = resources.files("bot.review").joinpath("playbook.toml").read_text("utf-8")
    return tuple(Pattern(**row) for row in tomllib.loads(text)["pattern"])


def hits(pattern: Pattern, texts: Iterable[str]) -> int:
    """How many of the pattern's words the texts have; a word counts once for each text, a version number is "version"."""
    bags = [set(words(text)) | ({"version"} if has_version(text) else set()) for text in texts]
    return sum(any(_begins(word, found) for word in bag) for bag in bags for found in pattern.words)


def _begins(word: str, found: str) -> bool:
    """Short stems must be the whole word: "id" is not in "idle"."""
    return word.startswith(found) if len(found) > 3 else word == found


def choose(
    layer: Layer,
    texts: Sequence[str],
    families: Sequence[CauseFamily],
    taken: Collection[str] = (),
    *,
    least_hits: int = 0,
) -> Pattern | None:
    """The pattern of the layer that fits the evidence best; None when all are taken or none has `least_hits` words.

    A word of the evidence counts 1 for each text that has it, the first family 0.9, later ones less: a family only breaks ties.
    """
    votes = {family: 0.9 / (1 + rank) for rank, family in enumerate(families)}

    def fit(pattern: Pattern) -> float:
        return hits(pattern, texts) + max((votes.get(family, 0.0) for family in pattern.families), default=0.0)

    rest = [pattern for pattern in playbook() if pattern.layer == layer and pattern.key not in taken]
    good = [pattern for pattern in rest if hits(pattern, texts) >= least_hits]
    return max(good, key=fit, default=None)


# The layer in which the root cause itself is best reproduced, by family; first choice first.
CAUSE_LAYERS: dict[CauseFamily, tuple[Layer, ...]] = {
    "scalability": ("load", "chaos"),
    "observability-gap": ("alerting", "chaos"),
    "resource-exhaustion": ("soak", "load"),
    "race-condition": ("integration", "chaos"),
    "retry-storm": ("load", "chaos"),
    "caching": ("chaos", "load"),
    "database-bottleneck": ("load", "chaos"),
    "thread-starvation": ("load", "soak"),
    "concurrency": ("integration", "chaos"),
    "kubernetes": ("chaos", "canary"),
    "ci-cd": ("canary", "contract"),
    "configuration": ("contract", "canary"),
    "dependency": ("chaos", "integration"),
    "network": ("chaos", "end-to-end"),
    "capacity": ("load", "chaos"),
    "destructive-operation": ("chaos", "migration-rehearsal"),
    "data-integrity": ("unit", "contract"),
    "upgrade": ("chaos", "canary"),
    "certificate": ("soak", "contract"),
    "security": ("canary", "contract"),
}
