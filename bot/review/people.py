"""Blameless wording: the people of the channel are named by their role."""

import re

from bot.nouns.digest import Digest
from bot.review.lexicon import word_list

# First names that are also English words: replaced only where they are clearly used as a name.
_ALSO_WORDS = word_list("also_words")
ROLE = "an engineer"


class People:
    """Knows who spoke in the channel. A person is a speaker of a message, not of an alert."""

    def __init__(self, names: set[str]) -> None:
        parts = {part for name in names for part in (name, *re.split(r"[\s._]+", name)) if len(part) > 2}
        self.names = {part.lower().lstrip("@") for part in parts if re.search(r"[^\W\d_]", part)}
        plain = sorted(self.names - _ALSO_WORDS, key=len, reverse=True)
        unsure = sorted(self.names & _ALSO_WORDS, key=len, reverse=True)
        self._patterns = (
            [re.compile(rf"@?(?<![\w./-])(?:{_alternatives(plain)})(?:'s|’s)?(?![\w@/-]|\.\w)", re.IGNORECASE)]
            if plain
            else []
        )
        if unsure:
            self._patterns.append(re.compile(rf"@(?:{_alternatives(unsure)})(?:'s|’s)?\b", re.IGNORECASE))

    @classmethod
    def of(cls, digest: Digest) -> "People":
        return cls({item.speaker for item in digest.evidence.values() if item.kind == "message" and item.speaker})

    def mentioned(self, text: str) -> list[str]:
        return [match.group() for pattern in self._patterns for match in pattern.finditer(text)]

    def blameless(self, text: str, *, in_quote: bool = False) -> str:
        """Names become a role; in a quotation in square brackets, as an edited quotation must show."""
        role = f"[{ROLE}]" if in_quote else ROLE

        def swap(match: re.Match[str]) -> str:
            return role + ("'s" if match.group().endswith(("'s", "’s")) else "")

        for pattern in self._patterns:
            text = pattern.sub(swap, text)
        both = re.escape(role)
        return re.sub(rf"{both}(?:(?:,| and| \+| &|,? then) {both})+", role.replace("an engineer", "engineers"), text)


def _alternatives(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in names)
