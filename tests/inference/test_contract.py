"""The contract: an endpoint answers as Ollama 0.32.15 did when it was recorded.

Runs against OLLAMA_HOST_CONTRACT (a real Ollama that has smollm2:135m) when that is set, else the embedded endpoint.
"""

import json
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from bot.inference.client import base_url
from bot.inference.embedded import EmbeddedEndpoint

pytestmark = [pytest.mark.model, pytest.mark.asyncio(loop_scope="module")]

FOLDER = Path(__file__).parent / "ollama-0.32.15"
RECORDED = {file.stem: json.loads(file.read_text()) for file in sorted(FOLDER.glob("*.json"))}
CALLS = {name: record for name, record in RECORDED.items() if isinstance(record, dict)}
MODEL = "smollm2:135m"
HEADERS = ("Content-Type", "Transfer-Encoding")
WHY_DONE = {"stop": "generated", "length": "generated", "load": "load", "unload": "unload"}
SHORTENED = re.compile(r"^(?P<start>.*)\.\.\. \((?P<length>\d+) characters\)$", re.DOTALL)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def endpoint(smollm2: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the endpoint under test."""
    host, stop = os.environ.get("OLLAMA_HOST_CONTRACT"), None
    if host is None:
        log = tmp_path_factory.mktemp("embedded") / "child.log"
        child = await EmbeddedEndpoint.start(smollm2, MODEL, 1, 2048, log)
        host, stop = child.base_url, child.stop
    async with httpx.AsyncClient(base_url=base_url(host), timeout=300, trust_env=False) as client:
        yield client
    if stop is not None:
        await stop()


def whole(name: str, request: dict[str, Any]) -> dict[str, Any]:
    """The request with its shortened prompts made long again."""
    body = json.loads(json.dumps(request["body"]))
    if not isinstance(body, dict) or "messages" not in body:
        return {**request, "body": body}
    for message in body["messages"]:
        if found := SHORTENED.match(message["content"]):
            text = found["start"]
            counter = 0
            while len(text) < int(found["length"]):
                text += f" line {counter} alpha beta gamma delta"
                counter += 1
            message["content"] = text[: int(found["length"])]
    if name == "chat_many_messages_over_ctx":  # the recording shows the first few of them
        body["messages"][1:1] = body["messages"][1:3] * 12
    return {**request, "body": body}


async def send(endpoint: httpx.AsyncClient, request: dict[str, Any]) -> httpx.Response:
    content = None if request["body"] is None else json.dumps(request["body"])
    return await endpoint.request(request["method"], request["path"], content=content)


async def bring_about(endpoint: httpx.AsyncClient, name: str) -> None:
    """What went before a recording of /api/ps: the model loaded, or taken out."""
    if name.startswith("ps"):
        loaded = name in ("ps", "ps_after_preload")
        body = {"model": MODEL, "messages": [], "stream": False, "keep_alive": "10m" if loaded else 0}
        (await endpoint.post("/api/chat", json=body)).raise_for_status()


def shape(value: Any) -> Any:
    """Keys in their order and the kinds of the values; a list by its first entry."""
    if isinstance(value, dict):
        return [(key, shape(entry)) for key, entry in value.items()]
    if isinstance(value, list):
        return ["list", *([shape(value[0])] if value else [])]
    return type(value).__name__


def of_one_model(answer: Any) -> Any:
    """In a list of models only ours counts: another Ollama has other ones."""
    if isinstance(answer, dict) and "models" in answer:
        return {"models": [entry for entry in answer["models"] if entry["name"] == MODEL]}
    return answer


@pytest.mark.parametrize("name", sorted(set(CALLS) - {"show", "chat_schema_stream", "chat_stream"}))
async def test_an_answer_has_the_recorded_form(endpoint: httpx.AsyncClient, name: str) -> None:
    """Status, headers, keys in order, kinds of values and error texts are the recorded ones."""
    record = CALLS[name]
    await bring_about(endpoint, name)

    response = await send(endpoint, whole(name, record["request"]))

    assert record["status"] == response.status_code
    assert record["headers"] == {h: response.headers[h] for h in HEADERS if h in response.headers}
    if "raw" in record:
        assert record["raw"] == response.text
    elif "error" in record["json"]:
        assert re.sub(r"\d+", "N", record["json"]["error"]) == re.sub(r"\d+", "N", response.json()["error"])
    else:
        assert shape(of_one_model(record["json"])) == shape(of_one_model(response.json()))
        assert WHY_DONE.get(record["json"].get("done_reason")) == WHY_DONE.get(response.json().get("done_reason"))


@pytest.mark.parametrize("name", ["chat_schema_stream", "chat_stream"])
async def test_a_stream_has_the_recorded_form(endpoint: httpx.AsyncClient, name: str) -> None:
    """One JSON object a line: pieces that are not done, then an empty one with the counts."""
    record = CALLS[name]

    response = await send(endpoint, record["request"])
    lines = [json.loads(line) for line in response.text.splitlines()]

    assert record["headers"] == {h: response.headers[h] for h in HEADERS if h in response.headers}
    assert {str(shape(record["raw_lines"][0]))} == {str(shape(line)) for line in lines[:-1]}
    assert shape(record["raw_lines"][-1]) == shape(lines[-1])
    assert lines[-1]["message"]["content"] == ""


async def test_show_has_the_recorded_form(endpoint: httpx.AsyncClient) -> None:
    """Every part of /api/show is there; the metadata of another file of the same model may have other keys."""
    record = CALLS["show"]

    response = await send(endpoint, record["request"])
    recorded, shown = dict(record["json"]), response.json()
    recorded_info, info = recorded.pop("model_info"), shown["model_info"]

    assert record["headers"] == {h: response.headers[h] for h in HEADERS if h in response.headers}
    assert list(record["json"]) == list(shown)
    assert shape(recorded) == shape({key: value for key, value in shown.items() if key != "model_info"})
    assert sorted(info) == list(info)
    for key in ("general.architecture", "general.parameter_count", "llama.context_length", "llama.embedding_length"):
        assert recorded_info[key] == info[key]


async def test_the_answer_to_a_schema_fits_it(endpoint: httpx.AsyncClient) -> None:
    """Structured output is enforced by the server, not hoped for."""
    response = await send(endpoint, {**CALLS["chat_schema"]["request"]})

    answer = json.loads(response.json()["message"]["content"])
    assert {"colours", "severity"} == set(answer)
    assert answer["severity"] in ("low", "high")


async def test_the_cached_prefix_is_counted_but_not_read_again(endpoint: httpx.AsyncClient) -> None:
    """The prompt count includes what the cache had, so that it can be compared with our own count."""
    first = (await send(endpoint, whole("prefix_1", CALLS["prefix_1"]["request"]))).json()
    second = (await send(endpoint, whole("prefix_2", CALLS["prefix_2_same_prefix"]["request"]))).json()

    assert abs(first["prompt_eval_count"] - second["prompt_eval_count"]) < 10
    assert second["prompt_eval_count"] > 500
