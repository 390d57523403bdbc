"""A folder or a zip archive, read alike: names with forward slashes, bounded reads, nothing unpacked to disk."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from bot.errors import BadInput, UnreadableFile

_PIECE = 256 * 1024
_MAX_WHOLE = 128 * 1000 * 1000  # bytes of a file that is read at once, such as a channel's messages
_MAX_NAMES = 200_000


class Tree(Protocol):
    """`names` are relative; `chunks` raises UnreadableFile."""

    def names(self) -> list[str]: ...

    def size(self, name: str) -> int: ...

    def chunks(self, name: str) -> Iterator[bytes]: ...


class FolderTree:
    """Links that lead out of the folder are not followed."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def names(self) -> list[str]:
        found = (path for path in self._root.rglob("*") if path.is_file() and path.resolve().is_relative_to(self._root))
        return sorted(
            path.relative_to(self._root).as_posix() for path, _ in zip(found, range(_MAX_NAMES), strict=False)
        )

    def size(self, name: str) -> int:
        return (self._root / name).stat().st_size

    def chunks(self, name: str) -> Iterator[bytes]:
        path = (self._root / name).resolve()
        if not path.is_relative_to(self._root):
            raise UnreadableFile("it lies outside the folder")
        try:
            with path.open("rb") as file:
                while piece := file.read(_PIECE):
                    yield piece
        except OSError as error:
            raise UnreadableFile(f"it cannot be read: {error.strerror}") from error


class ZipTree:
    """Names are only ever looked up in the archive, so a hostile one leads nowhere."""

    def __init__(self, path: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise BadInput(f"{path.name} is not a zip archive that can be read. Download it again.") from error

    def names(self) -> list[str]:
        return sorted(info.filename for info in self._archive.infolist()[:_MAX_NAMES] if not info.is_dir())

    def size(self, name: str) -> int:
        return self._archive.getinfo(name).file_size

    def chunks(self, name: str) -> Iterator[bytes]:
        try:
            with self._archive.open(name) as member:
                while piece := member.read(_PIECE):
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise UnreadableFile("the zip data is damaged") from error
        except (NotImplementedError, RuntimeError) as error:
            raise UnreadableFile(f"it cannot be unpacked: {error}") from error


class SubTree:
    """The part of a tree under one folder, as for an export inside a folder inside a zip."""

    def __init__(self, tree: Tree, prefix: str) -> None:
        self._tree = tree
        self._prefix = prefix

    def names(self) -> list[str]:
        return [name[len(self._prefix) :] for name in self._tree.names() if name.startswith(self._prefix)]

    def size(self, name: str) -> int:
        return self._tree.size(self._prefix + name)

    def chunks(self, name: str) -> Iterator[bytes]:
        return self._tree.chunks(self._prefix + name)


def read_whole(tree: Tree, name: str) -> bytes:
    """A file's bytes. Raises UnreadableFile over 128 MB, counted while reading."""
    data = bytearray()
    for piece in tree.chunks(name):
        data += piece
        if len(data) > _MAX_WHOLE:
            raise UnreadableFile(f"larger than {_MAX_WHOLE // 1_000_000} MB")
    return bytes(data)
