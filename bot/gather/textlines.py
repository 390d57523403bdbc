"""Bytes of a text of any encoding to numbered-as-written lines, in pieces, with bounded memory."""

import codecs
import re

from charset_normalizer import from_bytes

from bot.errors import UnreadableFile

HEAD = 64 * 1024  # bytes looked at to tell text from junk and to guess the encoding
MAX_LINE = 16 * 1024  # characters; longer lines are cut, or one line could fill the memory

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark starts with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes(sorted(set(range(32)) - {0, 7, 8, 9, 10, 12, 13, 27})) + b"\x7f"  # what no log writes; 27 is colour
_MAX_CONTROL_SHARE = 0.02
_MAX_NUL_SHARE = 0.05
_KINDS = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "a database"),
    (b"7z\xbc\xaf", "a 7z archive; attach the logs as .gz or .zip"),
    (b"Rar!", "a RAR archive; attach the logs as .gz or .zip"),
    (b"BZh", "compressed with bzip2; attach it as .gz or .zip"),
    (b"\xfd7zXZ", "compressed with xz; attach it as .gz or .zip"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd; attach it as .gz or .zip"),
)
_FEW, _MORE, _MOSTLY_SINGLE = 0.10, 0.25, 0.7  # shares of bytes above 127; Western accents are few and stand alone
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_LEGACY = ("cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr")


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """A byte that is not UTF-8 in a text that is: some other program's line. Read it as Windows does."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(_WINDOWS_1252[byte] for byte in wrong), error.end


_WINDOWS_1252 = [bytes([byte]).decode("cp1252", "replace").replace("�", chr(byte)) for byte in range(256)]
_ERRORS = "testing-postmortem-windows-1252"
codecs.register_error(_ERRORS, _as_windows_1252)


class LineReader:
    """Fed with pieces of bytes, gives whole lines without line ends. A line feed ends a line, as for grep and sed.

    Raises UnreadableFile when the first 64 KB are not text.
    """

    def __init__(self) -> None:
        self.lines = 0  # given so far
        self._head = bytearray()
        self._decoder: codecs.IncrementalDecoder | None = None
        self._open = ""  # the line that has no end yet, at most MAX_LINE
        self._lost = 0  # characters of it that were cut

    def feed(self, data: bytes) -> list[str]:
        if self._decoder is not None:
            return self._split(self._decoder.decode(data))
        self._head += data
        return self._start() if len(self._head) >= HEAD else []

    def finish(self, *, broken_off: bool = False) -> list[str]:
        """The rest: a last line without an end. Dropped when the file broke off: it may be half a line."""
        lines = self._start() if self._decoder is None else []
        if self._decoder is not None:
            lines += self._split(self._decoder.decode(b"", final=True))
        if self._open and not broken_off:
            lines.append(self._closed(""))
            self.lines += 1
        return lines

    def _start(self) -> list[str]:
        head = bytes(self._head)
        self._head.clear()
        encoding = text_encoding(head)
        self._decoder = codecs.getincrementaldecoder(encoding)(_ERRORS if encoding.startswith("utf-8") else "replace")
        return self._split(self._decoder.decode(head))

    def _split(self, text: str) -> list[str]:
        lines = text.split("\n")
        if len(lines) == 1:
            self._keep(text)
            return []
        first = self._closed(lines[0])
        self._keep(lines.pop())
        if max(map(len, lines)) > MAX_LINE:
            lines = [_cut(line, 0) for line in lines]
        lines[0] = first
        if "\r" in text or first.endswith("\r"):
            lines = [line.removesuffix("\r") for line in lines]
        self.lines += len(lines)
        return lines

    def _keep(self, text: str) -> None:
        room = MAX_LINE - len(self._open)
        self._open += text[:room]
        self._lost += max(0, len(text) - room)

    def _closed(self, rest: str) -> str:
        line, lost = self._open + rest, self._lost
        self._open, self._lost = "", 0
        if not lost:
            return _cut(line, 0)
        return _cut(line[:MAX_LINE], lost + max(0, len(line) - MAX_LINE))


def _cut(line: str, lost: int) -> str:
    """Cuts at a gap between words where there is one, so that half a secret does not stay behind."""
    if len(line) <= MAX_LINE and not lost:
        return line
    tail = line[MAX_LINE - 512 : MAX_LINE]
    gap = max(tail.rfind(mark) for mark in " ,;\t")
    keep = MAX_LINE - 512 + gap if gap >= 0 else MAX_LINE
    return f"{line[:keep]} [line cut: {len(line) - keep + lost:,} more characters]"


def text_encoding(head: bytes) -> str:
    """The Python codec to read a text with. Raises UnreadableFile for what is not text."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    if head[257:262] == b"ustar":
        raise UnreadableFile("it is a tar archive; attach the logs as .gz or .zip")
    for magic, kind in _KINDS:
        if head.startswith(magic):
            raise UnreadableFile(f"it is not text but {kind}")
    if wide := _wide_encoding(head):
        return wide
    _refuse_junk(head)
    if _is_utf8(head):
        return "utf-8"
    return _legacy_encoding(head)


def _wide_encoding(head: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of plain English is NUL."""
    half = len(head) // 2
    if half < 2 or 0 not in head:
        return None
    even, odd = head[0 : half * 2 : 2].count(0), head[1 : half * 2 : 2].count(0)
    if odd > 0.6 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _refuse_junk(head: bytes) -> None:
    text = head.lstrip(b"\0")  # a rotated log may start with a hole
    if not head:
        return
    rest = text.replace(b"\0", b"")
    controls = len(rest) - len(rest.translate(None, _CONTROLS))
    if not rest or controls > _MAX_CONTROL_SHARE * len(rest) or len(text) - len(rest) > _MAX_NUL_SHARE * len(text):
        raise UnreadableFile("it is not text but binary data")


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _legacy_encoding(head: bytes) -> str:
    """Mixed UTF-8 keeps UTF-8; a few accents are Windows-1252 (Latin-1 in practice); else a guess from the letters."""
    high = len(head) - len(head.translate(None, bytes(range(128, 256))))
    runs = len(_HIGH_RUN.findall(head))
    if high <= _FEW * len(head) or (high <= _MORE * len(head) and runs >= _MOSTLY_SINGLE * high):
        return "utf-8"  # wrong bytes are read one by one as Windows-1252, which also holds for a file in Latin-1
    best = from_bytes(head, cp_isolation=list(_LEGACY)).best()
    return best.encoding if best is not None else "latin-1"
