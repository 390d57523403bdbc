"""The language of a channel, by its small words."""

import re
from collections import Counter
from collections.abc import Iterable

_SMALL_WORDS = {
    "en": "the and is are was it that this we of to in on for not have has with what why from still be can",
    "de": "der die das und ist sind war wir nicht ein eine mit auf für von zu im noch auch hat haben warum wird",
    "es": "el la los las que es son era y en de del se no por con una un lo para está hay pero ya",
    "fr": "le la les des est et en on pas que qui une un pour dans avec sur il nous ce du au",
    "pt": "o os as que é não em de do da um uma para com está por se no na mas foi",
    "it": "il lo la gli che è non di del un una per con sono ma si in da alla",
}
SMALL_WORDS = {code: frozenset(text.split()) for code, text in _SMALL_WORDS.items()}
LETTERS = re.compile(r"[^\W\d_]+")


def language_of(texts: Iterable[str]) -> str:
    """ISO 639-1 of most of the texts; "en" when they say too little to tell."""
    counts = Counter(word for text in texts for word in LETTERS.findall(text.lower()))
    shares = {code: sum(counts[word] for word in words) for code, words in SMALL_WORDS.items()}
    best = max(shares, key=lambda code: shares[code])
    return best if shares[best] > 1.2 * shares["en"] else "en"
