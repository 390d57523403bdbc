"""Log templates: lines of one shape, variables masked, in bounded memory.

Three steps, each only where the one before fails. Without its digits a line is mostly a shape seen before: one call
of bytes.translate and one look-up. Lines with random hexadecimal ids are looked up again without these. Only a new
shape is split into words and masked. Measured against six-way regular expressions and drain3: see CONTRIBUTING.md.
"""

import re
from collections.abc import Callable

DIGITS = b"0123456789"
ZEROED = bytes.maketrans(DIGITS, b"0000000000")
SHAPES_LIMIT = 60_000
WORDS_LIMIT = 60_000
TEMPLATES_LIMIT = 3_000
COARSE_LIMIT = 1_000
SLICES_LIMIT = 720
_HEX_ZEROED = bytes.maketrans(b"123456789abcdef", b"0" * 15)
_ID = b"0" * 8  # eight hexadecimal characters in a row
_RUN = re.compile(r"[A-Za-z0]*0[A-Za-z0]*")
_HEX = re.compile(r"[0a-fA-F]{5,}")
_ZEROS = re.compile(r"0+")
_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')
_TAIL = re.compile(r"[\s:=(\[{].*$")
_OTHER = "(other lines)"


class Template:
    """Counts of one shape. Times are seconds since the epoch; slices are `width` minutes wide and widen when many."""

    __slots__ = (
        "count",
        "extreme",
        "extreme_no",
        "first",
        "first_at",
        "first_no",
        "kept",
        "key",
        "last",
        "last_no",
        "longest",
        "slices",
        "width",
    )

    def __init__(self, key: str, line: str, number: int) -> None:
        self.key = key
        self.count = 0
        self.first = self.last = self.extreme = line
        self.first_no = self.last_no = self.extreme_no = number
        self.longest = len(line)
        self.slices: dict[int, int] = {}
        self.width = 1
        self.first_at = 0.0
        self.kept: list[tuple[int, str]] = []  # the first few lines

    def add_slice(self, place: int) -> None:
        """A minute not seen before."""
        self.slices[place] = 1
        if len(self.slices) > SLICES_LIMIT:
            self.widen()

    def widen(self) -> None:
        """Halves the number of slices."""
        self.width *= 2
        wide: dict[int, int] = {}
        for minute, count in self.slices.items():
            place = minute - minute % self.width
            wide[place] = wide.get(place, 0) + count
        self.slices = wide

    def count_between(self, begin: float, end: float) -> int:
        """Lines whose slice starts within [begin, end), in seconds."""
        return sum(count for minute, count in self.slices.items() if begin <= minute * 60 < end)


class Templates:
    """All templates of one log: `of` finds or makes the template of a line without its stamp."""

    def __init__(self) -> None:
        self.by_key: dict[str, Template] = {}
        self.shapes: dict[bytes, Template] = {}
        self._id_shapes: dict[bytes, Template] = {}
        self._words: dict[str, str] = {}

    def of(self, shape: bytes, status: str, line: str, number: int, cut: Callable[[str], str]) -> Template:
        """For a `shape` (the line without digits) that is not in `shapes`; kept there unless the line carries ids.

        `status` is the first digit of an HTTP status, which parts templates; `cut` takes the stamp out of a line.
        """
        bare = _without_ids(line.encode("utf-8", "replace"))
        if bare is None:
            return _remember(self.shapes, shape, self._find(cut(line), status, line, number))
        key = status.encode() + bare.translate(None, DIGITS)
        found = self._id_shapes.get(key)
        return found or _remember(self._id_shapes, key, self._find(cut(line), status, line, number))

    def _find(self, body: str, status: str, line: str, number: int) -> Template:
        key = self.mask(body.encode("utf-8", "replace").translate(ZEROED).decode())
        if status:
            key = f"{status}xx {key}"
        found = self.by_key.get(key)
        if found is None and len(self.by_key) >= TEMPLATES_LIMIT:
            key = _coarse(key)
            found = self.by_key.get(key)
            if found is None and len(self.by_key) >= TEMPLATES_LIMIT + COARSE_LIMIT:
                key = _OTHER
                found = self.by_key.get(key)
        if found is None:
            found = self.by_key[key] = Template(key, line, number)
        return found

    def mask(self, zeroed: str) -> str:
        """Words that carry digits (all written 0) are masked; the text of JSON and key=value fields stays."""
        if zeroed.startswith('{"') or '","' in zeroed:
            zeroed = zeroed.replace(',"', ', "')
        words = self._words
        masked = []
        for word in zeroed.split(" "):
            if "0" not in word:
                masked.append(word)
                continue
            known = words.get(word)
            if known is None:
                if len(words) >= WORDS_LIMIT:
                    words.clear()
                known = words[word] = _masked_word(word)
            masked.append(known)
        return " ".join(masked)


def _without_ids(raw: bytes) -> bytes | None:
    """The line without runs of hexadecimal ids (UUIDs whole); None where it has none. Three times as fast as `re`."""
    zeroed = raw.translate(_HEX_ZEROED)
    begin = zeroed.find(_ID)
    if begin < 0:
        return None
    kept = [raw[:begin]]
    while begin >= 0:
        end = len(zeroed) - len(zeroed[begin:].lstrip(b"0-"))
        begin = zeroed.find(_ID, end)
        kept.append(raw[end:begin] if begin >= 0 else raw[end:])
    return b"#".join(kept)


def _remember(shapes: dict[bytes, Template], shape: bytes, template: Template) -> Template:
    if len(shapes) >= SHAPES_LIMIT:
        shapes.clear()
    shapes[shape] = template
    return template


def _masked_word(word: str) -> str:
    return _RUN.sub(_masked_run, word)


def _masked_run(match: re.Match[str]) -> str:
    """ "host00" -> "host#"; hexadecimal and random ids ("C00MX0ME") vanish whole."""
    run = match.group()
    inner = run.rstrip("0")
    if not inner:
        return "#"
    if _HEX.fullmatch(run) or (len(run) >= 6 and "0" in inner):
        return "#"
    return _ZEROS.sub("#", run)


def _coarse(key: str) -> str:
    """A second, rougher mask for logs with too many shapes: the first words, without quoted parts and paths."""
    words = [word if "/" not in word else "/#" for word in _QUOTED.sub('"#"', key).split(" ")]
    return " ".join(_TAIL.sub("=#", word) if "=" in word else word for word in words[:8]) + " …"
