"""Fetching from an address, against a small server on loopback that can break off."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.errors import WeightsError
from bot.weights import Weights, fetch
from bot.weights.catalogue import load_catalogue
from tests.weights.carrier import CONTENT


class Mirror(ThreadingHTTPServer):
    """Serves CONTENT; `break_after` bytes of the first answer are sent, then the connection is cut."""

    break_after: int | None = None
    ranges = True
    asked: list[str | None]


class Handler(BaseHTTPRequestHandler):
    server: Mirror

    def log_message(self, *args: object) -> None:
        """Tests stay quiet."""

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.asked.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.server.ranges else 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        end, self.server.break_after = self.server.break_after, None
        self.wfile.write(CONTENT[start:end])
        self.close_connection = True


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    server = Mirror(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def entry(mirror: Mirror) -> Weights:
    return load_catalogue(
        f"""
        ["tiny:1b"]
        file = "tiny.gguf"
        kind = "chat"
        bytes = {len(CONTENT)}
        sha256 = "{hashlib.sha256(CONTENT).hexdigest()}"
        licence = "MIT"
        [["tiny:1b".sources]]
        kind = "url"
        url = "http://127.0.0.1:{mirror.server_address[1]}/tiny.gguf"
        """
    )["tiny:1b"]


def quiet(done: int, total: int, note: str) -> None:
    """A report that nobody reads."""


def test_a_download_that_broke_off_is_continued(mirror: Mirror, tmp_path: Path) -> None:
    """The second try asks for the rest only."""
    mirror.break_after = 300_000
    with pytest.raises(WeightsError, match="goes on where it stopped"):
        fetch(entry(mirror), tmp_path, quiet)

    file = fetch(entry(mirror), tmp_path, quiet)

    assert file.read_bytes() == CONTENT
    assert mirror.asked[0] is None
    assert mirror.asked[1] is not None


def test_a_server_without_ranges_starts_again(mirror: Mirror, tmp_path: Path) -> None:
    """A full answer to a range request replaces what was there."""
    mirror.break_after, mirror.ranges = 300_000, False
    with pytest.raises(WeightsError):
        fetch(entry(mirror), tmp_path, quiet)

    assert fetch(entry(mirror), tmp_path, quiet).read_bytes() == CONTENT


def test_an_address_that_is_gone_is_named(mirror: Mirror, tmp_path: Path) -> None:
    """A refused connection becomes a sentence that says what to do."""
    weights = entry(mirror)
    mirror.shutdown()
    mirror.server_close()

    with pytest.raises(WeightsError, match=r"Could not fetch tiny\.gguf.*127\.0\.0\.1 stopped"):
        fetch(weights, tmp_path, quiet)
