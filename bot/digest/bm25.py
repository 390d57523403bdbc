"""BM25 over small collections, in plain Python. Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework"."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

K1 = 1.2
B = 0.6


class Bm25:
    """An index over documents given as terms; scores come in document order."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self.size = len(documents)
        self.lengths = [len(document) for document in documents]
        self.mean_length = sum(self.lengths) / max(1, self.size) or 1.0
        self.postings: dict[str, list[tuple[int, int]]] = {}
        for place, document in enumerate(documents):
            for term, count in Counter(document).items():
                self.postings.setdefault(term, []).append((place, count))

    def idf(self, term: str) -> float:
        """Rarity of a term; 0 for one that never occurs."""
        found = len(self.postings.get(term, ()))
        return math.log(1 + (self.size - found + 0.5) / (found + 0.5)) if found else 0.0

    def scores(self, query: Mapping[str, float] | Iterable[str]) -> list[float]:
        """A score per document; 0 where no term matches. A mapping gives weights."""
        weights = query if isinstance(query, Mapping) else dict.fromkeys(query, 1.0)
        result = [0.0] * self.size
        for term, weight in weights.items():
            rarity = weight * self.idf(term)
            for place, count in self.postings.get(term, ()):
                norm = K1 * (1 - B + B * self.lengths[place] / self.mean_length)
                result[place] += rarity * count * (K1 + 1) / (count + norm)
        return result
