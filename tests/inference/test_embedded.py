"""The embedded endpoint with a real small model, through the client that production uses."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot.errors import ModelMissing, ModelUnavailable, PromptTooLong
from bot.inference import Choice, OllamaChat, connect
from bot.inference.embedded import EmbeddedEndpoint
from bot.inference.embedded.llama import Llama, Threads
from bot.nouns.ports import ChatRequest

pytestmark = [pytest.mark.model, pytest.mark.asyncio(loop_scope="module")]

MODEL = "smollm2:135m"
PREFIX = "".join(f"Fact {i}: item {i * 7} has value {i * 13}. " for i in range(60))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def endpoint(smollm2: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedEndpoint]:
    started = await EmbeddedEndpoint.start(smollm2, MODEL, 1, 4096, tmp_path_factory.mktemp("log") / "child.log")
    yield started
    await started.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def chat(endpoint: EmbeddedEndpoint) -> AsyncIterator[OllamaChat]:
    async with OllamaChat(endpoint.base_url, MODEL, num_ctx=4096, embedded=True) as client:
        yield client


async def test_an_answer_fits_its_schema(chat: OllamaChat) -> None:
    """Enum, bounds and required keys hold even for a model that understands nothing."""
    schema = {
        "type": "object",
        "properties": {
            "layer": {"enum": ["unit", "load", "chaos"]},
            "score": {"type": "integer", "minimum": 1, "maximum": 5},
            "ids": {
                "type": "array",
                "items": {"enum": ["E1", "E2"]},
                "minItems": 2,
                "maxItems": 2,
                "uniqueItems": False,
            },
        },
        "required": ["layer", "score", "ids"],
    }
    request = ChatRequest(stage="t", system="Judge.", user="The disk was full.", answer_schema=schema, max_tokens=80)
    heard: list[str] = []

    reply = await chat.chat(request, heard.append)

    assert reply.data is not None
    assert reply.data["layer"] in ("unit", "load", "chaos")
    assert len(reply.data["ids"]) == 2
    assert "".join(heard) == reply.text
    assert 0 < reply.prompt_tokens <= chat.count_tokens("Judge. The disk was full.") + 64


async def test_the_provenance_is_the_hash_of_the_file(chat: OllamaChat) -> None:
    """The digest to record is that of the bytes that run."""
    info = await chat.info()

    assert info.digest == "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
    assert (info.quantization, info.context_length, info.num_ctx, info.embedded) == ("Q4_1", 8192, 4096, True)


async def test_cancelling_frees_the_slot(chat: OllamaChat) -> None:
    """After a caller left an answer that would take minutes, the next one is served."""
    endless = {
        "type": "object",
        "properties": {"words": {"type": "array", "items": {"enum": ["red", "blue"]}, "minItems": 3000}},
        "required": ["words"],
    }
    begun = asyncio.Event()
    request = ChatRequest(stage="t", system="S", user="Colours.", answer_schema=endless, max_tokens=3900)
    task = asyncio.create_task(chat.chat(request, lambda piece: begun.set()))
    await begun.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    reply = await chat.chat(ChatRequest(stage="t", system="S", user="Hi", max_tokens=2))

    assert reply.generated_tokens == 2
    assert chat.totals.generated_tokens == 2


async def test_a_shared_prefix_is_read_once(smollm2: Path) -> None:
    """llama.cpp's own counters: of the second prompt only what is new was read."""
    llama = await asyncio.to_thread(Llama.load, smollm2, 2048, Threads(1, 1))
    news: list[tuple[int, int]] = []
    for question in ("What is item 7?", "Which value is the largest?"):
        prompt = await llama.prompt_of([{"role": "system", "content": PREFIX}, {"role": "user", "content": question}])
        body = {"prompt": await llama.tokens_of(prompt), "n_predict": 1, "temperature": 0, "cache_prompt": True}
        last = [event async for event in llama.complete(body)][-1]
        news.append((last["timings"]["prompt_n"], last["timings"]["cache_n"]))
    await llama.disconnect()
    await asyncio.to_thread(llama.close)

    assert news[0][0] > 500
    assert news[1][0] < 40
    assert news[1][1] > 500


