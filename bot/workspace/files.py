"""Files: the upload's three steps, sharing in a channel, and downloads that check the token."""

import secrets
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from bot.workspace import talk
from bot.workspace.refusal import SlackRefusal
from bot.workspace.slack_app import SlackApp
from bot.workspace.state import Channel, Json, State, User
from bot.workspace.stored_file import StoredFile

LOGIN_PAGE = """<!DOCTYPE html>
<html lang="en-US"><head><meta charset="utf-8"><title>Sign in | Slack</title></head>
<body><h1>Sign in to your workspace</h1><form method="post"><input name="email"><button>Sign in</button></form></body>
</html>"""


class Files:
    """`folder` keeps the bytes for as long as the workspace runs."""

    def __init__(self, state: State, app: SlackApp, folder: Path) -> None:
        self._state = state
        self._app = app
        self._folder = folder
        self._tickets: dict[str, tuple[StoredFile, int]] = {}

    def expect(self, name: str, length: int, user: str) -> tuple[StoredFile, str]:
        """Step one: room for a file of `length` bytes, and the ticket of its upload address."""
        file = StoredFile(self._state.new_id("F"), name, name, user, int(self._state.clock()))
        self._state.files[file.id] = file
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = (file, length)
        return file, ticket

    def store(self, file: StoredFile, content: bytes) -> None:
        file.path = self._folder / file.id
        file.path.write_bytes(content)
        file.size = len(content)

    def add(self, name: str, content: bytes, user: str) -> StoredFile:
        """A whole file at once, as a person's upload through the page."""
        file, ticket = self.expect(name, len(content), user)
        del self._tickets[ticket]
        self.store(file, content)
        return file

    def uploaded(self, file_id: str) -> StoredFile:
        file = self._state.files.get(file_id)
        if file is None or file.path is None or file.complete:
            raise SlackRefusal("file_not_found")
        return file

    def share(
        self, files: list[StoredFile], channel: Channel | None, author: User, *, text: str, thread_ts: str | None
    ) -> Json | None:
        """Step three: the files are there, and with a channel in a message of it, which is returned."""
        message = None
        if channel is not None:
            shapes = [self.shape(file) for file in files]
            more: Json = {"files": shapes, "upload": True, "display_as_bot": False}
            message = talk.say(self._state, channel, author, text=text, thread_ts=thread_ts, **more)
        for file in files:
            file.complete = True
            if channel is not None and message is not None:
                note_share(file, channel, message)
                self._state.emit(self._shared(file, channel, author))
        return message

    def shape(self, file: StoredFile) -> Json:
        return file.as_slack(self._state.base_url, self._state.team_id)

    def _shared(self, file: StoredFile, channel: Channel, author: User) -> Json:
        return {
            "type": "file_shared",
            "channel_id": channel.id,
            "file_id": file.id,
            "user_id": author.id,
            "file": {"id": file.id},
            "event_ts": f"{self._state.clock():.6f}",
        }

    async def upload(self, request: Request) -> Response:
        """Step two. The bytes come raw or as the part `file` or `filename` of a form, as Slack takes both."""
        found = self._tickets.get(request.path_params["ticket"])
        if found is None:
            return PlainTextResponse("upload address not known or used", status_code=404)
        file, length = found
        content = await _body(request)
        if len(content) != length:
            return PlainTextResponse(f"expected {length} bytes, got {len(content)}", status_code=400)
        del self._tickets[request.path_params["ticket"]]
        self.store(file, content)
        return PlainTextResponse(f"OK - {len(content)}")

    async def download(self, request: Request) -> Response:
        """With the bot's token: the bytes. Without, or without files:read: 200 and a login page, as Slack does."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        team, _, file_id = request.path_params["ids"].partition("-")
        file = self._state.files.get(file_id)
        allowed = secrets.compare_digest(token, self._app.bot_token) and "files:read" in self._app.scopes
        if not allowed or (file is not None and not self._visible(file)):
            return HTMLResponse(LOGIN_PAGE)
        if team != self._state.team_id or file is None or file.path is None:
            return PlainTextResponse("not found", status_code=404)
        return FileResponse(file.path, media_type=file.mimetype, filename=file.name)

    def _visible(self, file: StoredFile) -> bool:
        channels = [self._state.channels[channel] for channel in file.shares]
        return file.user == self._app.user_id or any(self._app.user_id in c.members for c in channels)

    def content(self, file_id: str) -> bytes | None:
        file = self._state.files.get(file_id)
        return file.path.read_bytes() if file and file.path else None

    def for_page(self, file_id: str) -> FileResponse | None:
        """For the page, which has its own session. Whatever a browser could run is sent as plain text."""
        file = self._state.files.get(file_id)
        if file is None or file.path is None:
            return None
        shown = file.mimetype.startswith(("audio/", "image/")) and "svg" not in file.mimetype
        kind = file.mimetype if shown else "text/plain" if file.mimetype.startswith("text/") else _BINARY
        headers = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
        disposition = "inline" if shown or kind == "text/plain" else "attachment"
        answer = FileResponse(file.path, media_type=kind, filename=file.name, content_disposition_type=disposition)
        answer.headers.update(headers)
        return answer


_BINARY = "application/octet-stream"


def note_share(file: StoredFile, channel: Channel, message: Json) -> None:
    share: Json = {"ts": message["ts"], "channel_name": channel.name, "team_id": message.get("team", "")}
    if thread := message.get("thread_ts"):
        share["thread_ts"] = thread
    file.shares.setdefault(channel.id, []).append(share)


async def _body(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    form: Any = await request.form()
    part = form.get("file") or form.get("filename")
    content: bytes = await part.read() if hasattr(part, "read") else b""
    return content
