"""Characters that change how text is shown or hide words in it are taken out; the words themselves are data and stay."""

import re

# Zero-width and bidirectional marks, byte-order marks, tag characters (used to smuggle text past readers), halves of pairs.
_INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
_DROPPED = re.compile(
    "\x1b\\[[0-9;?]*[ -/]*[@-~]"  # terminal colours and cursor moves
    "|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)"  # terminal titles
    f"|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f{_INVISIBLE}\ud800-\udfff\U000e0000-\U000e007f]"
)
_BREAKS = re.compile("[\x0b\x0c\r\x85\u2028\u2029]")  # would split a line for some readers and move line numbers

_CONTROLS = bytes(sorted(set(range(32)) - {9, 10})) + b"\x7f"


def visible(text: str, data: bytes) -> str:
    """`text` without invisible and control characters; `data` is the same in Latin-1, for the quick look."""
    if text.isascii() and len(data.translate(None, _CONTROLS)) == len(data):
        return text
    return _DROPPED.sub("", _BREAKS.sub(" ", text))


def latin(text: str) -> bytes:
    """One byte per character, so that offsets agree; what Latin-1 lacks becomes `?`."""
    return text.encode("latin-1", "replace")
