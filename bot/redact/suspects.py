"""The quick look: which lines of a batch can hold something to take out, and of which sort.

A batch is split into words with its digits masked; logs have a small vocabulary then, and only its words are judged.
Most lines never meet a pattern.
"""

import re

from bot.redact.formats import MARKED, TOKEN_START

TOKEN, CONTEXT, COMMAND, AT, NUMBER, COLON, KEY, CALL = 1, 2, 4, 8, 16, 32, 64, 128

_CONTEXT_WORD = re.compile(
    rb"(?:pass|passwor[dt]|passwd|passphrase|passcode|pwd|pw|secrets?|token|jwt|cred|creds|credentials?|auth|authorization|bearer|basic|"
    rb"otp|pin|key|keyid|key[_-]id|sess(?:ion)?[_-]?(?:id|token)|sessid|cookie|csrf|xsrf|signature|contrase|passe)"
    rb"[_-]?(?:value|prod|dev|live|test|old|new|b)?0{0,3}$"  # b: JSON within JSON, \"password\":
)
_KEY_WORDS = frozenset(  # "key" is everywhere in logs; with one of these beside it, it is a secret's name
    b"api app access secret private auth account signing encryption master service shared storage session client "
    b"consumer license ssh deploy webhook integration routing ".split()
)
_TOOLS = frozenset(
    [
        b"curl",
        b"wget",
        b"mysql",
        b"mysqldump",
        b"mysqladmin",
        b"mariadb",
        b"mongo",
        b"mongosh",
        b"sshpass",
        b"redis-cli",
        b"login",
    ]
)
_CALLS = frozenset(
    [b"phone", b"tel", b"telephone", b"mobile", b"cell", b"whatsapp", b"sms", b"call", b"ring", b"text", b"reach"]
)
_EXACT = {**dict.fromkeys(_TOOLS, COMMAND), **dict.fromkeys(_CALLS, CALL), b"key": KEY}
_CALLED = re.compile(rb"(?:phone|tel|telephone|mobile|cell|whatsapp|sms|call|ring|text|reach)\b[^0-9\n+]{1,24}0[0-9]")

_MARKS = tuple(sorted({mark for mark, _ in MARKED}))
_GROUPS = (
    b"000-0000",
    b"000 000 0000",
    b"0000 0000 00",
    b"000) 000",
    b"000.000.0000",
    b"000000 00000",
    b"000000-00000",
)  # of cards, accounts, telephones
_DIALLED = re.compile(rb"\+0(?:0{0,2}[ .(-]|0{7})")
_COLONS = re.compile(rb":h{0,4}:h{0,4}:h{0,4}:")  # four: a date and a time have three at most

_SHAPE = bytes(48 if 48 <= byte <= 57 else byte for byte in range(256))
_WORDS = bytes(
    48 if 48 <= byte <= 57 else byte if byte == 10 or (byte < 128 and (chr(byte).isalpha() or byte in b"-_")) else 32
    for byte in range(256)
)
_HEX = bytes(104 if byte < 128 and chr(byte) in "0123456789abcdefABCDEF" else byte for byte in range(256))


def suspects(data: bytes) -> dict[int, int]:
    """Line index -> sorts (bits). `data` is the batch joined by line feeds, one byte per character."""
    found: dict[int, int] = {}
    shape, low, hexes = data.translate(_SHAPE), data.lower(), data.translate(_HEX)
    _mark_words(data.translate(_WORDS), low, found)
    _mark(found, AT, data, b"@")
    _mark(found, AT, data, b"%40")
    for needle in _GROUPS:
        _mark(found, NUMBER, shape, needle)
    for needle in _MARKS:
        _mark(found, TOKEN, low, needle)
    _mark_matches(found, NUMBER, shape, _DIALLED)
    _mark_matches(found, COLON, hexes, _COLONS)
    for needle in (b"::", b"hh-hh-hh-hh-hh-hh"):
        _mark(found, COLON, hexes, needle)
    return found


def _mark(found: dict[int, int], sort: int, data: bytes, needle: bytes) -> None:
    at, line, counted = data.find(needle), 0, 0
    while at >= 0:
        line += data.count(b"\n", counted, at)
        found[line] = found.get(line, 0) | sort
        counted = at
        end = data.find(b"\n", at)
        at = data.find(needle, end) if end >= 0 else -1


def _mark_matches(found: dict[int, int], sort: int, data: bytes, pattern: re.Pattern[bytes]) -> None:
    line, counted = 0, 0
    for match in pattern.finditer(data):
        line += data.count(b"\n", counted, match.start())
        counted = match.start()
        found[line] = found.get(line, 0) | sort


def _mark_words(words: bytes, low: bytes, found: dict[int, int]) -> None:
    telling = {word: sort for word in set(words.split()) if (sort := _judged(word))}
    if not telling:
        return
    low_lines = low.split(b"\n")
    for index, line in enumerate(words.split(b"\n")):
        for word in telling.keys() & line.split():
            sort = telling[word]
            if sort == CALL:
                sort = NUMBER if _CALLED.search(low_lines[index]) else 0
            elif sort == KEY and not _KEY_WORDS.isdisjoint(low_lines[index].translate(_WORDS).split()):
                sort = CONTEXT
            if sort:
                found[index] = found.get(index, 0) | sort


def _judged(word: bytes) -> int:
    """The sort of one word, digits masked as 0; 0 for the many that tell nothing."""
    if len(word) > 13:
        if word == b"0" * len(word):
            return NUMBER
        if TOKEN_START.match(word):
            return TOKEN
        if word[2:4] == b"00" and word[:2].isalpha() and len(word) <= 34:
            return NUMBER  # a bank account
    low = word.lower()
    return _EXACT.get(low) or (CONTEXT if _CONTEXT_WORD.search(low) else 0)
