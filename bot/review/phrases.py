"""Names of things in the incident's own words: what fills the slots of a recommended test.

By form, not by word list: identifiers, command names, hosts, and word pairs that the channel repeats.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from bot.nouns.digest import Digest
from bot.review.lexicon import word_list
from bot.review.people import People
from bot.review.prose import STOP, content_words, unique, words

_IDENTIFIER = re.compile(
    r"(?<![\w/.@:#\[-])(?:[A-Za-z]+(?:_[A-Za-z0-9]+)+"  # snake_case
    r"|[a-z]+[A-Z][A-Za-z0-9]+|(?:[A-Z][a-z0-9]+){2,}|[A-Z]{2,}[a-z][A-Za-z0-9]+"  # camelCase
    r"|[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*-?\d[A-Za-z0-9]*(?:-[A-Za-z0-9]+)*"  # db1, cp-1
    r"|[a-z]+(?:-[a-z]+)+"  # two-part names
    r"|[A-Z][A-Z0-9]{2,})(?![\w/@]|-\w|\.\w)"
)
_CODE = re.compile(r"`([^`\n]{3,40})`")
_LEAD = re.compile(
    r"\b(?:the|our|that|this|each|every|any|no|your|its|their|both|an?)\s+((?:[a-zA-Z][\w-]*\s+){0,2}[a-zA-Z][\w-]+)"
)
_VERSION = re.compile(
    r"(?<![\w.:-])v?(?:0|[1-9]\d{0,3})\.\d{1,3}(?:\.\d{1,5})?(?![\w.]|\s*(?:%|x\b|[kMG]?B\b|ms\b|s\b|min|h\b|hours))"
)
_STRONG = 2.0  # worth from which a phrase counts as a name
_ADJECTIVE = re.compile(
    r"^(?:(?:single|whole|entire|real|actual|old|big|small|current|random|simple|main|certain)\s+)+"
)
_WEAK_LAST = ("ly", "ing", "ed")
_MEASURES = word_list("not_things")
_TEST_WORDS = word_list("about_tests")


class Vocabulary:
    """How often the incident uses each word and word pair; repeated ones are its things."""

    def __init__(self, digest: Digest, people: People) -> None:
        self._people = people
        self._services = {name.lower(): name for name in digest.services}
        self._singles: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        for item in digest.evidence.values():
            tokens = words(item.text)
            self._singles.update(set(tokens))
            self._pairs.update(set(pairwise(tokens)))

    def things(self, texts: Sequence[str]) -> list[str]:
        """Noun phrases of `texts`, best first: identifiers and services, then phrases by form and repetition."""
        return self._ranked(texts, strong_only=False)

    def named_things(self, texts: Sequence[str]) -> list[str]:
        """Only identifiers, commands and what the incident says again and again."""
        return self._ranked(texts, strong_only=True)

    def _ranked(self, texts: Sequence[str], *, strong_only: bool) -> list[str]:
        found: dict[str, float] = {}
        for rank, text in enumerate(texts):
            for phrase, worth in self._candidates(text):
                if worth >= _STRONG or not strong_only:
                    found[phrase] = found.get(phrase, 0.0) + worth / (1 + 1.5 * rank)
        return _without_parts(unique(sorted(found, key=lambda phrase: -found[phrase])))

    def services_in(self, texts: Iterable[str]) -> list[str]:
        """Known services that the texts name, in the order of the digest."""
        present = set(words(" ".join(texts)))
        return [name for low, name in self._services.items() if low in present]

    def _candidates(self, text: str) -> Iterable[tuple[str, float]]:
        for match in _IDENTIFIER.finditer(text):
            if self._usable(match.group()):
                yield match.group(), self._worth_of_identifier(match.group())
        for match in _CODE.finditer(text):
            if self._usable(match.group(1)) and not re.search(r"[{}<>|\"]", match.group(1)):
                yield match.group(1), _STRONG
        yield from self._pairs_of(text)
        for match in _LEAD.finditer(text):
            phrase = self._trimmed(match.group(1))
            if phrase:
                yield phrase, min(1.9, 0.8 + self._repeats(phrase))

    def _worth_of_identifier(self, name: str) -> float:
        """A hyphenated word said once ("hand-made") is an adjective more often than a name."""
        once = self._singles[name.lower()] < 2 and re.fullmatch(r"[a-z]+(?:-[a-z]+)+", name)
        return 0.5 if once else _STRONG + self._repeats(name)

    def _pairs_of(self, text: str) -> Iterable[tuple[str, float]]:
        for first, second in re.findall(r"(?=\b([A-Za-z][\w-]{2,})\s([A-Za-z][\w-]{2,})\b)", text):
            pair = (first.lower(), second.lower())
            if (
                self._pairs[pair] >= 2
                and self._usable(first)
                and self._usable(second)
                and not second.lower().endswith(_WEAK_LAST)
            ):
                yield f"{first} {second}", 0.6 + 0.5 * min(self._pairs[pair], 6)

    def _trimmed(self, phrase: str) -> str:
        """Up to the first function word; without a last word that is more likely a verb or an adverb."""
        kept: list[str] = []
        for word in _ADJECTIVE.sub("", phrase).split():
            if word.lower() in STOP or not self._usable(word):
                break
            kept.append(word)
        if len(kept) == 3 and self._singles[kept[2].lower()] < 2:
            kept.pop()
        if len(kept) > 1 and kept[-1].endswith("s") and self._pairs[kept[-2].lower(), kept[-1].lower()] < 2:
            kept.pop()
        while kept and kept[-1].lower().endswith(_WEAK_LAST):
            kept.pop()
        return " ".join(kept)

    def _repeats(self, phrase: str) -> float:
        return 0.4 * min(5, min((self._singles[word] for word in words(phrase)), default=0))

    def _usable(self, phrase: str) -> bool:
        low = phrase.lower()
        parts = set(words(low))
        if low in STOP or low in _MEASURES or parts <= _TEST_WORDS:
            return False
        return bool(content_words(phrase)) and not self._people.mentioned(phrase)


def versions(texts: Iterable[str]) -> tuple[str, str] | None:
    """Two neighbouring dotted versions of one thing ("9.6", "9.2"), as far as numbers tell; None when there are none."""
    found = unique(match.group() for text in texts for match in _VERSION.finditer(text))
    for index, first in enumerate(found):
        for second in found[index + 1 :]:
            if abs(_major(first) - _major(second)) <= 1 and first.count(".") == second.count("."):
                return first, second
    return None


def has_version(text: str) -> bool:
    return _VERSION.search(text) is not None


def _major(version: str) -> int:
    return int(version.lstrip("v").split(".")[0])


def _without_parts(phrases: list[str]) -> list[str]:
    """Drops a phrase all of whose words are in a better one."""
    kept: list[str] = []
    for phrase in phrases:
        mine = set(words(phrase))
        if not any(mine <= set(words(other)) for other in kept):
            kept.append(phrase)
    return kept
