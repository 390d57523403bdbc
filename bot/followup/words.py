"""Words of questions and evidence, compared. Pure."""

import re
import tomllib
from pathlib import Path

_WORD = re.compile(r"[^\W_][\w'’./:-]*\w|[^\W_]")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NAME = re.compile(r"[\d_/]|\w[.]\w|[a-z][A-Z]|^[A-Z]{2,}$")
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|without|cannot|\w+n't|kein\w*|nicht|nie|nunca|ningun\w*)\b", re.IGNORECASE
)
_ENDING = re.compile(r"(?<=\w{4})(?:ings?|ed|er|ers|ure|ures|ions?|ments?|al|ly|es|s|e)$|(?<=\w{3})s$")

_STOPWORDS = {
    language: frozenset(words.split())
    for language, words in tomllib.loads((Path(__file__).parent / "stopwords.toml").read_text("utf-8")).items()
}
_COMMON = frozenset().union(*_STOPWORDS.values())


def content(text: str) -> list[str]:
    """The telling words in lower case, once each, in order."""
    found = (word.lower().strip("'’.:-/") for word in _WORD.findall(text))
    return list(dict.fromkeys(word for word in found if word not in _COMMON and (len(word) > 1 or word.isdigit())))


def stem(word: str) -> str:
    """Names and numbers whole, others without their ending: "deleted" and "deletion" meet, "mails" and "mail" too."""
    return word if _NAME.search(word) else _ENDING.sub("", word)


def stems(text: str) -> frozenset[str]:
    """Stems of the text, those of the parts of compound names included."""
    words = content(text)
    parts = [part for word in words for part in re.split(r"[./:_-]", word) if part]
    return frozenset(stem(word) for word in (*words, *parts))


def identifiers(text: str) -> list[str]:
    """Hosts, services, versions and the like, by their form."""
    return [word for found in _WORD.findall(text) if len(word := found.strip("'’.:-/")) > 1 and _NAME.search(word)]


def names(text: str) -> list[str]:
    """Identifiers, and capitalised words that do not begin a sentence: what an answer may not invent."""
    words = [word.strip("'’.:-/") for word in _WORD.findall(text)]
    openers = {match.group(1) for match in re.finditer(r"(?:^|[.!?:\"“]\s*)([^\W\d_]+)", text)}
    return [
        word for word in words if len(word) > 1 and (_NAME.search(word) or (word[0].isupper() and word not in openers))
    ]


def numbers(text: str) -> frozenset[str]:
    """ "1,041" and "1041" are the same number."""
    return frozenset(re.sub(r"(?<=\d),(?=\d{3})", "", found) for found in _NUMBER.findall(text))


def negated(text: str) -> bool:
    return bool(_NEGATION.search(text))


def overlap(question: frozenset[str], text: str) -> float:
    """Share of the question's stems that the text has; 0 for a question without telling words."""
    return len(question & stems(text)) / len(question) if question else 0.0


def foreign(text: str) -> bool:
    """Whether the text has more small words of another language than of English."""
    found = {word.lower() for word in _WORD.findall(text)}
    others = max(len(found & words) for language, words in _STOPWORDS.items() if language != "en")
    return others > len(found & _STOPWORDS["en"])
