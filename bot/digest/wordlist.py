"""Lists of words and phrases, matched on the words of a text: fast enough to ask dozens of lists about each sentence."""

import re
from functools import lru_cache

_WORD = re.compile(r"\w+(?:['’]\w+)*")


@lru_cache(maxsize=32_768)
def plain_words(text: str) -> tuple[str, ...]:
    """The words in lower case; hyphens part words, apostrophes do not."""
    return tuple(word.replace("’", "'") for word in _WORD.findall(text.lower()))


class WordList:
    """Words, phrases, and prefixes (a trailing *). A hyphen in an entry matches a space too."""

    __slots__ = ("_exact", "_phrases", "_prefixes")

    def __init__(self, *lines: str) -> None:
        """`lines` hold entries separated by commas."""
        self._exact: set[str] = set()
        self._prefixes: dict[str, list[str]] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], bool]]] = {}
        for entry in (part.strip().lower() for line in lines for part in line.split(",")):
            if entry:
                self._add(entry)

    def _add(self, entry: str) -> None:
        starred = entry.endswith("*")
        parts = plain_words(entry.rstrip("*"))
        if len(parts) > 1:
            self._phrases.setdefault(parts[0], []).append((parts[1:], starred))
        elif starred:
            self._prefixes.setdefault(parts[0][:3], []).append(parts[0])
        else:
            self._exact.add(parts[0])

    def matches(self, text: str) -> set[str]:
        """The different entries that occur in a text."""
        words = plain_words(text)
        found = self._exact.intersection(words)
        for place, word in enumerate(words):
            for prefix in self._prefixes.get(word[:3], ()):
                if word.startswith(prefix):
                    found.add(prefix)
            for rest, starred in self._phrases.get(word, ()):
                if _continues(words, place + 1, rest, starred):
                    found.add(" ".join((word, *rest)))
        return found

    def hits(self, text: str) -> int:
        """How many different entries occur in a text."""
        return len(self.matches(text))

    def found(self, text: str) -> bool:
        """Whether any entry occurs in a text."""
        return bool(self.matches(text))


def _continues(words: tuple[str, ...], place: int, rest: tuple[str, ...], starred: bool) -> bool:  # noqa: FBT001 - private
    if not starred:
        return words[place : place + len(rest)] == rest
    last = place + len(rest) - 1
    return words[place:last] == rest[:-1] and last < len(words) and words[last].startswith(rest[-1])
