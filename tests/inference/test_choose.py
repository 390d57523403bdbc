"""Which endpoint is taken, and what is said when there is none."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import ModelMissing, ModelUnavailable
from bot.inference import Choice, choose, connect, ollama_models, pull
from tests.inference.scripted import MODEL, Scripted, says, serving


@pytest.fixture
async def script() -> AsyncIterator[Scripted]:
    async with serving(Scripted([says("fine")])) as scripted:
        yield scripted


@pytest.fixture
def nobody() -> str:
    """An address where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def no_weights(name: str) -> Path | None:
    return None


async def test_the_host_that_was_set_is_taken(script: Scripted, nobody: str) -> None:
    """Without a look at any other place."""
    model, stop = await connect(Choice(MODEL, ollama_host=script.url, probe=nobody), no_weights)

    assert model.url == script.url
    assert not (await model.info()).embedded
    await stop()


async def test_an_ollama_on_this_machine_is_found(script: Scripted) -> None:
    """When no host is set, the usual address is asked."""
    model, stop = await connect(Choice(MODEL, probe=script.url), no_weights)

    assert model.url == script.url
    await stop()


async def test_a_host_that_was_set_is_never_replaced(nobody: str, script: Scripted) -> None:
    """Somebody chose it: its failure is said, not papered over by another endpoint."""
    with pytest.raises(ModelUnavailable, match=f"Nothing answers at {nobody}"):
        await connect(Choice(MODEL, ollama_host=nobody, probe=script.url), no_weights)


async def test_without_an_endpoint_both_ways_out_are_said(nobody: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pull in Ollama, or fetch the weights for the embedded endpoint."""
    monkeypatch.setattr(choose, "is_available", lambda: True)

    with pytest.raises(ModelMissing) as caught:
        await connect(Choice(MODEL, probe=nobody), no_weights)

    assert "ollama pull tiny:1b" in str(caught.value)
    assert "testing-postmortem models pull tiny:1b" in str(caught.value)


async def test_without_the_package_its_install_is_said(nobody: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights alone are of no use without llama.cpp."""
    monkeypatch.setattr(choose, "is_available", lambda: False)

    with pytest.raises(ModelUnavailable, match=r"testing-postmortem\[embedded\]"):
        await connect(Choice(MODEL, probe=nobody), lambda name: Path("/weights"))


async def test_what_an_ollama_has_is_listed_and_pulled(script: Scripted) -> None:
    """For `models list` and `models pull`."""
    script.models = ["b:1", "a:1"]
    steps: list[str] = []

    pulled = await pull(script.url, "c:1", lambda done, total, note: steps.append(note))
    listed = await ollama_models(script.url)

    assert [m.name for m in listed] == ["a:1", "b:1", "c:1"]
    assert (listed[0].bytes, listed[0].quantization) == (7, "Q4_K_M")
    assert (pulled.name, steps) == ("c:1", ["pulling", "success"])


async def test_a_list_without_an_ollama_is_an_error(nobody: str) -> None:
    """The address is named."""
    with pytest.raises(ModelUnavailable, match=nobody):
        await ollama_models(nobody)
