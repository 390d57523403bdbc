"""The Ollama client with the two request fields that the library's typed signature lacks."""

import ipaddress
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import urlsplit

import httpx
from ollama import AsyncClient, ChatResponse

DEFAULT_PORT = 11434
_CONNECT_S = 10.0


class WholePromptClient(AsyncClient):
    """`chat_whole` asks the server to refuse a prompt that does not fit; by default Ollama cuts it and says nothing."""

    async def chat_whole(self, body: dict[str, Any]) -> AsyncGenerator[ChatResponse, None]:
        """Stream one chat. `AsyncClient.chat` of 0.6 has no `truncate` and no `shift`, so the body is ours."""
        whole = {**body, "stream": True, "truncate": False, "shift": False}
        # the library hands out a generator and calls it an iterator
        return await self._request(ChatResponse, "POST", "/api/chat", json=whole, stream=True)  # type: ignore[return-value]

    async def close(self) -> None:
        await self._client.aclose()


def base_url(host: str) -> str:
    """The address in OLLAMA_HOST as a URL: scheme and port are filled in, 0.0.0.0 means this machine."""
    parts = urlsplit(host if "://" in host else f"http://{host}")
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme if "://" in host else "", DEFAULT_PORT)
    name = parts.hostname or "127.0.0.1"
    name = "127.0.0.1" if name in ("0.0.0.0", "::") else name  # noqa: S104 - a listening address, not where to connect
    return f"{parts.scheme}://{f'[{name}]' if ':' in name else name}:{port}{parts.path.rstrip('/')}"


def open_client(url: str) -> WholePromptClient:
    """A client without read time-out (the caller has its own per stage) that takes no proxy to this machine."""
    return WholePromptClient(url, timeout=httpx.Timeout(None, connect=_CONNECT_S), trust_env=not _is_local(url))


def _is_local(url: str) -> bool:
    name = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def full_name(model: str) -> str:
    """Ollama's name with its tag: "llama3" means "llama3:latest"."""
    return model if ":" in model.rsplit("/", 1)[-1] else f"{model}:latest"
