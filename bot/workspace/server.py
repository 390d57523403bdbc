"""The workspace: a server on loopback that looks like Slack to the real slack_bolt and slack_sdk.

async with await Workspace.start() as workspace:
    client = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
"""

import asyncio
import contextlib
import socket
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from bot.workspace import channel_life, talk
from bot.workspace.case import Case, read_case
from bot.workspace.delivery import Attempted, Delivery
from bot.workspace.files import Files
from bot.workspace.incident import Incidents, find_channel
from bot.workspace.interactions import Ack, Interactions
from bot.workspace.page import Page
from bot.workspace.page_acts import PageActs, as_typed
from bot.workspace.page_dump import dump
from bot.workspace.request_url import RequestUrl
from bot.workspace.response_url import ResponseUrls
from bot.workspace.slack_app import SlackApp
from bot.workspace.socket_mode import SocketMode
from bot.workspace.state import Channel, Json, State, User
from bot.workspace.stored_file import StoredFile
from bot.workspace.views import Views
from bot.workspace.web_api import WebApi

RETRIES_S = (0.0, 60.0, 300.0)


class Workspace:
    """Make it with `start`. Users, channels and bots are named by id, name or "#name" wherever a str is taken."""

    def __init__(self, state: State, app: SlackApp, ack_timeout_s: float, retry_delays_s: Sequence[float]) -> None:
        self.state = state
        self.app = app
        self._folder = tempfile.TemporaryDirectory(prefix="workspace-")
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self._request_url: RequestUrl | None = None
        self.bot = _install(state, app)
        self.socket_mode = SocketMode(app)
        self.delivery = Delivery(
            state, app, self.socket_mode, ack_timeout_s=ack_timeout_s, retry_delays_s=retry_delays_s
        )
        self.files = Files(state, app, Path(self._folder.name))
        self.views = Views(state, app)
        self._urls = ResponseUrls(state, self.bot)
        self.interactions = Interactions(state, app, self.delivery, self.views, self._urls)
        self.incidents = Incidents(state, app, self.files)
        self.web_api = WebApi(state, app, self.files, self.views, self.socket_mode)
        self._page = Page(state, app, self.files, PageActs(state, app, self.files, self.interactions))

    @classmethod
    async def start(
        cls,
        port: int = 0,
        state: State | None = None,
        *,
        app: SlackApp | None = None,
        ack_timeout_s: float = 3.0,
        retry_delays_s: Sequence[float] = RETRIES_S,
    ) -> Self:
        """Listens when it returns. Port 0 takes any free one. Raises OSError when the port is taken."""
        listener = socket.create_server(("127.0.0.1", port))
        workspace = cls(state or State(), app or SlackApp(), ack_timeout_s, retry_delays_s)
        workspace.state.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        await workspace._serve(listener)
        return workspace

    async def _serve(self, listener: socket.socket) -> None:
        config = uvicorn.Config(
            Starlette(routes=self._routes()),
            log_config=None,
            lifespan="off",
            ws="websockets-sansio",
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        while not self._server.started:
            if self._serving.done():
                await self._serving
                raise OSError("the workspace's server did not start")
            await asyncio.sleep(0.002)

    def _routes(self) -> list[Route | WebSocketRoute]:
        download = self.files.download
        return [
            Route("/api/{method}", self.web_api.endpoint, methods=["GET", "POST"]),
            Route("/upload/v1/{ticket}", self.files.upload, methods=["POST"]),
            Route("/files-pri/{ids}/download/{name:path}", download),
            Route("/files-pri/{ids}/{name:path}", download),
            Route("/response/{key}", self._urls.endpoint, methods=["POST"]),
            WebSocketRoute("/link", self.socket_mode.endpoint),
            *self._page.routes(),
        ]

    async def stop(self) -> None:
        """Ends all deliveries and connections; what was in memory is gone."""
        await self.delivery.close()
        await self._page.close()
        await self.socket_mode.close()
        if self._request_url:
            await self._request_url.close()
        if self._server and self._serving:
            self._server.end()
            await self._serving
        self._folder.cleanup()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def base_url(self) -> str:
        return self.state.base_url

    @property
    def api_url(self) -> str:
        """For SLACK_API_URL and `base_url` of slack_sdk's clients."""
        return f"{self.base_url}/api/"

    @property
    def page_url(self) -> str:
        return f"{self.base_url}/"

    @property
    def bot_token(self) -> str:
        return self.app.bot_token

    @property
    def app_token(self) -> str:
        return self.app.app_token

    @property
    def signing_secret(self) -> str:
        return self.app.signing_secret

    async def use_request_url(self, url: str, *, verify: bool = True) -> None:
        """Deliver by signed HTTP instead of Socket Mode. Raises NotAcked when the handshake fails."""
        self._request_url = RequestUrl(url, self.signing_secret, self.state)
        if verify:
            await self._request_url.verify()
        self.delivery.route = self._request_url

    async def connected(self) -> None:
        """Returns when the app has opened a Socket Mode connection."""
        await self.socket_mode.connected()

    async def settled(self) -> None:
        """Returns when every event was acked or given up."""
        await self.delivery.settled()

    @property
    def deliveries(self) -> list[Attempted]:
        """Every event sent to the app so far."""
        return self.delivery.log

    @property
    def calls(self) -> list[tuple[str, Json]]:
        """Every Web API call that was let through, with its arguments."""
        return self.web_api.calls

    def fail_next(self, method: str, times: int = 1, **how: Any) -> None:
        """The next calls of a method fail: 429 with `retry_after_s`, or `error` and `status`.

        `after=True` acts first and fails then, as when the answer gets lost.
        """
        self.web_api.fail_next(method, times, **how)

    def add_user(self, name: str, real_name: str = "", **more: Any) -> User:
        return self.state.add_user(name, real_name, **more)

    def add_channel(self, name: str, *members: str | User, with_bot: bool = True, **more: Any) -> Channel:
        """The first member creates it; joining is silent. `more` are fields of Channel, such as is_private."""
        people = [self.user(member) for member in members] + ([self.bot] if with_bot else [])
        channel = channel_life.create(self.state, name, people[0] if people else self.bot, quietly=True, **more)
        for person in people:
            channel_life.join(self.state, channel, person, quietly=True)
        if not people:
            channel.members.clear()
        return channel

    def user(self, who: str | User) -> User:
        if isinstance(who, User):
            return who
        return next((u for u in self.state.users.values() if who in {u.id, u.name}), None) or self.state.user(who)

    def channel(self, which: str | Channel) -> Channel:
        return which if isinstance(which, Channel) else find_channel(self.state, which)

    def post(self, who: str | User, where: str | Channel, text: str, thread_ts: str | None = None, **more: Any) -> Json:
        """A person types a message; @names become mentions. Returns the stored message."""
        typed = as_typed(self.state, text)
        return talk.say(self.state, self.channel(where), self.user(who), text=typed, thread_ts=thread_ts, **more)

    def upload(
        self, who: str | User, where: str | Channel, name: str, content: bytes, *, text: str = "", thread_ts: str = ""
    ) -> StoredFile:
        """A person attaches a file."""
        user = self.user(who)
        file = self.files.add(name, content, user.id)
        self.files.share([file], self.channel(where), user, text=text, thread_ts=thread_ts or None)
        return file

    def react(self, who: str | User, where: str | Channel, ts: str, name: str) -> None:
        talk.react(self.state, self.channel(where), ts, name, self.user(who))

    async def command(self, who: str | User, where: str | Channel, line: str) -> Ack:
        """A person runs a slash command: "/testing-postmortem help"."""
        return await self.interactions.command(self.user(who), self.channel(where), line)

    async def shortcut(self, who: str | User, where: str | Channel, ts: str, callback_id: str) -> Ack:
        return await self.interactions.shortcut(self.user(who), self.channel(where), ts, callback_id)

    async def press(self, who: str | User, where: str | Channel, ts: str, action_id: str, chosen: Any = None) -> Ack:
        """A person presses a button of a message, or picks `chosen` from a menu."""
        return await self.interactions.press(self.user(who), self.channel(where), ts, action_id, chosen)

    async def submit(self, who: str | User, view_id: str, values: Json) -> Ack:
        """A person submits a modal; `values` maps block_id to action_id to Slack's value object."""
        return await self.interactions.submit(self.user(who), view_id, values)

    def set_topic(self, who: str | User, where: str | Channel, topic: str) -> None:
        channel_life.set_topic(self.state, self.channel(where), self.user(who), topic)

    def rename(self, who: str | User, where: str | Channel, name: str) -> None:
        channel_life.rename(self.state, self.channel(where), self.user(who), name)

    def archive(self, who: str | User, where: str | Channel) -> None:
        channel_life.archive(self.state, self.channel(where), self.user(who))

    def messages(self, where: str | Channel) -> list[Json]:
        """All messages of a channel with the replies in line, oldest first."""
        channel = self.channel(where)
        return [channel.messages[ts] for ts in channel.order]

    def thread(self, where: str | Channel, ts: str) -> list[Json]:
        """The first message of a thread and its replies, oldest first."""
        channel = self.channel(where)
        return [self.state.message(channel, ts), *channel.replies(ts)]

    def ephemeral(self, where: str | Channel, reader: str | User) -> list[Json]:
        """What only this person sees in the channel."""
        channel, user = self.channel(where), self.user(reader)
        found = self.state.ephemeral.values()
        return [m for m in found if m["channel"] == channel.id and m["reader"] == user.id]

    def load_case(self, source: Path | Case, name: str = "") -> Channel:
        """A case folder or a Slack export becomes a channel at once, without events. Raises NotAnIncident."""
        return self.incidents.load(source if isinstance(source, Case) else read_case(source), name)

    async def play(self, source: Path | Case, *, seconds: float = 8.0, name: str = "", resolve: bool = True) -> Channel:
        """The case comes in message by message over `seconds`, and ends with the lead's topic "RESOLVED"."""
        case = source if isinstance(source, Case) else read_case(source)
        channel = self.incidents.open(case, name)
        await self.incidents.play(channel, case, seconds=seconds, resolve=resolve)
        return channel

    def page_dump(self, where: str | Channel, *, thread_ts: str = "", viewer: str | User = "") -> str:
        """The page as it is now in one HTML file that needs no server; audio and images are inside."""
        user = self.user(viewer).id if viewer else ""
        return dump(self._page, self.files, self.channel(where), thread_ts=thread_ts, viewer=user)


def _install(state: State, app: SlackApp) -> User:
    state.add_bot(app.bot_id, app.name, user_id=app.user_id, app_id=app.id)
    return state.add_user(app.user_name, app.name, id=app.user_id, is_bot=True, bot_id=app.bot_id, app_id=app.id)


class _Server(uvicorn.Server):
    """Signals are the business of the program around it; it ends at once, not at the next tick."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._ending = asyncio.Event()

    def end(self) -> None:
        self.should_exit = True
        self._ending.set()

    async def main_loop(self) -> None:
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), 0.1)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
