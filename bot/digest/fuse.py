"""Reciprocal rank fusion with equal weights. Source: Cormack, Clarke and Büttcher, SIGIR 2009."""

from collections.abc import Sequence

from bot.digest.items import Item
from bot.digest.lexicon import Target
from bot.digest.voters import Voter

RANK_OFFSET = 12.0  # smaller than the usual 60: the lists here are short


def fuse(voters: Sequence[Voter], items: Sequence[Item], target: Target) -> list[tuple[float, Item]]:
    """Items that any voter speaks for, best first; ties go to the earlier item."""
    total = [0.0] * len(items)
    for voter in voters:
        scores = voter.rank(items, target)
        order = sorted(
            (place for place, score in enumerate(scores) if score > 0), key=lambda place: (-scores[place], place)
        )
        for rank, place in enumerate(order):
            total[place] += 1.0 / (RANK_OFFSET + rank + 1)
    ranked = [(total[place], item) for place, item in enumerate(items) if total[place] > 0]
    return sorted(ranked, key=lambda entry: (-entry[0], entry[1].index))
