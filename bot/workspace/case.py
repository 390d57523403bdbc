"""Incidents from files: a case folder or a Slack export, read for import into the workspace."""

import json
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from bot.errors import NotAnIncident
from bot.workspace.state import Json

_RESOLVED = re.compile(r"\b(resolved|closed)\b", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d\.json")


@dataclass(frozen=True)
class Case:
    """Raw Slack messages, oldest first. `attachments` maps a file's name to its bytes."""

    name: str
    messages: list[Json]
    users: list[Json] = field(default_factory=list)
    attachments: dict[str, bytes] = field(default_factory=dict)

    @property
    def lead(self) -> str:
        """Who leads the incident: the last person to set the topic, else who speaks most; "" when nobody does."""
        topics = [m for m in self.messages if m.get("subtype") in {"channel_topic", "group_topic"} and m.get("user")]
        if topics:
            return str(topics[-1]["user"])
        people = [m["user"] for m in self.messages if m.get("user") and not m.get("bot_id")]
        return max(dict.fromkeys(people), key=people.count, default="")

    @property
    def ends_resolved(self) -> bool:
        """Whether the last message sets such a topic itself."""
        last = self.messages[-1] if self.messages else {}
        return last.get("subtype") == "channel_topic" and bool(_RESOLVED.search(str(last.get("topic", ""))))

    @property
    def topic(self) -> str:
        return next(
            (str(m.get("topic", "")) for m in reversed(self.messages) if m.get("subtype") == "channel_topic"), ""
        )


class Folder(Protocol):
    """A folder or a zip: names with "/" between, relative to the top."""

    def names(self) -> list[str]: ...
    def read(self, name: str) -> bytes: ...


@dataclass(frozen=True)
class DiskFolder:
    top: Path

    def names(self) -> list[str]:
        return sorted(p.relative_to(self.top).as_posix() for p in self.top.rglob("*") if p.is_file())

    def read(self, name: str) -> bytes:
        return (self.top / name).read_bytes()


@dataclass(frozen=True)
class ZipFolder:
    zipped: zipfile.ZipFile

    def names(self) -> list[str]:
        return sorted(name for name in self.zipped.namelist() if not name.endswith("/"))

    def read(self, name: str) -> bytes:
        return self.zipped.read(name)


def read_case(path: Path, channel: str = "") -> Case:
    """`path` is a case folder (channel.json), or a Slack export as folder or zip; `channel` picks one of an export.

    Raises NotAnIncident, saying what is missing.
    """
    if path.is_dir():
        return _read(DiskFolder(path), path.name, channel)
    if path.is_file() and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as zipped:
            return _read(ZipFolder(zipped), path.stem, channel)
    raise NotAnIncident(f"{path} is neither a folder nor a zip. Give a case folder or a Slack export.")


def _read(folder: Folder, name: str, channel: str) -> Case:
    names = folder.names()
    if "channel.json" in names:
        return _case(folder, name, names)
    days: dict[str, list[str]] = {}
    for day in names:
        parent = PurePosixPath(day).parent.name
        if parent and _DAY.fullmatch(PurePosixPath(day).name):
            days.setdefault(parent, []).append(day)
    if not days:
        raise NotAnIncident(f"{name} holds no channel.json and no days of a Slack export (channel/2024-01-31.json).")
    picked = _pick(days, channel)
    messages = [message for day in sorted(days[picked]) for message in _json(folder, day)]
    users = next((n for n in names if PurePosixPath(n).name == "users.json"), None)
    return Case(picked, _oldest_first(messages), _json(folder, users) if users else [])


def _case(folder: Folder, name: str, names: list[str]) -> Case:
    raw = _json(folder, "channel.json")
    messages = raw.get("messages", []) if isinstance(raw, dict) else raw
    users = _json(folder, "users.json") if "users.json" in names else []
    files = {PurePosixPath(n).name: folder.read(n) for n in names if n.startswith("attachments/")}
    return Case(name, _oldest_first(messages), users, files)


def _pick(days: dict[str, list[str]], channel: str) -> str:
    if channel:
        if channel in days:
            return channel
        raise NotAnIncident(f"The export has no channel {channel}. It has: {', '.join(sorted(days))}.")
    incidents = [name for name in sorted(days) if name.startswith(("inc", "incident"))]
    return (incidents or sorted(days, key=lambda name: -len(days[name])))[0]


def _json(folder: Folder, name: str) -> Any:
    try:
        return json.loads(folder.read(name))
    except ValueError as error:
        raise NotAnIncident(f"{name} is not valid JSON ({error}).") from error


def _oldest_first(messages: Any) -> list[Json]:
    if not isinstance(messages, list) or not all(isinstance(m, dict) and m.get("ts") for m in messages):
        raise NotAnIncident("The channel is not a list of Slack messages with ts.")
    return sorted(messages, key=lambda message: str(message["ts"]))
