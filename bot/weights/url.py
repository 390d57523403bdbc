"""Fetch a file from one address and go on where an interrupted download stopped."""

from collections.abc import Callable
from pathlib import Path

import httpx

from bot.errors import WeightsError
from bot.weights.catalogue import UrlSource

_TIMEOUT = httpx.Timeout(60, connect=15)


def fetch_range(source: UrlSource, part_file: Path, total: int, report: Callable[[int, int, str], None]) -> None:
    """Complete `part_file` from `source`. Raises WeightsError; what has arrived stays for the next try."""
    host = httpx.URL(source.url).host
    growing = part_file.with_name(part_file.name + ".url")
    try:
        _stream(source.url, growing, total, lambda done: report(done, total, f"from {host}"))
    except httpx.HTTPError as error:
        raise WeightsError(
            f"The download from {host} stopped: {str(error) or type(error).__name__}. Run the same command again; "
            "it goes on where it stopped.",
            url=source.url,
        ) from error
    if growing.stat().st_size != total:
        size = growing.stat().st_size
        if size > total:
            growing.unlink()
        raise WeightsError(f"{host} sent {size:,} of {total:,} bytes. Run the same command again.", url=source.url)
    growing.replace(part_file)


def _stream(url: str, growing: Path, total: int, report: Callable[[int], None]) -> None:
    done = growing.stat().st_size if growing.exists() else 0
    if done == total:
        return
    headers = {"Range": f"bytes={done}-"} if done else {}
    with (
        httpx.Client(follow_redirects=True, timeout=_TIMEOUT) as client,
        client.stream("GET", url, headers=headers) as response,
    ):
        response.raise_for_status()
        resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
        done = done if resumed else 0
        with growing.open("ab" if resumed else "wb") as stream:
            for chunk in response.iter_bytes():
                stream.write(chunk)
                done += len(chunk)
                report(min(done, total))
                if done > total:
                    return
