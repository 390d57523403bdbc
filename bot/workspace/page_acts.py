"""What the page's user does, by name. Each act says who acts; text comes as typed and is escaped as Slack's clients do."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from bot.workspace import channel_life, talk
from bot.workspace.files import Files
from bot.workspace.interactions import Ack, Interactions
from bot.workspace.refusal import SlackRefusal
from bot.workspace.slack_app import SlackApp
from bot.workspace.state import Channel, Json, State, User

_AT = re.compile(r"(?<![\w@])@([\w.\-]+)")
_HASH = re.compile(r"(?<![\w#&])#([a-z0-9_\-]+)")
_LINK = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?)'\"]")


class PageActs:
    def __init__(self, state: State, app: SlackApp, files: Files, interactions: Interactions) -> None:
        self._state = state
        self._app = app
        self._files = files
        self._interactions = interactions
        self._acts: dict[str, Callable[[User, Json], Awaitable[Json]]] = {
            "post": self.post,
            "edit": self.edit,
            "delete": self.delete,
            "upload": self.upload,
            "react": self.react,
            "command": self.command,
            "shortcut": self.shortcut,
            "press": self.press,
            "submit": self.submit,
            "close_view": self.close_view,
            "dismiss": self.dismiss,
            "topic": self.topic,
            "archive": self.archive,
            "unarchive": self.unarchive,
            "join": self.join,
            "create": self.create,
            "home": self.home,
        }

    async def __call__(self, action: str, body: Json) -> Json:
        act = self._acts.get(action)
        if act is None:
            raise SlackRefusal("unknown_action")
        return await act(self._state.user(str(body.get("user", ""))), body)

    async def post(self, user: User, body: Json) -> Json:
        text = as_typed(self._state, str(body.get("text", "")).strip())
        if not text:
            raise SlackRefusal("no_text")
        channel = self._joined(user, body)
        return {"ts": talk.say(self._state, channel, user, text=text, thread_ts=body.get("thread_ts"))["ts"]}

    async def edit(self, user: User, body: Json) -> Json:
        channel, ts = self._own(user, body, "cant_update_message")
        text = as_typed(self._state, str(body.get("text", "")).strip())
        if not text:
            raise SlackRefusal("no_text")
        talk.change(self._state, channel, ts, {"text": text}, by=user.id)
        return {}

    async def delete(self, user: User, body: Json) -> Json:
        talk.take_back(self._state, *self._own(user, body, "cant_delete_message"))
        return {}

    async def upload(self, user: User, body: Json) -> Json:
        files = [self._files.add(name, content, user.id) for name, content in body.get("files", [])]
        if not files:
            raise SlackRefusal("no_file_data")
        text = as_typed(self._state, str(body.get("text", "")).strip())
        channel = self._joined(user, body)
        self._files.share(files, channel, user, text=text, thread_ts=body.get("thread_ts") or None)
        return {}

    async def react(self, user: User, body: Json) -> Json:
        channel, ts, name = self._channel(body), str(body.get("ts", "")), str(body.get("name", ""))
        reactions = self._state.message(channel, ts).get("reactions", [])
        mine = any(r["name"] == name and user.id in r["users"] for r in reactions)
        (talk.unreact if mine else talk.react)(self._state, channel, ts, name, user)
        return {}

    async def command(self, user: User, body: Json) -> Json:
        return _told(await self._interactions.command(user, self._channel(body), str(body.get("text", ""))))

    async def shortcut(self, user: User, body: Json) -> Json:
        ts, callback_id = str(body.get("ts", "")), str(body.get("callback_id", ""))
        return _told(await self._interactions.shortcut(user, self._channel(body), ts, callback_id))

    async def press(self, user: User, body: Json) -> Json:
        action_id, chosen = str(body.get("action_id", "")), body.get("chosen")
        if view_id := body.get("view_id"):
            return _told(await self._interactions.press_in_view(user, view_id, action_id, chosen))
        ts = str(body.get("ts", ""))
        return _told(await self._interactions.press(user, self._channel(body), ts, action_id, chosen))

    async def submit(self, user: User, body: Json) -> Json:
        ack = await self._interactions.submit(user, str(body.get("view_id", "")), body.get("values") or {})
        answer: Any = ack.answer or {}
        errors = answer.get("errors") if answer.get("response_action") == "errors" else None
        return _told(ack) | ({"errors": errors} if errors else {})

    async def close_view(self, user: User, body: Json) -> Json:
        return _told(await self._interactions.close(user, str(body.get("view_id", ""))))

    async def dismiss(self, user: User, body: Json) -> Json:
        ts = str(body.get("ts", ""))
        if self._state.ephemeral.get(ts, {}).get("reader") == user.id:
            talk.hush(self._state, ts)
        return {}

    async def topic(self, user: User, body: Json) -> Json:
        channel_life.set_topic(self._state, self._joined(user, body), user, str(body.get("topic", "")).strip())
        return {}

    async def archive(self, user: User, body: Json) -> Json:
        channel_life.archive(self._state, self._channel(body), user)
        return {}

    async def unarchive(self, user: User, body: Json) -> Json:
        channel_life.unarchive(self._state, self._channel(body), user)
        return {}

    async def join(self, user: User, body: Json) -> Json:
        self._joined(user, body)
        return {}

    async def create(self, user: User, body: Json) -> Json:
        """A new channel with the bot in it."""
        channel = channel_life.create(self._state, str(body.get("name", "")).strip().lstrip("#"), user)
        channel_life.join(self._state, channel, self._state.users[self._app.user_id], inviter=user.id)
        return {"channel": channel.id}

    async def home(self, user: User, body: Json) -> Json:
        """The person opens the bot's App Home; the bot may publish it only then."""
        bot = self._state.users[self._app.user_id]
        channel = channel_life.direct(self._state, user, bot)
        tab = str(body.get("tab") or "home")
        event: Json = {"type": "app_home_opened", "user": user.id, "channel": channel.id, "tab": tab}
        view = self._state.homes.get(user.id)
        event |= {"event_ts": f"{self._state.clock():.6f}"} | ({"view": view} if view else {})
        self._state.emit(event)
        return {"channel": channel.id}

    def _channel(self, body: Json) -> Channel:
        return self._state.channel(str(body.get("channel", "")))

    def _joined(self, user: User, body: Json) -> Channel:
        """People who write in a public channel join it first."""
        channel = self._channel(body)
        if not channel.is_im and not channel.is_archived:
            channel_life.join(self._state, channel, user)
        return channel

    def _own(self, user: User, body: Json, error: str) -> tuple[Channel, str]:
        channel, ts = self._channel(body), str(body.get("ts", ""))
        if self._state.message(channel, ts).get("user") != user.id:
            raise SlackRefusal(error)
        return channel, ts


def _told(ack: Ack) -> Json:
    if ack.error:
        raise SlackRefusal(ack.error)
    return {"seconds": round(ack.seconds, 4)}


def as_typed(state: State, text: str) -> str:
    """What a person typed, as Slack stores it: escaped, with @name, #channel and links as references."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    people = {user.name.lower(): user.id for user in state.users.values() if not user.deleted}
    channels = {channel.name: channel.id for channel in state.channels.values() if not channel.is_im}

    def person(found: re.Match[str]) -> str:
        name = found[1]
        bare = name.rstrip(".-")
        for candidate in (name, bare):
            if user_id := people.get(candidate.lower()):
                return f"<@{user_id}>{name[len(candidate) :]}"
        return {"here": "<!here>", "channel": "<!channel>", "everyone": "<!everyone>"}.get(bare, found[0])

    def place(found: re.Match[str]) -> str:
        return f"<#{channels[found[1]]}|{found[1]}>" if found[1] in channels else found[0]

    linked = _LINK.sub(lambda found: f"<{found[0]}>", escaped)
    return _HASH.sub(place, _AT.sub(person, linked))
