"""The case file: one incident under review, on disk, redacted. The only place that writes incident data.

    clean.json   digest.json   review.json   logs/0001-db1.log.gz   stages/cause.json

Files appear whole (written beside, then renamed) and are readable by the bot's user alone. Raw text never gets here:
texts stream through the redactor.
"""

import asyncio
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from bot.errors import BadInput, UnreadableFile
from bot.nouns.base import Noun
from bot.nouns.digest import Digest
from bot.nouns.incident import CleanIncident, CleanText, Incident, Missing
from bot.nouns.ports import IncidentSource, Json, Report, SourceText
from bot.nouns.request import Progress
from bot.nouns.review import Review

_N = TypeVar("_N", bound=Noun)
_T = TypeVar("_T")
_LOGS = "logs"
_STAGES = "stages"
_MAX_NAME = 80
_REPORT_EVERY = 50_000  # lines


class LineRedactor(Protocol):
    """What the case file needs of a redactor."""

    def text(self, text: str) -> str: ...

    def lines(self, batch: list[str]) -> list[str]: ...

    def end_text(self) -> None: ...


@dataclass(frozen=True)
class StoredText:
    """A LogText: a redacted text in the case file."""

    name: str
    size: int  # bytes
    path: Path

    def lines(self) -> Iterator[str]:
        """Without line ends; only a line feed ends a line."""
        with self.path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                yield line.removesuffix("\n")


@dataclass(frozen=True)
class WrittenTexts:
    """`sha256` covers the raw channel and the raw lines of all texts: a rerun sees whether anything changed."""

    texts: tuple[CleanText, ...]
    missing: tuple[Missing, ...]
    sha256: str


class CaseFile:
    """Raises BadInput when the disk is full or not writable, with the folder's name and what to do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def write_texts(
        self, source: IncidentSource, incident: Incident, redactor: LineRedactor, report: Report
    ) -> WrittenTexts:
        """Streams each attached text through the redactor into logs/. A text that breaks off keeps its good lines."""
        fingerprint = hashlib.sha256(_canonical(incident))
        self._disk(lambda: _emptied(self.folder / _LOGS))
        texts: list[CleanText] = []
        missing: list[Missing] = []
        async for raw in source.texts(incident):
            await report(Progress(stage="gather", note=f"reading {redactor.text(raw.name)}"))
            writer = _TextWriter(self.folder, len(texts) + 1, redactor.text(raw.name))
            fingerprint.update(b"\0text\0" + raw.name.encode(errors="replace") + b"\0")
            problem = await self._stream(raw, writer, redactor, fingerprint.update, report)
            if writer.count or problem is None:
                texts.append(writer.text(raw.file.message_ts, problem))
            else:
                self._disk(writer.discard)
            if problem is not None:
                missing.append(Missing(what=writer.name, why=redactor.text(problem)))
        return WrittenTexts(tuple(texts), tuple(missing), fingerprint.hexdigest())

    async def _stream(
        self,
        raw: SourceText,
        writer: "_TextWriter",
        redactor: LineRedactor,
        hashed: Callable[[bytes], object],
        report: Report,
    ) -> str | None:
        """None, or why reading stopped."""
        reported = 0
        try:
            async for batch in raw.batches:
                hashed("\n".join(batch).encode(errors="replace") + b"\n")
                clean = redactor.lines(batch)
                self._disk(lambda lines=clean: writer.write(lines))  # type: ignore[misc]
                if writer.count - reported >= _REPORT_EVERY:
                    reported = writer.count
                    await report(Progress(stage="gather", note=f"{writer.name}: {reported:,} lines"))
                await asyncio.sleep(0)
        except UnreadableFile as error:
            return str(error)
        finally:
            redactor.end_text()
            self._disk(writer.close)
        return None

    def save(self, record: CleanIncident | Digest | Review) -> Path:
        """clean.json, digest.json or review.json, by the record's type."""
        name = {CleanIncident: "clean.json", Digest: "digest.json", Review: "review.json"}[type(record)]
        return self.write(name, record.model_dump_json(indent=1) + "\n")

    def write(self, name: str, content: str | bytes) -> Path:
        """Any further file of the case, such as report.html, whole or not at all. `name` is a plain file name."""
        data = content.encode(errors="replace") if isinstance(content, str) else content
        return self._disk(lambda: _written(self.folder / Path(name).name, data))

    async def memo(self, name: str, make: Callable[[], Awaitable[Json]]) -> Json:
        """`nouns.ports.Memo` on disk: the stored result of `make()` under `name`, which is run only when there is none."""
        path = self.folder / _STAGES / f"{_file_name(name)}.json"
        if path.is_file():
            stored: Json = json.loads(path.read_text("utf-8"))
            return stored
        made = await make()
        self._disk(lambda: _written(path, json.dumps(made, ensure_ascii=False).encode(errors="replace")))
        return made

    def clean(self) -> CleanIncident | None:
        return self._loaded("clean.json", CleanIncident)

    def digest(self) -> Digest | None:
        return self._loaded("digest.json", Digest)

    def review(self) -> Review | None:
        return self._loaded("review.json", Review)

    def log_texts(self) -> tuple[StoredText, ...]:
        """The texts named in clean.json that are on disk, in its order; readable any number of times."""
        clean = self.clean()
        return self.stored(clean.texts) if clean else ()

    def stored(self, texts: tuple[CleanText, ...]) -> tuple[StoredText, ...]:
        """The same for texts that no clean.json names yet."""
        found = ((text, self.folder / text.path) for text in texts)
        return tuple(StoredText(text.name, text.size, path) for text, path in found if path.is_file())

    def line(self, ref: str) -> str | None:
        """The redacted line that `file:line` cites; None where there is none."""
        name, _, number = ref.rpartition(":")
        if not (number.isascii() and number.isdigit()) or int(number) < 1:
            return None
        text = next((text for text in self.log_texts() if text.name == name), None)
        if text is None:
            return None
        return next((line for count, line in enumerate(text.lines(), start=1) if count == int(number)), None)

    def delete(self) -> None:
        """Removes everything about this incident."""
        if self.folder.exists():
            self._disk(lambda: shutil.rmtree(self.folder))

    def _loaded(self, name: str, kind: type[_N]) -> _N | None:
        """None when it is not there. Raises BadInput when it is there and cannot be read."""
        path = self.folder / name
        if not path.is_file():
            return None
        try:
            return kind.model_validate_json(path.read_bytes())
        except (ValueError, OSError) as error:
            raise BadInput(
                f"{path} is damaged or from another version. Run the review again.", path=str(path)
            ) from error

    def _disk(self, work: Callable[[], _T]) -> _T:
        try:
            return work()
        except OSError as error:
            raise BadInput(
                f"The case file {self.folder} cannot be written: {error.strerror or error}. Free disk space or choose another "
                "data folder, then start the review again.",
                errno=error.errno,
            ) from error


