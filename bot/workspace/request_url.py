"""The other way to the app: HTTP requests to its request URL, signed with the signing secret."""

import json
import secrets
from urllib.parse import urlencode

import httpx
from slack_sdk.signature import SignatureVerifier

from bot.workspace.delivery import Kind, NotAcked
from bot.workspace.state import Json, State

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


class RequestUrl:
    """A `delivery.Route` to one address for events, commands and interactivity, as Bolt serves them."""

    def __init__(self, url: str, signing_secret: str, state: State) -> None:
        self.url = url
        self._state = state
        self._signer = SignatureVerifier(signing_secret)
        self._client = httpx.AsyncClient(trust_env=False)

    async def verify(self) -> None:
        """Slack's handshake. Raises NotAcked when the app does not answer with the challenge."""
        challenge = secrets.token_hex(16)
        body = json.dumps({"type": "url_verification", "token": "offline", "challenge": challenge})
        answer = await self._post(body, _JSON, 3.0, {})
        if answer.text != challenge and challenge not in answer.text:
            raise NotAcked("challenge_failed")

    async def send(
        self, kind: Kind, payload: Json, *, timeout_s: float, attempt: int = 0, reason: str = ""
    ) -> Json | None:
        retry = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
        answer = await self._post(*_encoded(kind, payload), timeout_s, retry)
        if not answer.text.strip():
            return None
        if answer.headers.get("content-type", "").startswith(_JSON):
            found: Json = answer.json()
            return found
        return {"text": answer.text}

    async def _post(self, body: str, content_type: str, timeout_s: float, more: dict[str, str]) -> httpx.Response:
        timestamp = str(int(self._state.clock()))
        signature = self._signer.generate_signature(timestamp=timestamp, body=body) or ""
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **more,
        }
        try:
            answer = await self._client.post(self.url, content=body, headers=headers, timeout=timeout_s)
        except httpx.TimeoutException:
            raise NotAcked("http_timeout") from None
        except httpx.TransportError:
            raise NotAcked("connection_failed") from None
        if not answer.is_success:
            raise NotAcked("http_error")
        return answer

    async def close(self) -> None:
        await self._client.aclose()


def _encoded(kind: Kind, payload: Json) -> tuple[str, str]:
    if kind == "events_api":
        return json.dumps(payload), _JSON
    if kind == "slash_commands":
        return urlencode(payload), _FORM
    return urlencode({"payload": json.dumps(payload)}), _FORM
