"""response_url: up to five answers within thirty minutes to whoever ran a command or pressed a button."""

import secrets
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.workspace import limits, talk
from bot.workspace.refusal import SlackRefusal
from bot.workspace.state import Channel, Json, State, User

USES = 5
LIFE_S = 30 * 60.0


@dataclass
class Slot:
    """Where an answer goes. `source_ts` is the message whose button was pressed, which can be replaced."""

    channel: Channel
    reader: str
    expires: float
    source_ts: str = ""
    thread_ts: str | None = None
    uses: int = 0


class ResponseUrls:
    def __init__(self, state: State, bot: User) -> None:
        self._state = state
        self._bot = bot
        self._slots: dict[str, Slot] = {}

    def new(self, channel: Channel, reader: str, *, source_ts: str = "", thread_ts: str | None = None) -> str:
        key = secrets.token_urlsafe(18)
        expires = self._state.clock() + LIFE_S
        self._slots[key] = Slot(channel, reader, expires, source_ts, thread_ts)
        return f"{self._state.base_url}/response/{key}"

    async def endpoint(self, request: Request) -> Response:
        slot = self._slots.get(request.path_params["key"])
        if slot is None or slot.uses >= USES:
            return JSONResponse({"ok": False, "error": "used_url"}, 404)
        if self._state.clock() > slot.expires:
            return JSONResponse({"ok": False, "error": "expired_url"}, 404)
        try:
            body = await request.json()
            if not isinstance(body, dict):
                return JSONResponse({"ok": False, "error": "invalid_payload"}, 400)
            self.answer(slot, body)
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_payload"}, 400)
        except SlackRefusal as refused:
            return JSONResponse({"ok": False, "error": refused.error, **refused.more}, 400)
        slot.uses += 1
        return PlainTextResponse("ok")

    def respond(self, channel: Channel, reader: str, answer: Json) -> None:
        """An answer that came with the ack itself."""
        self.answer(Slot(channel, reader, 0), answer)

    def answer(self, slot: Slot, answer: Json) -> None:
        if answer.get("delete_original"):
            self._delete(slot)
            return
        text, blocks = str(answer.get("text") or ""), answer.get("blocks")
        limits.check_message(text, blocks, answer.get("attachments"))
        fields: dict[str, Any] = {"text": text, "blocks": blocks, "attachments": answer.get("attachments")}
        if answer.get("replace_original") and slot.source_ts:
            self._replace(slot, fields)
            return
        thread_ts = answer.get("thread_ts") or slot.thread_ts
        if answer.get("response_type") == "in_channel":
            talk.say(self._state, slot.channel, self._bot, thread_ts=thread_ts, **fields)
        else:
            talk.whisper(self._state, slot.channel, self._bot, slot.reader, thread_ts=thread_ts, **fields)

    def _replace(self, slot: Slot, fields: dict[str, Any]) -> None:
        if whispered := self._state.ephemeral.get(slot.source_ts):
            whispered |= {"text": fields["text"], "blocks": talk.with_ids(fields["blocks"] or [])}
            self._state.emit({"type": "page_ephemeral", "message": whispered})
        else:
            fields = {**fields, "blocks": fields["blocks"] or []}
            talk.change(self._state, slot.channel, slot.source_ts, fields, by=self._bot.id)

    def _delete(self, slot: Slot) -> None:
        if slot.source_ts in self._state.ephemeral:
            talk.hush(self._state, slot.source_ts)
        else:
            talk.take_back(self._state, slot.channel, slot.source_ts)
