"""The case file: the only writer of incident data."""

import errno
import json
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.casefile import CaseFile
from bot.errors import BadInput, UnreadableFile
from bot.nouns.incident import Channel, CleanIncident, FileRef, Incident, Message
from bot.nouns.ports import Report, SourceText
from bot.nouns.request import Progress, ReviewRequest
from bot.redact.redactor import Redactor

_INCIDENT = Incident(channel=Channel(id="C1", name="inc-1"), messages=(Message(ts="1.000001", text="down"),))


class FakeSource:
    """Texts from memory: name -> batches; an exception in place of a batch is raised."""

    def __init__(self, texts: list[tuple[str, list[list[str] | UnreadableFile]]]) -> None:
        self._texts = texts

    async def incident(self, request: ReviewRequest, report: Report) -> Incident:
        return _INCIDENT

    async def texts(self, incident: Incident) -> AsyncIterator[SourceText]:
        for name, batches in self._texts:
            yield SourceText(
                name=name, file=FileRef(id="F", name=name, message_ts="1.000001"), batches=self._batches(batches)
            )

    async def _batches(self, batches: list[list[str] | UnreadableFile]) -> AsyncIterator[list[str]]:
        for batch in batches:
            if isinstance(batch, UnreadableFile):
                raise batch
            yield batch


async def _quiet(progress: Progress) -> None: ...


async def _filled(
    case: CaseFile, *texts: tuple[str, list[list[str] | UnreadableFile]], incident: Incident = _INCIDENT
) -> CleanIncident:
    written = await case.write_texts(FakeSource(list(texts)), incident, Redactor(), _quiet)
    clean = CleanIncident(
        channel=incident.channel, messages=(), texts=written.texts, missing=written.missing, input_sha256=written.sha256
    )
    case.save(clean)
    return clean


async def test_texts_are_redacted_line_by_line_and_can_be_read_again(tmp_path: Path) -> None:
    """Lines keep their numbers; secrets do not reach the disk; a cited line is found."""
    case = CaseFile(tmp_path / "c")
    await _filled(
        case, ("db.log.gz", [["start 10.0.0.1", "password=FakeHunter1"], ["", "ende ü"]]), ("b.zip/app.log", [["one"]])
    )
    text, other = case.log_texts()
    expected = ["start [private-ip-1]", "password=[secret-1]", "", "ende ü"]
    assert (expected, expected, "b.zip/app.log") == (list(text.lines()), list(text.lines()), other.name)
    assert (expected[1], "one", None, None, None, None) == tuple(
        case.line(ref)
        for ref in ("db.log.gz:2", "b.zip/app.log:1", "db.log.gz:5", "db.log.gz:0", "other.log:1", "1.000001")
    )
    on_disk = b"".join(path.read_bytes() for path in (tmp_path / "c").rglob("*") if path.is_file())
    assert (False, text.path.stat().st_size) == (b"FakeHunter1" in on_disk, text.size)


async def test_a_text_that_breaks_off_keeps_its_good_lines(tmp_path: Path) -> None:
    """The problem stands with the text and among what is missing; a text without a line is only missing."""
    case = CaseFile(tmp_path / "c")
    clean = await _filled(
        case,
        ("cut.gz", [["a", "b"], UnreadableFile("stopped after line 2: the gzip data is damaged")]),
        ("shot.png", [UnreadableFile("it is not text but an image")]),
        ("empty.log", []),
    )
    assert [("cut.gz", 2, "stopped after line 2: the gzip data is damaged"), ("empty.log", 0, None)] == [
        (text.name, text.lines, text.problem) for text in clean.texts
    ]
    assert (["cut.gz", "shot.png"], [["a", "b"], []]) == (
        [item.what for item in clean.missing],
        [list(text.lines()) for text in case.log_texts()],
    )


async def test_names_cannot_lead_out_or_meet(tmp_path: Path) -> None:
    """Texts are stored under numbered, harmless names inside logs/, also two of one name."""
    case = CaseFile(tmp_path / "c")
    clean = await _filled(
        case, ("../../x.log", [["1"]]), ("../../x.log", [["2"]]), ("ü/§:..", [["3"]]), ("n" * 300, [["4"]])
    )
    places = [tmp_path / "c" / text.path for text in clean.texts]
    assert (4, {tmp_path / "c" / "logs"}, [["1"], ["2"], ["3"], ["4"]]) == (
        len(set(places)),
        {place.parent for place in places},
        [list(text.lines()) for text in case.log_texts()],
    )


