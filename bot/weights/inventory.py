"""What stands behind `testing-postmortem models list|pull|verify` for the pinned files."""

import asyncio
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.weights import catalogue
from bot.weights.catalogue import Weights, load_catalogue
from bot.weights.fetch import Report, fetch, is_present, verify


class Stored(BaseModel):
    """One pinned file and its state in the cache; `verified` is None when the hash was not read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    kind: str
    file: Path
    bytes: int
    licence: str
    about: str
    present: bool
    verified: bool | None = None


async def inventory(cache_dir: Path, *, check_hashes: bool = False) -> tuple[Stored, ...]:
    """Every pinned file; with `check_hashes` the present ones are read in full (a second per GB or so)."""
    return tuple([await _stored(cache_dir, w, check_hashes=check_hashes) for w in load_catalogue().values()])


async def _stored(cache_dir: Path, weights: Weights, *, check_hashes: bool) -> Stored:
    present = is_present(cache_dir, weights)
    return Stored(
        key=weights.key,
        kind=weights.kind,
        file=catalogue.path(cache_dir, weights),
        bytes=weights.bytes,
        licence=weights.licence,
        about=weights.about,
        present=present,
        verified=await asyncio.to_thread(verify, cache_dir, weights) if present and check_hashes else None,
    )


async def pull(name: str, cache_dir: Path, report: Report) -> Path:
    """Fetch the pinned file called `name` in a worker thread. Raises WeightsError."""
    return await asyncio.to_thread(fetch, catalogue.find(name, load_catalogue()), cache_dir, report)


def present_path(name: str, cache_dir: Path) -> Path | None:
    """The file of the chat model called `name` when it is in the cache, else None."""
    weights = load_catalogue().get(name)
    if weights is None or weights.kind != "chat" or not is_present(cache_dir, weights):
        return None
    return catalogue.path(cache_dir, weights)
