"""Private keys over several lines. Their lines stay, emptied, so that line numbers hold; log prefixes stay too."""

import re

from bot.redact.formats import PRIVATE_KEY_BEGIN, PRIVATE_KEY_END
from bot.redact.placeholders import Mask

_MOST_LINES = 400  # an RSA key of 16,384 bits has 200; an open block must not swallow a whole log
_MOST_OTHER_LINES = 20  # lines of other writers in between
_ON_ONE_LINE = re.compile(f"{PRIVATE_KEY_BEGIN.pattern}.*?(?:{PRIVATE_KEY_END.pattern}|$)")
_UP_TO_END = re.compile(f"^.*?{PRIVATE_KEY_END.pattern}")
_BODY = re.compile(r"(?:[A-Za-z0-9+/]{16,}={0,2}|[A-Za-z0-9+/]{1,}={1,2})(?=[\s\"',\\]*$)")
_SHORT_TAIL = re.compile(r"^\s*[A-Za-z0-9+/]{1,64}={0,2}\s*$")


class KeyBlock:
    """Remembers over the batches of one text whether a private key is open."""

    def __init__(self, mask: Mask) -> None:
        self._mask = mask
        self._left = 0  # lines that the open key may still have; 0: none is open
        self._others = 0

    def hide(self, lines: list[str], data: bytes) -> None:
        """Changes `lines` in place; `data` is the same text as bytes."""
        if not self._left and b"PRIVATE KEY" not in data:
            return
        for index, line in enumerate(lines):
            if self._left:
                lines[index] = self._inside(line)
            elif "PRIVATE KEY" in line:
                lines[index] = self._outside(line)

    def _outside(self, line: str) -> str:
        hidden = _ON_ONE_LINE.sub(lambda match: self._mask("secret", match.group()), line)
        begins = list(PRIVATE_KEY_BEGIN.finditer(line))
        if begins and not PRIVATE_KEY_END.search(line, begins[-1].end()):
            self._left, self._others = _MOST_LINES, 0
        return hidden

    def _inside(self, line: str) -> str:
        self._left -= 1
        if PRIVATE_KEY_END.search(line):
            self._left = 0
            return _UP_TO_END.sub(lambda match: self._kept_prefix(match.group()), line)
        hidden = (_BODY if not _SHORT_TAIL.match(line) else _SHORT_TAIL).sub(
            lambda m: self._mask("secret", m.group()), line
        )
        self._others = self._others + 1 if hidden == line else 0
        if self._others > _MOST_OTHER_LINES:
            self._left = 0
        return hidden

    def _kept_prefix(self, text: str) -> str:
        """A log prefix before the END line stays, unless the key's last letters stand there."""
        prefix = PRIVATE_KEY_END.split(text)[0]
        return _BODY.sub(lambda match: self._mask("secret", match.group()), prefix) + self._mask("secret", "END")
