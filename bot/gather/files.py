"""An incident from disk: a case folder, a Slack export (folder or zip), or a plain transcript."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from bot.errors import BadInput, NotAnIncident, UnreadableFile
from bot.gather.casefolder import CHANNEL, read_case
from bot.gather.export import is_export, read_export
from bot.gather.textlines import LineReader
from bot.gather.transcript import read_transcript
from bot.gather.tree import FolderTree, SubTree, Tree, ZipTree, read_whole
from bot.gather.unpack import unpack
from bot.gather.zips import ZIP_MAGIC
from bot.nouns.incident import Incident, Missing
from bot.nouns.ports import Report, SourceText
from bot.nouns.request import Progress, ReviewRequest

_WANTED = "Give a folder with channel.json, a Slack export (folder or zip with a folder per channel), or a transcript as text."


class FileSource:
    """An IncidentSource over one path.

    `channel` chooses from an export, `day` dates a transcript that has clock times only.
    """

    def __init__(
        self,
        path: Path,
        channel: str | None = None,
        *,
        day: date | None = None,
        max_unpacked: int = 512 * 1000 * 1000,
        max_messages: int = 20_000,
    ) -> None:
        self._path = path
        self._channel = channel
        self._day = day
        self._max_unpacked = max_unpacked
        self._max_messages = max_messages

    async def incident(self, request: ReviewRequest, report: Report) -> Incident:  # noqa: ARG002 - the port's form
        """Raises BadInput or NotAnIncident, which say what to do."""
        incident = await asyncio.to_thread(self._read)
        incident = _newest(incident, self._max_messages)
        await report(Progress(stage="gather", note=f"{len(incident.messages):,} messages from {self._path.name}"))
        return incident

    async def texts(self, incident: Incident) -> AsyncIterator[SourceText]:
        """The attachments in the channel's order; each must be read before the next is asked for."""
        readable = [file for file in incident.files if file.url]
        if not readable:
            return
        tree = await asyncio.to_thread(self._tree)
        for file in readable:
            chunks = _in_thread(tree.chunks(file.url or ""))
            async for text in unpack(file, chunks, max_unpacked=self._max_unpacked):
                yield text

    def _read(self) -> Incident:
        path = self._path
        if not path.exists():
            raise BadInput(f"{path} does not exist. {_WANTED}")
        if not path.is_dir() and not _is_zip(path):
            return self._read_one_file()
        tree = self._tree()
        names = tree.names()
        if CHANNEL in names:
            return read_case(tree, path.stem if path.is_file() else path.resolve().name)
        if is_export(names):
            return read_export(tree, self._channel)
        found = "is empty" if not names else "holds neither channel.json nor day files of a Slack export"
        raise NotAnIncident(f"{path} {found}. {_WANTED}")

    def _read_one_file(self) -> Incident:
        path = self._path
        tree = FolderTree(path.parent)
        if path.suffix.lower() == ".json":
            return read_case(_OneFile(tree, path.name), path.stem)
        reader = LineReader()
        try:
            data = read_whole(tree, path.name)
            lines = [*reader.feed(data), *reader.finish()]
        except UnreadableFile as error:
            raise NotAnIncident(f"{path} cannot be read as a transcript: {error}. {_WANTED}") from error
        written = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()
        return read_transcript(lines, name=path.stem, day=self._day, written=written)

    def _tree(self) -> Tree:
        """The folder that has the messages: exports often lie in one more folder."""
        tree: Tree = FolderTree(self._path) if self._path.is_dir() else ZipTree(self._path)
        names = [name for name in tree.names() if not name.startswith("__MACOSX/")]
        tops = {name.split("/", 1)[0] for name in names}
        if CHANNEL not in names and "channels.json" not in names and len(tops) == 1 and names:
            prefix = f"{tops.pop()}/"
            inner = SubTree(tree, prefix)
            if CHANNEL in inner.names() or is_export(inner.names()):
                return inner
        return tree


class _OneFile:
    """channel.json by itself, under any name."""

    def __init__(self, tree: Tree, name: str) -> None:
        self._tree = tree
        self._name = name

    def names(self) -> list[str]:
        return [CHANNEL]

    def size(self, name: str) -> int:  # noqa: ARG002 - there is one
        return self._tree.size(self._name)

    def chunks(self, name: str) -> Iterator[bytes]:  # noqa: ARG002 - there is one
        return self._tree.chunks(self._name)


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(ZIP_MAGIC)) == ZIP_MAGIC
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error


def _newest(incident: Incident, most: int) -> Incident:
    """The start tells how it began, the end how it was solved: both are kept, and the gap is said."""
    messages = incident.messages
    if len(messages) <= most:
        return incident
    first = min(200, most // 4)
    kept = (*messages[:first], *messages[len(messages) - (most - first) :])
    gap = Missing(
        what=f"{len(messages) - most:,} messages after the first {first:,}",
        why=f"the channel has {len(messages):,} messages, more than the {most:,} that are read",
    )
    return incident.model_copy(update={"messages": kept, "missing": (*incident.missing, gap)})


async def _in_thread(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (piece := await asyncio.to_thread(next, chunks, None)) is not None:
        yield piece
