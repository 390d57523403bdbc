"""Single words, acronyms and names of code and hosts."""

import re

from bot.speech.lexicon import CAPITALS_SAID_AS_WORDS, IN_IDENTIFIERS, NO_VOWEL_WORDS, SAY
from bot.speech.numerals import cardinal, digits, version

LETTER_A = re.compile(r"(?<![\w'-])A(?= [A-Z]\b)|(?<=\b[A-Z] )A\b(?!-)")
"""The "A" of a spelled acronym, which speech engines take for the article unless told."""

_ATOMS = re.compile(r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
_CAMEL = re.compile(r"[a-z][A-Z]|[A-Z]{2,}[a-rt-z]|[A-Z]{3,}s[a-z]")
_SURNAME = re.compile(r"Ma?c[A-Z][a-z]+$")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_SOUNDED = re.compile(r"(?=.*[aeiou])(?!.*[^aeiouy]{5})", re.IGNORECASE | re.DOTALL)
_FILE_END = re.compile(r"\.(?:log|gz|zip|jsonl?|csv|txt|py|go|rs|js|ts|java|rb|c|cc|cpp|h|sh|ya?ml|toml|sql|md)$")


def spell(letters: str) -> str:
    """Letter by letter: "DNS" -> "D N S"."""
    return " ".join(letters.upper())


def word(text: str) -> str:
    """One alphabetic word, with an apostrophe part if any: kept when it can be said, else spelled."""
    head, mark, tail = text.partition("'")
    if mark:
        said = word(head) if len(head) > 1 else head
        return f"{said}'{tail}"
    known = SAY.get(text.lower())
    if known is not None:
        return known
    if len(text) < 2 or not text.isascii():
        return text
    return _unlisted(text)


def _unlisted(text: str) -> str:
    if text.isupper():
        return _capitals(text)
    if text[-1] == "s" and text[:-1].isupper() and len(text) > 2:
        return _capitals_plural(text)
    if _CAMEL.search(text) and not _SURNAME.match(text):
        return " ".join(_atom(atom) for atom in _ATOMS.findall(text))
    if not _VOWEL.search(text) and text.lower() not in NO_VOWEL_WORDS and len(text) <= 6:
        return spell(text)
    return text


def _capitals(text: str) -> str:
    """Emphasis ("NOT", "WARNING") is a word; the rest is an acronym."""
    if text.lower() in CAPITALS_SAID_AS_WORDS or (len(text) > 4 and _SOUNDED.match(text)):
        return text.lower()
    return spell(text)


def _capitals_plural(text: str) -> str:
    said = word(text[:-1])
    return f"{said}'s" if len(said.split(" ")[-1]) == 1 else f"{said}s"


def _atom(text: str) -> str:
    """A piece of an identifier: a run of letters or of digits."""
    if text.isdecimal():
        return digits(text) if len(text) > 4 or (len(text) > 1 and text.startswith("0")) else cardinal(text)
    return IN_IDENTIFIERS.get(text.lower()) or word(text)


def _part(text: str) -> str:
    """What stands between two dots of a name: "db-primary1", "getUserById"."""
    known = SAY.get(text.lower())
    return known if known is not None else " ".join(_atom(atom) for atom in _ATOMS.findall(text))


def hyphenated(text: str) -> str:
    """Letters and hyphens only: "follow-up" stays, "db-primary" -> "D B primary"."""
    parts = text.split("-")
    said = [word(part) for part in parts]
    return text if said == parts else " ".join(said)


def identifier(text: str) -> str:
    """A host, file, function or other name: "db1.cluster" -> "D B one dot cluster", ":4711" -> "line" or "port"."""
    name, _, number = text.partition(":")
    said = " dot ".join(_part(part) for part in name.split(".") if part)
    if not number:
        return said
    return f"{said} {'line' if _FILE_END.search(name) else 'port'} {cardinal(number)}"


def address(text: str) -> str:
    """IPv4 with an optional port: "10.0.0.1:80" -> "ten dot zero dot zero dot one port eighty"."""
    host, _, port = text.partition(":")
    said = version(host, dot="dot")
    return f"{said} port {cardinal(port)}" if port else said


def path(text: str) -> str:
    """A file path: up to four components in full, of longer ones the last two."""
    parts = [part for part in text.split("/") if part not in {"", ".", "..", "~"}]
    kept = parts if len(parts) <= 4 else parts[-2:]
    return " ".join(f"slash {identifier(part)}" for part in kept)
