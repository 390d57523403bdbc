"""Attachments from Slack: which ones are worth reading, and their bytes with the bot's token.

The token goes to Slack's own hosts only, whatever a message or a redirect says.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.errors import UnreadableFile
from bot.gather.unpack import LOGIN_PAGE, looks_like_login_page
from bot.nouns.incident import FileRef

_CHUNK = 256 * 1024
_REDIRECTS = 3
_MB = 1_000_000
_NOT_TEXT_TYPES = ("image/", "video/", "audio/", "font/")
_NOT_READ = re.compile(
    r"\.(?:png|jpe?g|gif|bmp|webp|heic|svg|ico|tiff?|mp[34]|mov|avi|mkv|webm|m4a|wav|ogg|flac|aac"
    r"|pdf|docx?|xlsx?|pptx?|od[tsp]|pages|numbers|key|gdoc|gsheet|gslides|canvas|quip"
    r"|exe|dll|so|dylib|bin|iso|dmg|apk|[jw]ar|class|pyc|[oa]|wasm|woff2?|ttf|otf"
    r"|7z|rar|xz|bz2|zst|tar|tgz|pcap|pcapng|hprof|parquet|sqlite|db)$",
    re.IGNORECASE,
)


def refusal(file: FileRef, max_bytes: int) -> str | None:
    """Why a file is not read, in words for the review; None when it is read."""
    if not file.url:
        return "Slack does not give its content: it was deleted, is hidden by the plan, or lies outside Slack"
    ending = _NOT_READ.search(file.name)
    if ending or file.mimetype.startswith(_NOT_TEXT_TYPES):
        return f"only text, logs, .gz and .zip are read, not {file.mimetype or (ending and ending[0])}"
    if file.size > max_bytes:
        return f"larger than {max_bytes // _MB:,} MB ({file.size // _MB:,} MB); attach the part that matters"
    return None


@dataclass(frozen=True)
class Download:
    """One bearer-checked download. `own_host` is host:port of the Web API, for peers other than slack.com."""

    session: aiohttp.ClientSession
    token: str
    own_host: str
    max_bytes: int
    proxy: str | None = None

    async def chunks(self, file: FileRef) -> AsyncIterator[bytes]:
        """The content in pieces. Raises UnreadableFile: refused, gone, a login page, too large, connection lost."""
        url = file.url or ""
        try:
            for _ in range(_REDIRECTS + 1):
                self._check(url)
                headers = {"Authorization": f"Bearer {self.token}"}
                async with self.session.get(url, headers=headers, allow_redirects=False, proxy=self.proxy) as answer:
                    if "Location" in answer.headers and answer.status in {301, 302, 303, 307, 308}:
                        url = urljoin(url, answer.headers["Location"])
                        continue
                    async for chunk in self._content(file, answer):
                        yield chunk
                    return
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UnreadableFile("the connection to Slack broke off while it was downloaded", url=url) from error
        raise UnreadableFile("Slack kept redirecting the download", url=url)

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        slack = parts.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))
        if not slack and parts.netloc != self.own_host:
            raise UnreadableFile("it lies outside Slack, and the bot's token is not sent there", host=host)

    async def _content(self, file: FileRef, answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
        if answer.status >= 400:
            raise UnreadableFile(_refused(answer.status), status=answer.status)
        is_html = "html" in file.mimetype or file.name.lower().endswith((".html", ".htm"))
        received = 0
        async for chunk in answer.content.iter_chunked(_CHUNK):
            if received == 0 and looks_like_login_page("" if is_html else answer.content_type, chunk):
                raise UnreadableFile(LOGIN_PAGE)
            received += len(chunk)
            if received > self.max_bytes:
                raise UnreadableFile(f"larger than {self.max_bytes // _MB:,} MB; the rest was not read")
            yield chunk


def _refused(status: int) -> str:
    if status in {401, 403}:
        return f"Slack refused the download ({status}): the bot lacks the scope files:read or is not in the channel"
    if status in {404, 410}:
        return f"Slack no longer has it ({status})"
    return f"Slack answered {status} to the download"
