"""A downloaded file's bytes to texts: plain, gzip, zip. Nothing is written to disk; memory does not grow with the file.

A file that breaks off gives its good lines first and then raises UnreadableFile, whose message goes on from
the file's name ("backup.log.gz: stopped after line 4,100: the gzip data is damaged").
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator

from bot.errors import UnreadableFile
from bot.gather.textlines import LineReader
from bot.gather.zips import ZIP_MAGIC, members, read_whole
from bot.nouns.incident import FileRef
from bot.nouns.ports import SourceText

GZIP_MAGIC = b"\x1f\x8b"
LOGIN_PAGE = "Slack returned a login page: the bot lacks the scope files:read"

_PIECE = 256 * 1024  # bytes of text per batch of lines
_BOMB_RATIO = 300  # ordinary logs pack 5 to 50 times, a bomb about 1,000
_BOMB_START = 32 * 1024 * 1024  # below this an unpacked size is harmless whatever its ratio
_HEAD = 4096


class Budget:
    """How many bytes may still be unpacked, over all members of one attachment."""

    def __init__(self, max_unpacked: int) -> None:
        self.limit = max_unpacked
        self.unpacked = 0
        self.packed = 0

    def take(self, size: int) -> None:
        """Counts unpacked bytes; raises UnreadableFile over the limit, or when they grow out of next to nothing."""
        self.unpacked += size
        if self.unpacked > self.limit:
            raise UnreadableFile(f"larger than {self.limit // 1_000_000:,} MB unpacked; the rest was not read")
        if self.packed and self.unpacked > max(_BOMB_START, self.packed * _BOMB_RATIO):
            raise UnreadableFile("it unpacks to far more than a log does (a zip bomb?); the rest was not read")


def looks_like_login_page(content_type: str, head: bytes) -> bool:
    """Slack answers a download without files:read with status 200 and its login page."""
    start = head[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start.startswith((b"<!doctype html", b"<html")):
        return False
    return "html" in content_type.lower() or b"slack" in start or b"sign in" in start


async def unpack(file: FileRef, chunks: AsyncIterator[bytes], *, max_unpacked: int) -> AsyncIterator[SourceText]:
    """The texts in one file: itself, or each member of a zip. Read each to its end before the next is asked for."""
    budget = Budget(max_unpacked)
    head, whole = await _peeked(chunks)
    if head.startswith(ZIP_MAGIC):
        data = await read_whole(whole)
        budget.packed = len(data)
        for name, pieces in members(data):
            cited = f"{file.name}/{name}" if name else file.name
            yield SourceText(name=cited, file=file, batches=_batches(_awaited(pieces), budget, nested=True))
        return
    yield SourceText(name=file.name, file=file, batches=_whole_file(file, head, whole, budget))


async def text_batches(name: str, chunks: AsyncIterator[bytes], *, max_unpacked: int) -> AsyncIterator[list[str]]:
    """Lines of one text, gunzipped where it is gzip. `name` is for the error. Raises UnreadableFile."""
    head, whole = await _peeked(chunks)
    if head.startswith(ZIP_MAGIC):
        raise UnreadableFile("an archive inside an archive is not opened", name=name)
    async for batch in _batches(whole, Budget(max_unpacked)):
        yield batch


async def _whole_file(
    file: FileRef, head: bytes, whole: AsyncIterator[bytes], budget: Budget
) -> AsyncIterator[list[str]]:
    if looks_like_login_page("", head) and not file.name.lower().endswith((".html", ".htm")):
        raise UnreadableFile(LOGIN_PAGE, name=file.name)
    async for batch in _batches(whole, budget):
        yield batch


async def _batches(chunks: AsyncIterator[bytes], budget: Budget, *, nested: bool = False) -> AsyncIterator[list[str]]:
    reader = LineReader()
    try:
        async for piece in _unpacked(chunks, budget, nested=nested):
            if lines := reader.feed(piece):
                yield lines
            await asyncio.sleep(0)  # other work of the bot goes on during a long file
        if lines := reader.finish():
            yield lines
    except UnreadableFile as problem:
        if lines := _good_lines(reader):
            yield lines
        if reader.lines == 0:
            raise
        raise UnreadableFile(f"stopped after line {reader.lines:,}: {problem}") from problem


def _good_lines(reader: LineReader) -> list[str]:
    """What a broken file gave before it broke; nothing when it is not text anyway."""
    try:
        return reader.finish(broken_off=True)
    except UnreadableFile:
        return []


async def _unpacked(chunks: AsyncIterator[bytes], budget: Budget, *, nested: bool) -> AsyncIterator[bytes]:
    """Pieces of at most 256 KB; gzip is told by its first bytes, not by the name."""
    gunzip: Gunzip | None = None
    first = True
    async for chunk in chunks:
        if first and chunk.startswith(GZIP_MAGIC):
            gunzip = Gunzip()
        if first and nested and chunk.startswith(ZIP_MAGIC):
            raise UnreadableFile("an archive inside an archive is not opened")
        first = False
        if not nested:
            budget.packed += len(chunk)
        for piece in gunzip.feed(chunk) if gunzip else _sliced(chunk):
            budget.take(len(piece))
            yield piece
    if gunzip:
        gunzip.finish()


class Gunzip:
    """gzip with any number of members, inflated in bounded pieces. Raises UnreadableFile when it is damaged."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=31)
        self._between = False  # after a member's end: another member, padding or rubbish may follow

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        full = False  # a full piece: the stream may hold more, although it has taken all of the chunk
        while chunk or full:
            if self._between and not self._next_member(chunk := chunk.lstrip(b"\0")):
                return
            try:
                piece = self._stream.decompress(chunk, _PIECE)
            except zlib.error as error:
                raise UnreadableFile("the gzip data is damaged from here on") from error
            if piece:
                yield piece
            self._between = self._stream.eof
            full = len(piece) == _PIECE and not self._between
            chunk = self._stream.unused_data if self._between else self._stream.unconsumed_tail

    def _next_member(self, chunk: bytes) -> bool:
        """False for padding and trailing rubbish, which gzip itself ignores too."""
        if not chunk.startswith(GZIP_MAGIC[:1]):
            return False
        self._stream, self._between = zlib.decompressobj(wbits=31), False
        return True

    def finish(self) -> None:
        if not self._between:
            raise UnreadableFile("the gzip data ends too early; the file was cut off")


def _sliced(chunk: bytes) -> Iterator[bytes]:
    for start in range(0, len(chunk), _PIECE):
        yield chunk[start : start + _PIECE]


async def _peeked(chunks: AsyncIterator[bytes]) -> tuple[bytes, AsyncIterator[bytes]]:
    """The first bytes, and an iterator that still has them."""
    head = b""
    while len(head) < _HEAD:
        more = await anext(chunks, None)
        if more is None:
            break
        head += more
    return head, _rejoined(head, chunks)


async def _rejoined(head: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if head:
        yield head
    async for chunk in chunks:
        yield chunk


async def _awaited(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