async def test_a_prompt_that_our_estimate_let_through_is_still_refused(endpoint: EmbeddedEndpoint) -> None:
    """The server's refusal becomes PromptTooLong: nothing is ever cut."""
    async with httpx.AsyncClient(base_url=endpoint.base_url, timeout=60) as client:
        body = {
            "model": MODEL,
            "messages": [{"role": "user", "content": "7 " * 5000}],
            "truncate": False,
            "shift": False,
        }
        response = await client.post("/api/chat", json={**body, "options": {"num_ctx": 1024}})
    async with OllamaChat(endpoint.base_url, MODEL, num_ctx=4096) as chat:
        chat._estimator.learn(100_000, 100)  # a client that believes that tokens are cheap
        for _ in range(40):
            chat._estimator.learn(100_000, 1000)
        with pytest.raises(PromptTooLong, match="does not fit the context"):
            await chat.chat(ChatRequest(stage="t", system="S", user="7 " * 5000, max_tokens=8))

    assert response.status_code == 400


async def test_another_model_is_refused_with_the_way_to_it(endpoint: EmbeddedEndpoint) -> None:
    """The endpoint has one model; a pull of another one fails in the stream, with the command to run."""
    async with OllamaChat(endpoint.base_url, "qwen2.5-coder:1.5b", embedded=True) as other:
        with pytest.raises(ModelMissing, match=r"Run: testing-postmortem models pull qwen2\.5-coder:1\.5b"):
            await other.info()
    async with httpx.AsyncClient(base_url=endpoint.base_url) as client:
        ours = await client.post("/api/pull", json={"model": MODEL, "stream": False})
        other_pull = await client.post("/api/pull", json={"model": "x"})

    assert ours.json() == {"status": "success"}
    assert "models pull x" in other_pull.json()["error"]


async def test_a_page_on_another_host_name_is_refused(endpoint: EmbeddedEndpoint) -> None:
    """A web page that rebinds its name to this machine does not reach the model."""
    async with httpx.AsyncClient() as client:
        response = await client.get(f"{endpoint.base_url}/api/tags", headers={"Host": "evil.example"})

    assert response.status_code == 400


async def test_a_child_that_died_is_started_again(smollm2: Path, tmp_path: Path) -> None:
    """On the same address, so that the client's own retries find it."""
    endpoint = await EmbeddedEndpoint.start(smollm2, MODEL, 1, 1024, tmp_path / "child.log")
    async with OllamaChat(endpoint.base_url, MODEL, num_ctx=1024, tries=30) as chat:
        os.kill(endpoint.pid, signal.SIGKILL)
        reply = await chat.chat(ChatRequest(stage="t", system="S", user="Hi", max_tokens=2))
    await endpoint.stop()

    assert reply.generated_tokens == 2
    assert endpoint.restarts == 1


async def test_a_file_that_is_no_model_is_said_at_the_start(tmp_path: Path) -> None:
    """The error has the child's last words."""
    file = tmp_path / "junk.gguf"
    file.write_bytes(b"junk" * 100)

    with pytest.raises(ModelUnavailable, match=r"did not start .*junk\.gguf is not a GGUF file"):
        await EmbeddedEndpoint.start(file, MODEL, 1, 1024, tmp_path / "child.log")


async def test_the_child_ends_with_its_parent(smollm2: Path, tmp_path: Path) -> None:
    """Even when the parent is killed and cannot say goodbye."""
    script = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom bot.inference.embedded import EmbeddedEndpoint\n"
        "async def main():\n"
        f"    e = await EmbeddedEndpoint.start(Path({str(smollm2)!r}), 'm', 1, 1024, Path({str(tmp_path / 'l')!r}))\n"
        "    print(e.pid, flush=True)\n    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[2]
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=root)
    assert parent.stdout is not None
    child = int(await asyncio.to_thread(parent.stdout.readline))

    parent.kill()
    parent.wait()
    parent.stdout.close()
    while _alive(child):  # the test's own time-out is the limit
        await asyncio.sleep(0.05)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def test_without_an_ollama_the_embedded_endpoint_is_taken(smollm2: Path, tmp_path: Path) -> None:
    """The weights on this machine are enough for a model."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
    choice = Choice(MODEL, probe=nobody, threads=1, num_ctx=1024, log_path=tmp_path / "child.log")

    model, stop = await connect(choice, lambda name: smollm2 if name == MODEL else None)
    info = await model.info()
    await stop()

    assert (info.name, info.embedded, info.num_ctx) == (MODEL, True, 1024)