async def test_a_private_key_does_not_reach_into_the_next_text(tmp_path: Path) -> None:
    """The redactor is told where a text ends, also when it broke off."""
    case = CaseFile(tmp_path / "c")
    body = "FAKEMIIEpAIBAAKCAQEAexample0001abcdefghijklmnop"
    await _filled(case, ("a", [["-----BEGIN RSA PRIVATE KEY-----", body], UnreadableFile("cut")]), ("b", [[body]]))
    assert [False, True] == [body in list(text.lines()) for text in case.log_texts()]


async def test_the_fingerprint_follows_the_raw_input_only(tmp_path: Path) -> None:
    """The same input gives the same sha256 in batches of any size; a changed line, name or message another."""
    case = CaseFile(tmp_path / "c")

    async def sha(*texts: tuple[str, list[list[str] | UnreadableFile]], message: str = "down") -> str:
        incident = _INCIDENT.model_copy(
            update={"messages": (Message(ts="1.000001", text=message, permalink="https://x.example"),)}
        )
        return (await _filled(case, *texts, incident=incident)).input_sha256

    same = [await sha(("a", [["x", "y"]])), await sha(("a", [["x"], ["y"]]))]
    different = [
        await sha(("a", [["x", "z"]])),
        await sha(("b", [["x", "y"]])),
        await sha(("a", [["x", "y"]]), message="up"),
        await sha(),
    ]
    assert (1, 5) == (len(set(same)), len({*same, *different}))


async def test_files_are_for_the_bots_user_alone(tmp_path: Path) -> None:
    """Folders are 0700 and files 0600, whatever the umask."""
    before = os.umask(0)
    try:
        case = CaseFile(tmp_path / "c")
        await _filled(case, ("a.log", [["x"]]))
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [case.folder, *case.folder.rglob("*")]}
    assert {"c": 0o700, "logs": 0o700, "clean.json": 0o600, "0001-a.log": 0o600} == modes


async def test_a_second_gathering_replaces_the_first(tmp_path: Path) -> None:
    """A rerun leaves no texts of the run before."""
    case = CaseFile(tmp_path / "c")
    await _filled(case, ("a.log", [["x"]]), ("b.log", [["y"]]))
    await _filled(case, ("c.log", [["z"]]))
    assert ["0001-c.log"] == [path.name for path in (case.folder / "logs").iterdir()]


def test_records_come_back_as_they_were_saved(tmp_path: Path) -> None:
    """What is not there yet is None; what is damaged is an error that says what to do."""
    case = CaseFile(tmp_path / "c")
    assert (None, None, None, ()) == (case.clean(), case.digest(), case.review(), case.log_texts())
    clean = CleanIncident(channel=Channel(id="C1", name="x"), messages=())
    path = case.save(clean)
    assert (clean, ["clean.json"]) == (case.clean(), [item.name for item in case.folder.iterdir()])
    path.write_text('{"channel": 1')
    with pytest.raises(BadInput, match="Run the review again"):
        case.clean()


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is a sentence for people, and never half a file."""
    case = CaseFile(tmp_path / "c")
    case.write("review.json", '{"old": 1}')

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BadInput, match=r"No space left on device\. Free disk space") as caught:
        case.write("review.json", '{"new": 2}')
    assert ({"old": 1}, ["review.json"], {"errno": errno.ENOSPC}) == (
        json.loads((case.folder / "review.json").read_text()),
        [path.name for path in case.folder.iterdir()],
        caught.value.details,
    )


async def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """The error names the folder, so that the operator finds it."""
    (tmp_path / "file").write_text("")
    case = CaseFile(tmp_path / "file" / "c")
    with pytest.raises(BadInput, match="cannot be written"):
        await _filled(case, ("a.log", [["x"]]))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
async def test_a_disk_that_fills_up_while_a_log_streams_is_said(tmp_path: Path) -> None:
    """The streaming writer, too, ends in a sentence for people."""
    case = CaseFile(tmp_path / "c")

    class Source(FakeSource):
        async def _batches(self, batches: list[list[str] | UnreadableFile]) -> AsyncIterator[list[str]]:
            (case.folder / "logs" / "0001-a.log").symlink_to("/dev/full")
            yield ["x"]

    with pytest.raises(BadInput, match="No space left on device"):
        await case.write_texts(Source([("a.log", [])]), _INCIDENT, Redactor(), _quiet)


def test_further_files_stay_in_the_folder(tmp_path: Path) -> None:
    """A report's name cannot lead out of the case."""
    case = CaseFile(tmp_path / "c")
    assert case.folder / "x.html" == case.write("../../x.html", "<p>")


def test_a_case_can_be_deleted(tmp_path: Path) -> None:
    """Purging leaves nothing, and may be repeated."""
    case = CaseFile(tmp_path / "c")
    case.write("report.html", "<p>")
    case.delete()
    case.delete()
    assert not case.folder.exists()
