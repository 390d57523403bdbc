"""A Slack export: channels.json, users.json and a folder per channel with one file per day."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from bot.errors import BadInput, NotAnIncident
from bot.gather.jsonfile import Json, read_objects
from bot.gather.messages import read_channel, read_files, read_messages, read_people, standing_messages
from bot.gather.tree import Tree
from bot.nouns.incident import FileRef, Incident, Missing

_LISTS = ("channels.json", "groups.json", "mpims.json", "dms.json")
_DAY = re.compile(r"^(?P<folder>.+)/(?P<day>\d{4}-\d{2}-\d{2})\.json$")
_INCIDENT_NAME = re.compile(r"(?i)(?:^|[-_])(?:inc|incident|incidents|sev-?\d|outage|p[0-3])(?:$|[-_\d])")
_MOST_NAMES = 25
_MOST_GAPS = 5


def is_export(names: Iterable[str]) -> bool:
    """Day files in channel folders make an export, also one whose lists of channels are lost."""
    return any(_DAY.match(name) for name in names)


def read_export(tree: Tree, wanted: str | None) -> Incident:
    """One channel of the export. `wanted` is a name or id; without it the export must leave no doubt. Raises BadInput."""
    names = tree.names()
    days = _days(names)
    channels = {str(item.get("name") or item.get("id")): item for item in _listed(tree, names)}
    folder = _chosen(wanted, channels, days)
    about = channels.get(folder, {"id": folder, "name": folder})
    people = read_people(read_objects(tree, "users.json")) if "users.json" in names else ()
    raw, missing = _read_days(tree, folder, days[folder])
    messages = read_messages(raw, people, channels={str(item.get("id")): name for name, item in channels.items()})
    if not messages:
        raise NotAnIncident(f"#{folder} has no messages in this export. Choose another channel with --channel.")
    files, absent = _with_places(read_files(raw), names)
    return Incident(
        channel=read_channel({"id": folder, "name": folder, **about}),
        messages=messages,
        people=people,
        files=files,
        missing=(*missing, *_gaps(days[folder]), *_lost_replies(raw), *absent),
    )


def _days(names: Iterable[str]) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    for name in names:
        if match := _DAY.match(name):
            try:
                found.setdefault(match["folder"], []).append(date.fromisoformat(match["day"]))
            except ValueError:
                continue  # a file named 2024-13-45.json is not a day
    return {folder: sorted(days) for folder, days in found.items()}


def _listed(tree: Tree, names: list[str]) -> list[Json]:
    return [item for name in _LISTS if name in names for item in read_objects(tree, name)]


def _chosen(wanted: str | None, channels: dict[str, Json], days: dict[str, list[date]]) -> str:
    if wanted:
        sought = wanted.removeprefix("#")
        by_id = {str(item.get("id")): name for name, item in channels.items()}
        folder = sought if sought in days else by_id.get(sought, sought)
        if folder in days:
            return folder
        raise BadInput(f"The export has no messages of a channel {wanted}. It has: {_list(days)}.")
    if len(days) == 1:
        return next(iter(days))
    incidents = [name for name in days if _INCIDENT_NAME.search(name)]
    if len(incidents) == 1:
        return incidents[0]
    raise BadInput(f"The export has several channels. Choose one with --channel: {_list(incidents or days)}.")


def _list(names: Iterable[str]) -> str:
    found = sorted(names)
    more = f" and {len(found) - _MOST_NAMES} more" if len(found) > _MOST_NAMES else ""
    return ", ".join(f"#{name}" for name in found[:_MOST_NAMES]) + more


def _read_days(tree: Tree, folder: str, days: list[date]) -> tuple[list[Json], list[Missing]]:
    """A damaged day is said and left out; when no day can be read, the first one's error stands."""
    raw: list[Json] = []
    missing: list[Missing] = []
    first: BadInput | None = None
    for day in days:
        try:
            raw += read_objects(tree, f"{folder}/{day.isoformat()}.json", key="messages")
        except BadInput as error:
            first = first or error
            missing.append(Missing(what=f"#{folder} on {day.isoformat()}", why=str(error)))
    if first is not None and len(missing) == len(days):
        raise first
    return raw, missing


def _gaps(days: list[date]) -> list[Missing]:
    """An export has no file for a quiet day, so a gap can only be pointed out."""
    gaps = [(a, b) for a, b in pairwise(days) if b - a > timedelta(days=1)]
    said = [Missing(what=_span(a, b), why="the export has no file for it: a quiet time, or missing") for a, b in gaps]
    if len(gaps) > _MOST_GAPS:
        rest = Missing(what=f"{len(gaps) - _MOST_GAPS} further gaps", why="the export has no files for these days")
        return [*said[:_MOST_GAPS], rest]
    return said


def _span(before: date, after: date) -> str:
    first, last = before + timedelta(days=1), after - timedelta(days=1)
    return first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"


def _lost_replies(raw: list[Json]) -> list[Missing]:
    """A parent lists its replies, so their absence is certain."""
    standing = standing_messages(raw)
    present = {str(item["ts"]) for item in standing}
    announced = {
        str(reply.get("ts")) for item in standing for reply in item.get("replies") or [] if isinstance(reply, dict)
    }
    lost = len(announced - present)
    return [Missing(what=f"{lost} thread replies", why="they are announced but not in the export")] if lost else []


def _with_places(shared: tuple[FileRef, ...], names: list[str]) -> tuple[tuple[FileRef, ...], list[Missing]]:
    """Slack's own exports hold links only; the usual export tools put the files beside the messages."""
    files: list[FileRef] = []
    absent: list[Missing] = []
    for file in shared:
        endings = (f"__uploads/{file.id}/{file.name}", f"{file.id}-{file.name}", f"attachments/{file.name}")
        place = next((name for ending in endings for name in names if name.endswith(ending)), None)
        if place is None:
            absent.append(Missing(what=file.name, why="the export holds a link to it, not the file"))
        files.append(file.model_copy(update={"url": place}))
    return tuple(file for file in files if file.url), absent
