"""Incidents from disk: case folders, exports, transcripts, and everything that is none of these."""

import gzip
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from bot.errors import BadInput, NotAnIncident, UnreadableFile
from bot.gather.files import FileSource
from bot.nouns.incident import Incident
from bot.nouns.request import Progress, ReviewRequest

_REQUEST = ReviewRequest(id="files:x", channel_id="x", trigger="files")
_USERS = [{"id": "U1", "name": "ann"}, {"id": "U2", "name": "bob"}]


def _message(ts: str, text: str = "x", **more: object) -> dict[str, object]:
    return {"type": "message", "ts": ts, "text": text, "user": "U1", **more}


async def _quiet(progress: Progress) -> None: ...


async def _read(path: Path, channel: str | None = None, **more: object) -> Incident:
    return await FileSource(path, channel, **more).incident(_REQUEST, _quiet)  # type: ignore[arg-type]


async def _texts(source: FileSource, incident: Incident) -> dict[str, list[str] | str]:
    found: dict[str, list[str] | str] = {}
    async for text in source.texts(incident):
        try:
            found[text.name] = [line async for batch in text.batches for line in batch]
        except UnreadableFile as error:
            found[text.name] = str(error)
    return found


def _write(folder: Path, files: dict[str, object]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content))
    return folder


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return _write(
        tmp_path / "db-down",
        {
            "channel.json": [
                _message("1.000001", "<@U2> db is down"),
                _message("2.000001", "topic", subtype="channel_topic", topic="db down | IC: ann"),
                _message("3.000001", files=[{"id": "F1", "name": "db.log.gz"}, {"id": "F2", "name": "lost.log"}]),
            ],
            "users.json": _USERS,
            "attachments/db.log.gz": gzip.compress(b"one\ntwo\n"),
            "attachments/extra.log": b"three\n",
            "attachments/junk.bin": bytes(range(256)) * 10,
            "gold.json": "{ this is not even JSON, and must not be read",
        },
    )


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return _write(
        tmp_path / "export",
        {
            "channels.json": [{"id": "C1", "name": "general"}, {"id": "C2", "name": "inc-42-db", "topic": {"value": "db"}, "is_archived": True}],
            "users.json": _USERS,
            "general/2024-05-01.json": [_message("1714500000.000001", "hi")],
            "inc-42-db/2024-05-01.json": [_message("1714550000.000001", "see <#C1>", replies=[{"user": "U2", "ts": "1714550001.000001"}])],
            "inc-42-db/2024-05-04.json": [_message("1714800000.000001", "fixed")],
        },
    )  # fmt: skip


async def test_a_case_folder_is_read_with_its_attachments(case: Path) -> None:
    """Messages, people, files of the channel and files beside it; a file that is not there is missing. gold.json is not read."""
    source = FileSource(case)
    incident = await source.incident(_REQUEST, _quiet)
    assert ("db-down", "db down | IC: ann", "@bob db is down", ["lost.log"]) == (
        incident.channel.name,
        incident.channel.topic,
        incident.messages[0].text,
        [item.what for item in incident.missing],
    )
    assert {
        "db.log.gz": ["one", "two"],
        "extra.log": ["three"],
        "junk.bin": "it is not text but binary data",
    } == await _texts(source, incident)


async def test_a_case_folder_without_users_shows_ids(case: Path) -> None:
    """The review still runs, and says what it lacks."""
    (case / "users.json").unlink()
    incident = await _read(case)
    assert ("U1", True) == (incident.messages[0].author, "users.json" in [item.what for item in incident.missing])


@pytest.mark.parametrize("pack", [False, True], ids=["folder", "zip in a zip folder"])
async def test_an_export_gives_its_incident_channel(export: Path, tmp_path: Path, pack: bool) -> None:
    """The only channel named like an incident is taken; gaps and lost replies are said."""
    path = export
    if pack:
        path = Path(shutil.make_archive(str(tmp_path / "slack"), "zip", tmp_path, "export"))
    incident = await _read(path)
    assert ("inc-42-db", True, ["see #general", "fixed"]) == (
        incident.channel.name,
        incident.channel.is_archived,
        [message.text for message in incident.messages],
    )
    assert ["2024-05-02 to 2024-05-03", "1 thread replies"] == [item.what for item in incident.missing]


@pytest.mark.parametrize("wanted", ["general", "#general", "C1"])
async def test_a_channel_of_an_export_is_chosen_by_name_or_id(export: Path, wanted: str) -> None:
    """The option takes what people have at hand."""
    assert "hi" == (await _read(export, wanted)).messages[0].text


async def test_an_ambiguous_export_lists_its_channels(export: Path) -> None:
    """Two incident channels: the error names both and the option."""
    _write(export, {"sev1-cache/2024-05-01.json": [_message("1714500000.000001")]})
    with pytest.raises(BadInput, match=r"--channel: #inc-42-db, #sev1-cache\."):
        await _read(export)


