"""A file of the workspace: its bytes on disk, its Slack shape, and where it was shared."""

import mimetypes
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

Json = dict[str, Any]

_KINDS = {  # mime type -> Slack's filetype and pretty_type
    "text/plain": ("text", "Plain Text"),
    "application/gzip": ("gzip", "Gzip"),
    "application/zip": ("zip", "Zip"),
    "application/json": ("json", "JSON"),
    "text/csv": ("csv", "CSV"),
    "text/html": ("html", "HTML"),
    "text/markdown": ("markdown", "Markdown (raw)"),
    "text/x-python": ("python", "Python"),
    "audio/mpeg": ("mp3", "MP3"),
    "audio/mp4": ("m4a", "MPEG 4 Audio"),
    "image/png": ("png", "PNG"),
    "application/pdf": ("pdf", "PDF"),
}
_PLAIN = {".log", ".txt", ".jsonl", ".conf", ".yaml", ".yml", ".toml", ".sh", ".js", ".bats", ".md"}


@dataclass
class StoredFile:
    """`path` holds the bytes; None when the content is gone. `shares` maps channel id to the messages that carry it."""

    id: str
    name: str
    title: str
    user: str
    created: int
    path: Path | None = None
    mimetype: str = ""
    size: int = 0
    complete: bool = False
    shares: dict[str, list[Json]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.mimetype = self.mimetype or guess(self.name)

    def as_slack(self, base_url: str, team_id: str) -> Json:
        kind, pretty = _KINDS.get(self.mimetype, ("binary", "Binary"))
        private = f"{base_url}/files-pri/{team_id}-{self.id}"
        name = quote(self.name)
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title,
            "mimetype": self.mimetype,
            "filetype": kind,
            "pretty_type": pretty,
            "user": self.user,
            "mode": "hosted",
            "editable": False,
            "size": self.size,
            "is_external": False,
            "external_type": "",
            "is_public": True,
            "url_private": f"{private}/{name}",
            "url_private_download": f"{private}/download/{name}",
            "permalink": f"{base_url}/files/{self.user}/{self.id}/{name}",
        }


def guess(name: str) -> str:
    """The type Slack would name. Packed files are named by the packing; logs and the like are plain text."""
    guessed, encoding = mimetypes.guess_type(name)
    if encoding == "gzip":
        return "application/gzip"
    if Path(name).suffix.lower() == ".m4a":
        return "audio/mp4"
    if Path(name).suffix.lower() in _PLAIN:
        return "text/plain"
    return guessed or "application/octet-stream"
