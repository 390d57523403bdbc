"""Socket Mode: the websocket over which the app gets envelopes and sends its acks."""

import asyncio
import contextlib
import secrets
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.workspace.delivery import Kind, NotAcked
from bot.workspace.slack_app import SlackApp
from bot.workspace.state import Json

log = structlog.get_logger(__name__)

CONNECTIONS = 10


@dataclass(eq=False)
class Connection:
    """One open websocket and the envelopes that wait for their ack."""

    socket: WebSocket
    waiting: dict[str, asyncio.Future[Json | None]] = field(default_factory=dict)
    leaving: bool = False

    def lost(self) -> None:
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(NotAcked("socket_closed"))


class SocketMode:
    """A `delivery.Route` over the connections that are open; each envelope goes to one of them, in turn."""

    def __init__(self, app: SlackApp) -> None:
        self._app = app
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []
        self._turn = count()
        self._connected = asyncio.Event()

    def new_url(self, base_url: str) -> str:
        """The address that apps.connections.open gives; good for one connection."""
        ticket = secrets.token_urlsafe(24)
        self._tickets.add(ticket)
        return f"{base_url.replace('http', 'ws', 1)}/link?ticket={ticket}&app_id={self._app.id}"

    @property
    def connections(self) -> int:
        return len(self._connections)

    async def connected(self) -> None:
        """Returns when the app has a connection open."""
        await self._connected.wait()

    async def endpoint(self, socket: WebSocket) -> None:
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets or len(self._connections) >= CONNECTIONS:
            await socket.close(1008)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        connection = Connection(socket)
        self._connections.append(connection)
        try:
            await socket.send_json(self._hello())
            self._connected.set()
            while True:
                self._ack(connection, await socket.receive_json())
        except WebSocketDisconnect:
            pass
        finally:
            self._connections.remove(connection)
            connection.lost()
            if not self._connections:
                self._connected.clear()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "debug_info": {"host": "offline", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app.id},
        }

    def _ack(self, connection: Connection, answer: Any) -> None:
        future = connection.waiting.get(answer.get("envelope_id", "")) if isinstance(answer, dict) else None
        if future is None or future.done():
            log.info("ack_unknown", answer=answer)
            return
        future.set_result(answer.get("payload"))

    async def send(
        self, kind: Kind, payload: Json, *, timeout_s: float, attempt: int = 0, reason: str = ""
    ) -> Json | None:
        open_ones = [one for one in self._connections if not one.leaving]
        if not open_ones:
            raise NotAcked("no_connection")
        connection = open_ones[next(self._turn) % len(open_ones)]
        envelope = _envelope(kind, payload, attempt, reason)
        future: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = future
        try:
            await connection.socket.send_json(envelope)
            return await asyncio.wait_for(future, timeout_s)
        except TimeoutError:
            raise NotAcked("timeout") from None
        except (WebSocketDisconnect, RuntimeError):  # the socket closed while it was written to
            raise NotAcked("socket_closed") from None
        finally:
            connection.waiting.pop(envelope["envelope_id"], None)
            if not future.done():
                future.cancel()
            elif not future.cancelled():
                future.exception()  # seen, so that asyncio does not report it as lost

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every client to come back over a new connection, as Slack does every few hours."""
        for connection in list(self._connections):
            connection.leaving = True
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})

    async def close(self, code: int = 1001) -> None:
        """Close all connections at once, without warning."""
        for connection in list(self._connections):
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await connection.socket.close(code)


def _envelope(kind: Kind, payload: Json, attempt: int, reason: str) -> Json:
    envelope: Json = {"envelope_id": secrets.token_hex(16), "type": kind, "payload": payload}
    envelope["accepts_response_payload"] = kind != "events_api"
    if kind == "events_api":
        envelope |= {"retry_attempt": attempt, "retry_reason": reason}
    return envelope
