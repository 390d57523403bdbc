"""Zip archives: their members one by one, names made harmless, sizes believed only after inflating."""

import io
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator

from bot.errors import UnreadableFile

ZIP_MAGIC = b"PK\x03\x04"

_MAX_ARCHIVE = 256 * 1000 * 1000  # bytes; an archive is read from its end, so all of it is kept in memory
_MAX_MEMBERS = 500
_PIECE = 256 * 1024
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db")


async def read_whole(chunks: AsyncIterator[bytes]) -> bytes:
    """An archive's bytes. Raises UnreadableFile over 256 MB."""
    data = bytearray()
    async for chunk in chunks:
        data += chunk
        if len(data) > _MAX_ARCHIVE:
            raise UnreadableFile("a zip of more than 256 MB; attach the logs one by one as .gz")
    return bytes(data)


def members(data: bytes) -> Iterator[tuple[str, Iterator[bytes]]]:
    """(harmless name, bytes) of each file in the archive. Name "" stands for the archive itself.

    The bytes raise UnreadableFile for what cannot be read: encrypted, damaged, an unknown method.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        yield "", _refused(f"the zip cannot be opened: {error}")
        return
    with archive:
        found = [info for info in archive.infolist() if not info.is_dir() and not _is_litter(info.filename)]
        taken: set[str] = set()
        for info in found[:_MAX_MEMBERS]:
            yield _unique(safe_name(info.filename), taken), _pieces(archive, info)
    if len(found) > _MAX_MEMBERS:
        yield "", _refused(f"only the first {_MAX_MEMBERS} of {len(found):,} files in the zip were read")


def safe_name(name: str) -> str:
    """A member's name as a relative path that cannot leave its folder: no root, no drive, no `..`, no controls."""
    parts = "".join(letter for letter in name.replace("\\", "/") if letter.isprintable()).split("/")
    kept = [part.strip() for part in parts if part.strip() not in ("", ".", "..")]
    if kept and kept[0].endswith(":"):
        kept = kept[1:]
    return "/".join(kept) or "unnamed"


def _unique(name: str, taken: set[str]) -> str:
    count, candidate = 1, name
    while candidate in taken:
        count += 1
        candidate = f"{name} ({count})"
    taken.add(candidate)
    return candidate


def _is_litter(name: str) -> bool:
    return name.startswith(_LITTER[0]) or name.rsplit("/", 1)[-1] in _LITTER


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    if info.flag_bits & 1:
        raise UnreadableFile("it is encrypted; attach it without a password")
    try:
        with archive.open(info) as member:
            while piece := member.read(_PIECE):
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise UnreadableFile("the zip data is damaged from here on") from error
    except (NotImplementedError, RuntimeError) as error:
        raise UnreadableFile(f"it cannot be unpacked: {error}") from error


def _refused(why: str) -> Iterator[bytes]:
    """An iterator that raises when it is read, not when it is made."""
    yield from ()
    raise UnreadableFile(why)
