"""A case folder: channel.json, users.json and attachments/. Nothing else in it is read, answer keys least of all."""

from bot.errors import NotAnIncident
from bot.gather.jsonfile import Json, read_json, read_objects
from bot.gather.messages import read_channel, read_files, read_messages, read_people
from bot.gather.tree import Tree
from bot.nouns.incident import Channel, FileRef, Incident, Missing

CHANNEL = "channel.json"
_USERS = "users.json"
_ATTACHMENTS = "attachments/"


def read_case(tree: Tree, name: str) -> Incident:
    """`name` stands for the channel where channel.json does not say it. Raises BadInput."""
    raw = read_objects(tree, CHANNEL, key="messages")
    names = tree.names()
    missing: list[Missing] = []
    if _USERS in names:
        people = read_people(read_objects(tree, _USERS, key="members"))
    else:
        people = ()
        missing.append(Missing(what=_USERS, why="the folder has none, so people are shown by their ids"))
    messages = read_messages(raw, people)
    if not messages:
        raise NotAnIncident(f"{CHANNEL} of {name} holds no messages. Export the channel again.")
    files, absent = _matched(read_files(raw), names, tree)
    return Incident(
        channel=_channel(tree, name, raw),
        messages=messages,
        people=people,
        files=files,
        missing=(*missing, *absent),
    )


def _channel(tree: Tree, name: str, messages: list[Json]) -> Channel:
    whole = read_json(tree, CHANNEL)
    about: Json = whole.get("channel", {}) if isinstance(whole, dict) and isinstance(whole.get("channel"), dict) else {}
    topics = [item["topic"] for item in messages if item.get("subtype") == "channel_topic" and item.get("topic")]
    return read_channel({"id": name, "name": name, "topic": topics[-1] if topics else "", **about})


def _matched(shared: tuple[FileRef, ...], names: list[str], tree: Tree) -> tuple[tuple[FileRef, ...], list[Missing]]:
    """The files of the channel with their place in the folder, then files that no message names."""
    present = {name.removeprefix(_ATTACHMENTS): name for name in names if name.startswith(_ATTACHMENTS)}
    files: list[FileRef] = []
    absent: list[Missing] = []
    for file in shared:
        place = present.pop(file.name, None)
        if place is None:
            absent.append(Missing(what=file.name, why="it is named in the channel, but not in attachments/"))
        else:
            files.append(file.model_copy(update={"url": place}))
    for name, place in present.items():
        if not name.rsplit("/", 1)[-1].startswith("."):
            files.append(FileRef(id=name, name=name, size=tree.size(place), url=place))
    return tuple(files), absent