class _TextWriter:
    """One file in logs/: numbered, so that two texts of one name do not meet, and named for people who look."""

    def __init__(self, folder: Path, number: int, name: str) -> None:
        self.name = name
        self.count = 0
        self._size = 0
        self._path = f"{_LOGS}/{number:04d}-{_file_name(name)}"
        self._place = folder / self._path
        self._file: int | None = None

    def write(self, lines: list[str]) -> None:
        if self._file is None:
            self._open()
        if not lines or self._file is None:
            return
        data = memoryview(("\n".join(lines) + "\n").encode(errors="replace"))
        self.count += len(lines)
        self._size += len(data)
        while data:
            data = data[os.write(self._file, data) :]

    def _open(self) -> None:
        self._file = os.open(self._place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)

    def close(self) -> None:
        if self._file is None and self.count == 0:
            self._open()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def discard(self) -> None:
        self._place.unlink(missing_ok=True)

    def text(self, message_ts: str, problem: str | None) -> CleanText:
        return CleanText(
            name=self.name, path=self._path, lines=self.count, size=self._size, message_ts=message_ts, problem=problem
        )


def _canonical(incident: Incident) -> bytes:
    """The raw channel in one form, whatever fetched it: links and what was missing do not count."""
    data = incident.model_dump(mode="json", include={"channel": {"id", "name"}, "messages": True})
    for message in data["messages"]:
        message.pop("permalink", None)
    return json.dumps(data, sort_keys=True, ensure_ascii=True).encode()


def _file_name(name: str) -> str:
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in name)
    return safe.strip("._-")[-_MAX_NAME:] or "text"


def _emptied(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _private(folder.parent)
    _private(folder)


def _private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def _written(path: Path, data: bytes) -> Path:
    _private(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return path
