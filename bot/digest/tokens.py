"""Words, identifiers and sentences of chat text and log lines, in any Latin-script language."""

import re
from functools import lru_cache

WORD = re.compile(r"[^\W_]+(?:[-_.:/@][^\W_]+)*")
PART = re.compile(r"[^\W_]+")
CODE_BLOCK = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=\S)|\n+|(?<=[.!?])\s+(?=[-•])")
EMOJI_NAME = re.compile(r"(?<!\w):[a-z0-9_+-]{2,30}:(?!\w)")
STEM_LENGTH = 6

_SMALL_WORDS = """
    a about above after again all also am an and any are as at be been before being below between both but by can could did do does
    doing down during each few for from further had has have having he her here hers him his how i if in into is it its itself just
    me more most my no nor not now of off on once only or other our out over own same she should so some such than that the their
    them then there these they this those through to too under until up very was we were what when where which while who whom why
    will with would you your yes yeah ok got get let us im i'm it's that's don't we're
    der die das den dem des ein eine einen einem einer und oder aber ist sind war waren wird werden wurde hat haben hatte auf aus
    bei mit nach von vor zu zum zur im in an am für über unter wir ihr sie er es ich du nicht auch noch schon so wie was wer wo
    wenn dann dass als man mal ja nein jetzt hier da doch nur
    el la los las un una unos unas y o pero es son era fue ser está están ha han había en de del al con por para sin sobre entre
    que se lo le les su sus mi tu nos yo él ella no sí ya como cuando donde si más muy también
    """
STOPWORDS = frozenset(_SMALL_WORDS.split())


def sentences(text: str) -> list[str]:
    """The sentences of a chat message without its code blocks; a line break ends a sentence."""
    prose = CODE_BLOCK.sub("\n", text)
    return [part.strip() for part in SENTENCE_END.split(prose) if part.strip()]


def code_lines(text: str) -> list[str]:
    """The lines inside ``` blocks."""
    found: list[str] = []
    for block in CODE_BLOCK.findall(text):
        found.extend(line.rstrip() for line in block.strip("`").splitlines() if line.strip())
    return found


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The first letters of a word, enough to join its inflected forms; identifiers stay whole."""
    if len(word) > STEM_LENGTH and word.isalpha():
        return word[:STEM_LENGTH]
    return word


@lru_cache(maxsize=16384)
def terms(text: str) -> tuple[str, ...]:
    """Index terms: stems in lower case without stop words, and identifiers both whole and in parts."""
    found: list[str] = []
    for match in WORD.finditer(EMOJI_NAME.sub(" ", text)):
        word = match.group().lower()
        if word in STOPWORDS:
            continue
        found.append(stem(word))
        if not word.isalnum():
            found.extend(stem(part) for part in PART.findall(word) if part not in STOPWORDS and len(part) > 1)
    return tuple(found)


def is_identifier(word: str) -> bool:
    """Names of machines, jobs, settings, versions, plans: a digit, or a joint inside, and long enough to be rare."""
    if len(word) < 3:
        return False
    has_digit = any(char.isdigit() for char in word)
    joined = any(char in "-_./:" for char in word[1:-1])
    camel = any(char.isupper() for char in word[1:]) and any(char.islower() for char in word)
    return (has_digit and len(word) >= 4) or joined or (has_digit and word[0].isalpha()) or (camel and len(word) > 4)


def identifiers(text: str) -> tuple[str, ...]:
    """The identifiers of a text as written, in order, without repeats."""
    return tuple(dict.fromkeys(m.group() for m in WORD.finditer(text) if is_identifier(m.group())))


def word_count(text: str) -> int:
    return len(text.split())
