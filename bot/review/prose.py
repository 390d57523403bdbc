"""Plain English out of chat: sentences, clipping at sense boundaries, quotation, and content words.

Pure text work shared by every section of the review. Texts here are redacted already.
"""

import re
from collections.abc import Iterable, Sequence

from bot.review.lexicon import word_list

_FENCE = re.compile(r"```+\w*\n?")
_EMOJI = re.compile(r"(?<!\w):[a-z][a-z0-9_+-]*:(?!\w)")
_LABELLED = re.compile(r"(?<=\S)\s*\(https?://[^\s)]*\)")  # the address after its label
_LINK = re.compile(r"https?://\S+")
_STRONG = re.compile(r"(?<![\w*])([*_~])(?=\S)(.{1,200}?)(?<=\S)\1(?![\w*])")
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])[\"”')]*\s+(?=[\"“'(]*\w)|\n+|\s+/\s+(?=[A-Z])")
_WORD = re.compile(r"[^\W_][\w'’.-]*[^\W_]|[^\W_]")
_CLAUSE = re.compile(r"[,;:]\s+|\s+[-–—]\s+|\.{3,}\s*")
_PAIR = re.compile(r"\s*[-=]>\s*")

STOP = word_list("function_words")


def plain(text: str) -> str:
    """One line without chat markup, emoji codes and code fences; the words stay as they were."""
    text = _EMOJI.sub("", _FENCE.sub(" ", text)).replace("`", "")
    text = _LINK.sub("(link)", _LABELLED.sub("", text))
    text = _STRONG.sub(r"\2", text)
    text = _PAIR.sub(" to ", text)
    return re.sub(r"\s+", " ", re.sub(r"\s*\n\s*", " / ", text.strip())).strip(" /")


def sentences(text: str) -> list[str]:
    """The sentences and lines of a chat text, plain, in order, none empty."""
    parts = _SENTENCE_END.split(_EMOJI.sub("", text).strip())
    return [line for part in parts if (line := plain(part)) and _WORD.search(line)]


def words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def content_words(text: str) -> set[str]:
    """Lower-case words that carry meaning, cut to a crude stem so that "restored" meets "restore"."""
    return {stem(word) for word in words(text) if word not in STOP and (len(word) > 2 or word.isdigit())}


def stem(word: str) -> str:
    """Cuts common English endings; identifiers and numbers stay whole."""
    if not word.isalpha() or len(word) < 5:
        return word
    for ending in ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def word_count(text: str) -> int:
    """As a reader counts: separated by blanks."""
    return len(text.split())


def clip(text: str, limit: int) -> str:
    """At most `limit` words, cut at a sentence or clause when one ends in the last third, else with an ellipsis."""
    tokens = text.split()
    if len(tokens) <= limit:
        return text.strip()
    head = " ".join(tokens[:limit])
    ends = [match.start() for match in _CLAUSE.finditer(head)] + [
        match.start() for match in re.finditer(r"[.!?](?=\s)", head)
    ]
    good = [end for end in ends if end > len(head) * 0.6]
    if good:
        return head[: max(good)].rstrip(" ,;:.-") + " …"
    kept = tokens[:limit]
    while len(kept) > limit // 2 and kept[-1].lower().strip(",;:.") in STOP:
        kept.pop()
    return " ".join(kept).rstrip(" ,;:.-") + " …"


def sentence(text: str) -> str:
    """First letter large (unless it begins an identifier), full stop at the end."""
    text = text.strip().rstrip(",;:")
    if not text:
        return ""
    first = text.split()[0]
    if first.isalpha() and first.islower():
        text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?…" else text + "."


def quoted(text: str) -> str:
    """In typographic quotation marks; a full stop at the end goes, marks inside become single."""
    inner = text.strip().rstrip(".").replace('"', "'").replace("“", "‘").replace("”", "’")
    return f"“{inner}”"


def listed(items: Sequence[str]) -> str:
    """ "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]


def article(phrase: str) -> str:
    """ "a" or "an" by the first letter."""
    return "an" if phrase[:1].lower() in "aeiou" else "a"


def unique(items: Iterable[str]) -> list[str]:
    """Without repeats, first spelling and order kept."""
    seen: dict[str, str] = {}
    for item in items:
        seen.setdefault(item.lower(), item)
    return list(seen.values())


def telling(text: str, weights: dict[str, float], limit: int, liked: re.Pattern[str] | None = None) -> str:
    """The sentences of `text` with the most weight per word, in their order, at most `limit` words.

    `weights`: content word -> worth. Within the limit a neighbouring sentence is kept when it adds something.
    Sentences in which `liked` is found count half as much again.
    """
    parts = sentences(text)
    if sum(word_count(part) for part in parts) <= limit:
        return " ".join(_ended(part) for part in parts)

    def worth(index: int) -> float:
        found = content_words(parts[index])
        length: float = max(6, word_count(parts[index])) ** 0.5
        bonus = 1.5 if liked is not None and liked.search(parts[index]) else 1.0
        return bonus * sum(weights.get(word, 0.1) for word in found) / length

    order = sorted(range(len(parts)), key=worth, reverse=True)
    kept = [order[0]]
    room = limit - word_count(parts[order[0]])
    for index in order[1:]:
        length = word_count(parts[index])
        if length <= room and worth(index) >= 0.35 * worth(order[0]):
            kept.append(index)
            room -= length
    return clip(" ".join(_ended(parts[index]) for index in sorted(kept)), limit)


def _ended(text: str) -> str:
    return text if text[-1:] in ".!?…" else text + "."