async def test_an_unknown_channel_lists_those_there_are(export: Path) -> None:
    """The error helps to type the right name."""
    with pytest.raises(BadInput, match="It has: #general, #inc-42-db"):
        await _read(export, "inc-43")


async def test_a_damaged_day_is_left_out_and_said(export: Path) -> None:
    """One bad file does not lose the channel."""
    _write(export, {"inc-42-db/2024-05-02.json": "[{"})
    incident = await _read(export)
    assert (2, True) == (len(incident.messages), "#inc-42-db on 2024-05-02" in [item.what for item in incident.missing])


async def test_files_beside_an_export_are_found(export: Path) -> None:
    """Export tools put files beside the messages; Slack's own export has links only, which are never followed."""
    file = {"id": "F1", "name": "db.log", "url_private": "https://files.slack.com/db.log?t=xoxe-FAKE"}
    _write(export, {"inc-42-db/2024-05-03.json": [_message("1714700000.000001", files=[file, {"id": "F2", "name": "b.log"}])],
                    "inc-42-db/attachments/F1-db.log": "one\n"})  # fmt: skip
    source = FileSource(export)
    incident = await source.incident(_REQUEST, _quiet)
    assert ({"db.log": ["one"]}, True) == (
        await _texts(source, incident),
        "b.log" in [item.what for item in incident.missing],
    )


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("channel.json", "[{", "channel.json is not valid JSON: .* line 1"),
        ("channel.json", '"text"', "must hold a list of objects; it holds a text"),
        ("channel.json", '{"a": 1}', "it holds one object"),
        ("channel.json", "[]", "holds no messages"),
        ("channel.json", "[" * 100_000, "nested too deeply|not valid JSON"),
        ("channel.json", b"\xff\xfe\x00", "not JSON in UTF-8"),
        ("channel.json", '[1, "x", {"type": "message"}]', "holds no messages"),
        ("notes.doc", "x", "holds neither channel.json nor day files"),
        ("empty.txt", "", "holds neither channel.json nor"),
    ],
)
async def test_what_is_wrong_with_a_folder_is_said(tmp_path: Path, name: str, content: str | bytes, why: str) -> None:
    """Each way of being wrong has its sentence."""
    with pytest.raises(BadInput, match=why):
        await _read(_write(tmp_path / "x", {name: content}))


async def test_what_is_wrong_with_a_path_is_said(tmp_path: Path) -> None:
    """A path that is not there, an empty folder, a picture, a damaged zip."""
    (tmp_path / "empty").mkdir()
    _write(tmp_path, {"shot.png": b"\x89PNG\r\n\x1a\n\0\0", "bad.zip": b"PK\x03\x04 and no more"})
    for path, error, why in (
        ("nothing", BadInput, "does not exist"),
        ("empty", NotAnIncident, "is empty"),
        ("shot.png", NotAnIncident, "not text but an image"),
        ("bad.zip", BadInput, "not a zip archive that can be read"),
    ):
        with pytest.raises(error, match=why):
            await _read(tmp_path / path)


async def test_a_transcript_file_is_an_incident(tmp_path: Path) -> None:
    """A text by itself is read as a transcript, in any encoding, and channel messages as JSON under any name."""
    _write(
        tmp_path,
        {"inc.md": "14:05 zoë: weg\n".encode("latin-1"), "dump.json": {"messages": [_message("1.000001", "hi")]}},
    )
    assert ("zoë", "hi") == (
        (await _read(tmp_path / "inc.md")).messages[0].author,
        (await _read(tmp_path / "dump.json")).messages[0].text,
    )


async def test_a_huge_channel_keeps_its_start_and_its_end(tmp_path: Path) -> None:
    """Beyond the limit the first and the newest messages are kept, and the gap is said."""
    folder = _write(
        tmp_path / "x",
        {"channel.json": [_message(f"{n}.000001", str(n)) for n in range(1, 1001)], "users.json": _USERS},
    )
    incident = await _read(folder, max_messages=100)
    texts = [message.text for message in incident.messages]
    assert (100, "1", "25", "926", "1000", ["900 messages after the first 25"]) == (
        len(texts), texts[0], texts[24], texts[25], texts[-1], [item.what for item in incident.missing],
    )  # fmt: skip


async def test_links_out_of_the_folder_are_not_followed(case: Path, tmp_path: Path) -> None:
    """A case folder cannot make the bot read other files of the machine."""
    _write(tmp_path, {"private.txt": "do not read"})
    (case / "attachments" / "link.log").symlink_to(tmp_path / "private.txt")
    source = FileSource(case)
    assert "link.log" not in await _texts(source, await source.incident(_REQUEST, _quiet))


async def test_a_hostile_zip_export_reads_only_its_own_members(tmp_path: Path) -> None:
    """Member names that climb out lead nowhere."""
    path = tmp_path / "e.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../2024-05-01.json", json.dumps([_message("1.000001", "odd")]))
        archive.writestr("inc-1/2024-05-01.json", json.dumps([_message("1.000001", "fine")]))
    assert "fine" == (await _read(path, "inc-1")).messages[0].text
