"""Whether a value beside a secret word is a secret, or only says something about one."""

import base64
import binascii
import math
import re
from collections import Counter

from bot.redact.placeholders import PLACEHOLDER

_WORDS = frozenset(
    """
    null none nil true false yes no undefined empty unset required optional missing invalid expired wrong incorrect ok failed
    failure denied unknown changed hidden redacted masked filtered removed reset rotated revoked valid refresh bearer basic digest
    authentication default not and or for the from via was were has have with but that this error string provided given
    attempt attempts change update policy login entry field prompt length mismatch accepted rejected never does too only it its
    you your my our their user users name hash hashed encrypted plain text file path env a an is are no-op n/a tbd todo see same
    must should will cannot sent used using stored auth token password secret key
    """.split()  # noqa: SIM905 - a list of sixty literals would not be easier to read
)
_CODE = re.compile(
    r"^(?:\$\{?[A-Za-z_][A-Z0-9_]*\}?|\$\{[^}]*\}|\$\(.*|\{\{.*|%\(?\w+\)?s?|<[\w -]+>|"  # variables and templates
    r"[A-Za-z_][\w.]*\(.*|(?:os|self|process|config|settings|env|secrets|var|local|data|module)\.[\w.\[\]'\"]+|"
    r"(?:/[A-Za-z0-9._-]+){2,}/?|\.{1,2}/[\w./-]+|https?://.*|vault:.*|arn:.*|ref\+.*)$"
)
_IDENTIFIER = re.compile(  # hashes, UUIDs, and names made of words with a short suffix, as clusters make them
    r"^(?:[0-9a-f]+|[0-9A-F]+|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[a-z]+(?:[-_./][a-z0-9]+)+)$"
)
_SIGNS = frozenset("!@#$%^&*+=?~")


def is_stand_in(value: str) -> bool:
    """Placeholders, variables, templates, stars, paths, and words such as `expired`."""
    return (
        PLACEHOLDER.search(value) is not None
        or value.strip(" .,:!*()").lower() in _WORDS
        or not value.strip("*.xX-_ \u2022")
        or _CODE.match(value) is not None
    )


def looks_random(value: str) -> bool:
    """Not an ordinary word: letters with digits, or with signs that no name has; at least six characters."""
    if len(value) < 6:
        return False
    letters = any(letter.isalpha() for letter in value)
    digits = any(letter.isdigit() for letter in value)
    signs = any(letter in _SIGNS for letter in value)
    mixed = len(value) >= 16 and value.isalnum() and value.lower() != value != value.upper()
    return (letters and (digits or signs)) or (digits and signs) or mixed


def is_strong(value: str) -> bool:
    """Random by its letters: three classes of characters, and near the most bits that its length allows."""
    classes = sum(bool(re.search(kind, value)) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    return len(value) >= 8 and classes == 3 and entropy(value) > min(3.4, math.log2(len(value)) - 0.6)


def is_opaque(value: str) -> bool:
    """A long run of letters and digits, hexadecimal or in capitals too: right behind a secret's name it is the secret."""
    digits = sum(letter.isdigit() for letter in value)
    return (
        len(value) >= 20
        and value.replace("-", "").replace("_", "").isalnum()
        and 0.15 * len(value) <= digits < len(value)
    )


def reads_as_identifier(value: str) -> bool:
    return _IDENTIFIER.match(value) is not None


def is_bearer(value: str) -> bool:
    return value.lower() not in _WORDS and (len(value) >= 24 or looks_random(value))


def is_basic(value: str) -> bool:
    """HTTP basic credentials are base64 of `user:password`."""
    try:
        return b":" in base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except binascii.Error:
        return False


def entropy(value: str) -> float:
    """Shannon entropy in bits per character."""
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)
