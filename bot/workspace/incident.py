"""A case becomes a channel: its people, bots and files, at once or message by message as a person would see it."""

import asyncio
import re
from collections.abc import Mapping
from copy import deepcopy

from bot.workspace import channel_life, talk
from bot.workspace.case import Case
from bot.workspace.files import Files, note_share
from bot.workspace.refusal import SlackRefusal
from bot.workspace.slack_app import SlackApp
from bot.workspace.state import Channel, Json, State, later

RESOLVE_AFTER_S = 60


class Incidents:
    def __init__(self, state: State, app: SlackApp, files: Files) -> None:
        self._state = state
        self._app = app
        self._files = files

    def load(self, case: Case, name: str = "") -> Channel:
        """The whole case at once, quietly: no events, only the page shows it. Every ts stays."""
        channel = self.open(case, name, quietly=True)
        for message in case.messages:
            channel.put(self._adopted(case, channel, message))
            self._apply(channel, message)
        self._state.emit({"type": "page_reload", "channel": channel.id})
        return channel

    async def play(self, channel: Channel, case: Case, *, seconds: float, resolve: bool = True) -> None:
        """Post the case's messages evenly over `seconds`, with events and original ts; it ends with the topic "resolved"."""
        pause = seconds / max(len(case.messages), 1)
        for message in case.messages:
            talk.insert(self._state, channel, self._adopted(case, channel, message))
            self._apply(channel, message)
            await asyncio.sleep(pause)
        if resolve and not case.ends_resolved:
            self.resolve(channel, case)

    def resolve(self, channel: Channel, case: Case) -> Json:
        """The lead sets the topic to "resolved", one minute after the last message of the case."""
        lead = self._state.user(case.lead or channel.creator)
        last = max(channel.order, default=self._state.new_ts(channel))
        ts = later(last, microseconds=RESOLVE_AFTER_S * 1_000_000)
        kept = f" | {case.topic}" if case.topic else ""
        return channel_life.set_topic(self._state, channel, lead, f"RESOLVED{kept}"[:250], ts=ts)

    def open(self, case: Case, name: str = "", *, quietly: bool = False) -> Channel:
        """The channel with its people and bots, still empty. The bot is a member."""
        self._people(case)
        creator = self._state.user(case.lead) if case.lead else self._state.users[self._app.user_id]
        created = int(float(case.messages[0]["ts"])) if case.messages else int(self._state.clock())
        name = self._free_name(name or case.name)
        channel = channel_life.create(self._state, name, creator, created=created, quietly=quietly)
        speakers = dict.fromkeys(m["user"] for m in case.messages if m.get("user"))
        for user_id in (*speakers, self._app.user_id):
            channel_life.join(self._state, channel, self._state.users[user_id], quietly=True)
        return channel

    def _free_name(self, wanted: str) -> str:
        plain = re.sub(r"[^a-z0-9_-]+", "-", wanted.lower()).strip("-") or "incident"
        name = (plain if plain.startswith("inc") else f"inc-{plain}")[:75]
        taken = {channel.name for channel in self._state.channels.values()}
        return next(n for i in range(1, 1000) if (n := name if i == 1 else f"{name}-{i}") not in taken)

    def _people(self, case: Case) -> None:
        bot_ids = {m.get("username") or m["bot_id"]: m["bot_id"] for m in case.messages if m.get("bot_id")}
        for raw in case.users:
            if raw.get("id") and raw["id"] not in self._state.users:
                self._add(raw, bot_ids)
        for message in case.messages:
            author = message.get("user")
            if author and author not in self._state.users:
                self._state.add_user(author.lower(), "Unknown person", id=author)
        for name, bot_id in bot_ids.items():
            if bot_id not in self._state.bots:
                self._state.add_bot(bot_id, name)

    def _add(self, raw: Json, bot_ids: Mapping[str, str]) -> None:
        profile = raw.get("profile") or {}
        name = raw.get("name") or raw["id"].lower()
        bot_id = bot_ids.get(name) if raw.get("is_bot") else None
        user = self._state.add_user(
            name,
            raw.get("real_name") or profile.get("real_name") or name,
            id=raw["id"],
            is_bot=bool(raw.get("is_bot")),
            deleted=bool(raw.get("deleted")),
            bot_id=bot_id,
        )
        if bot_id:
            self._state.add_bot(bot_id, name, user_id=user.id)

    def _adopted(self, case: Case, channel: Channel, message: Json) -> Json:
        """The message as one of this workspace's: own team, files served from here."""
        own = deepcopy(message) | {"type": "message"}
        if "team" in own:
            own["team"] = self._state.team_id
        if own.get("files"):
            own["files"] = [self._file(case, channel, own, raw) for raw in own["files"]]
        own.setdefault("text", "")
        return own

    def _file(self, case: Case, channel: Channel, message: Json, raw: Json) -> Json:
        if not raw.get("name"):  # a deleted file, or one hidden by the plan
            return raw
        author = str(raw.get("user") or message.get("user", ""))
        file = self._files.add(raw["name"], case.attachments.get(raw["name"], b""), author)
        if raw["name"] not in case.attachments:
            file.path, file.size = None, int(raw.get("size") or 0)
        self._state.files[raw["id"]] = self._state.files.pop(file.id)
        file.id, file.complete = raw["id"], True
        file.title, file.created = raw.get("title") or file.name, int(raw.get("created") or file.created)
        file.mimetype = raw.get("mimetype") or file.mimetype
        note_share(file, channel, message)
        return raw | self._files.shape(file)

    def _apply(self, channel: Channel, message: Json) -> None:
        """What a line about the channel did to the channel."""
        if message.get("subtype") in {"channel_topic", "group_topic"}:
            set_at = int(float(message["ts"]))
            channel.topic = {"value": message.get("topic", ""), "creator": message.get("user", ""), "last_set": set_at}
            self._state.emit(channel_life.page_channel(channel))


def find_channel(state: State, name_or_id: str) -> Channel:
    """Raises SlackRefusal channel_not_found."""
    wanted = name_or_id.lstrip("#")
    for channel in state.channels.values():
        if wanted in {channel.id, channel.name}:
            return channel
    raise SlackRefusal("channel_not_found", channel=name_or_id)
