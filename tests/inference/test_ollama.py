"""The client against a scripted server: what it sends, what it repeats, and what each failure becomes."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import structlog

from bot.errors import ModelAnswerInvalid, ModelMissing, ModelUnavailable, PromptTooLong
from bot.inference.client import base_url, full_name
from bot.inference.ollama import Limits, OllamaChat
from bot.nouns.ports import ChatRequest
from tests.inference.scripted import MODEL, Scripted, Step, breaks_off, hangs, refuses, says, serving

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}, "required": ["n"]}
BUSY = "server busy, please try again.  maximum pending requests exceeded"

MakeChat = Callable[..., OllamaChat]


def ask(**changes: Any) -> ChatRequest:
    return ChatRequest(**{"stage": "cause", "system": "You are terse.", "user": "Why?", **changes})


@pytest.fixture
async def script() -> AsyncIterator[Scripted]:
    async with serving(Scripted()) as scripted:
        yield scripted


@pytest.fixture
async def slept() -> list[float]:
    return []


@pytest.fixture
async def chat_with(script: Scripted, slept: list[float]) -> AsyncIterator[MakeChat]:
    """`chat_with(*steps, **options)`: a client of a server that goes through the steps."""
    made: list[OllamaChat] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    def make(*steps: Step, **options: Any) -> OllamaChat:
        script.steps[:] = steps
        made.append(OllamaChat(script.url, MODEL, sleep=sleep, **options))
        return made[-1]

    yield make
    for chat in made:
        await chat.close()


async def test_every_call_forbids_a_cut_and_says_its_context(chat_with: MakeChat, script: Scripted) -> None:
    """num_ctx, seed, temperature, num_predict, keep_alive, truncate and shift are in each request."""
    chat = chat_with(says("fine"), num_ctx=4096, keep_alive="7m")

    await chat.chat(ask(answer_schema=None, max_tokens=99, seed=5, temperature=0.5))

    (sent,) = script.asked
    assert sent["options"] == {"num_ctx": 4096, "seed": 5, "temperature": 0.5, "num_predict": 99, "repeat_penalty": 1.0}
    assert (sent["truncate"], sent["shift"], sent["stream"], sent["keep_alive"]) == (False, False, True, "7m")
    assert "format" not in sent


async def test_the_pieces_are_reported_and_joined(chat_with: MakeChat) -> None:
    """The listener hears each piece; the reply has the parsed object and the server's counts."""
    heard: list[str] = []

    reply = await chat_with(says('{"n"', ": 3}", prompt_tokens=41)).chat(ask(answer_schema=SCHEMA), heard.append)

    assert heard == ['{"n"', ": 3}"]
    assert (reply.data, reply.prompt_tokens, reply.generated_tokens, reply.finished) == ({"n": 3}, 41, 3, True)


async def test_a_busy_server_is_asked_again(chat_with: MakeChat, script: Scripted, slept: list[float]) -> None:
    """503 is repeated, with growing waits that are not all the same."""
    chat = chat_with(refuses(503, BUSY), refuses(503, BUSY), says("fine"))

    reply = await chat.chat(ask())

    assert (reply.text, len(script.asked)) == ("fine", 3)
    assert 0.25 <= slept[0] <= 0.75
    assert 0.5 <= slept[1] <= 1.5


async def test_a_server_that_stays_busy_is_given_up(chat_with: MakeChat, script: Scripted) -> None:
    """The number of tries is bounded."""
    with pytest.raises(ModelUnavailable, match="is busy and stayed so"):
        await chat_with(refuses(503, BUSY), tries=3).chat(ask())

    assert len(script.asked) == 3


async def test_a_connection_that_breaks_is_taken_up_again(chat_with: MakeChat, script: Scripted) -> None:
    """An answer that was lost in the middle is asked for again, and only the second one counts."""
    reply = await chat_with(breaks_off("half"), says("whole")).chat(ask())

    assert (reply.text, len(script.asked)) == ("whole", 2)


@pytest.mark.parametrize(
    ("status", "said", "error", "words"),
    [
        (400, "invalid schema", ModelUnavailable, "refused the call: invalid schema"),
        (500, "llama-server process has terminated: killed", ModelUnavailable, "has terminated: killed"),
        (400, "request (9 tokens) exceeds the available context size (8 tokens)", PromptTooLong, "does not fit"),
        (400, "the prompt is longer than the context length currently available", PromptTooLong, "does not fit"),
        (404, "model 'tiny:1b' not found", ModelMissing, "Run: ollama pull tiny:1b"),
    ],
)
async def test_a_refusal_is_not_repeated(
    chat_with: MakeChat, script: Scripted, status: int, said: str, error: type[Exception], words: str
) -> None:
    """What the server refuses it would refuse again; each refusal says what to do."""
    with pytest.raises(error, match=words):
        await chat_with(refuses(status, said)).chat(ask())

    assert len(script.asked) == 1


async def test_nothing_at_the_address_is_said_with_the_ways_out(slept: list[float]) -> None:
    """After the last try the sentence names the address and what can be done."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async with OllamaChat(url, MODEL, tries=2, sleep=sleep) as chat:
        with pytest.raises(ModelUnavailable) as caught:
            await chat.chat(ask())
        with pytest.raises(ModelUnavailable):
            await chat.info()

    assert f"Nothing answers at {url}. Start Ollama, set OLLAMA_HOST, or use --no-model." == str(caught.value)
    assert len(slept) == 1


async def test_something_else_at_the_address_is_told_from_an_ollama() -> None:
    """A web server that answers with a page is not reported as a missing model."""

    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(page, "127.0.0.1", 0) as server:
        host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with OllamaChat(host, MODEL) as stranger:
            with pytest.raises(ModelUnavailable, match="does not speak Ollama's API"):
                await stranger.info()


async def test_a_stage_has_its_own_time(chat_with: MakeChat, script: Scripted) -> None:
    """A stage's limit ends the call even before the first piece, and the server sees the caller leave."""
    chat = chat_with(hangs(), limits=Limits(total_s=60, stages={"cause": 0.2}))

    with pytest.raises(ModelUnavailable, match="did not finish cause in time"):
        await chat.chat(ask())

    await script.gone.wait()


async def test_silence_in_the_middle_ends_the_call(chat_with: MakeChat, script: Scripted) -> None:
    """Once the answer has begun, a long pause is a failure that is not repeated."""
    with pytest.raises(ModelUnavailable, match="did not finish cause in time"):
        await chat_with(hangs("Well"), limits=Limits(total_s=60, idle_s=0.2)).chat(ask())

    assert len(script.asked) == 1


async def test_cancelling_closes_the_connection(chat_with: MakeChat, script: Scripted) -> None:
    """The server sees that nobody listens any more, and the next call gets its turn."""
    begun = asyncio.Event()
    chat = chat_with(hangs("Well"), says("fine"))
    task = asyncio.create_task(chat.chat(ask(), lambda piece: begun.set()))
    await begun.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await script.gone.wait()

    assert (await chat.chat(ask())).text == "fine"


async def test_one_call_at_a_time(chat_with: MakeChat, script: Scripted) -> None:
    """A second call waits for its turn before it is sent, so that its time-out does not run in the queue."""
    begun = asyncio.Event()
    chat = chat_with(hangs("Well"), says("fine"), limits=Limits(stages={"answer": 0.5}))
    first = asyncio.create_task(chat.chat(ask(), lambda piece: begun.set()))
    await begun.wait()
    second = asyncio.create_task(chat.chat(ask(stage="answer")))
    await asyncio.sleep(0.8)  # longer than the second call's whole limit

    asked_while_waiting = len(script.asked)
    first.cancel()

    assert asked_while_waiting == 1
    assert (await second).text == "fine"
    with pytest.raises(asyncio.CancelledError):
        await first


@pytest.mark.parametrize(
    ("text", "reason", "words"),
    [
        ('{"n": 1', "length", "it was cut at 256 tokens"),
        ("Sure! Here it is", "stop", "it is not JSON"),
        ('{"n": 0}', "stop", r"\$\.n: 0 is less than the minimum of 1"),
        ("{}", "stop", "'n' is a required property"),
    ],
)
async def test_an_answer_that_is_not_what_was_asked_for_is_an_error(
    chat_with: MakeChat, text: str, reason: str, words: str
) -> None:
    """Never handed on as if it were the answer; the reason is said."""
    with pytest.raises(ModelAnswerInvalid, match=words):
        await chat_with(says(text, reason=reason)).chat(ask(answer_schema=SCHEMA))


async def test_a_plain_text_that_was_cut_is_marked(chat_with: MakeChat) -> None:
    """Without a schema the text is given as far as it goes."""
    reply = await chat_with(says("Well", reason="length")).chat(ask())

    assert (reply.text, reply.finished, reply.data) == ("Well", False, None)


async def test_a_prompt_that_cannot_fit_is_not_sent(chat_with: MakeChat, script: Scripted) -> None:
    """The message has both numbers, and the server is not asked."""
    chat = chat_with(says("fine"), num_ctx=1024)

    with pytest.raises(PromptTooLong, match=r"cause needs about \d,\d{3} tokens and its answer 256, .* of 1,024"):
        await chat.chat(ask(user="word " * 1500))

    assert script.asked == []


async def test_a_prompt_that_the_server_cut_is_an_error(chat_with: MakeChat) -> None:
    """A count far below the text means that an old server ignored truncate and shift."""
    with pytest.raises(PromptTooLong, match="read only 258 tokens"):
        await chat_with(says("fine", prompt_tokens=258)).chat(ask(user="alphabet " * 3000))


async def test_an_estimate_that_was_too_low_is_logged_and_corrected(chat_with: MakeChat) -> None:
    """The next estimate of the same text is above the server's count."""
    text = "alphabet " * 1000
    chat = chat_with(says("fine", prompt_tokens=2600))

    with structlog.testing.capture_logs() as logged:
        await chat.chat(ask(user=text))

    assert [e["counted"] for e in logged if e["event"] == "token_estimate_too_low"] == [2600]
    assert chat.count_tokens(text) > 2560


async def test_info_gives_the_provenance(chat_with: MakeChat, script: Scripted) -> None:
    """Digest, size and quantization come from the endpoint; the context is never more than the model's own."""
    script.context_length = 2048

    info = await chat_with(says("fine"), num_ctx=8192).info()

    assert (info.name, info.digest, info.parameters) == (MODEL, f"digest-of-{MODEL}", 1.5)
    assert (info.quantization, info.context_length, info.num_ctx) == ("Q4_K_M", 2048, 2048)


async def test_a_missing_model_is_pulled_only_when_allowed(chat_with: MakeChat, script: Scripted) -> None:
    """Without leave the error has the command; with leave the pull is reported."""
    script.models.clear()
    with pytest.raises(ModelMissing, match=r"does not have the model tiny:1b\. Run: ollama pull tiny:1b"):
        await chat_with(says("fine")).info()
    seen: list[tuple[int, int, str]] = []

    info = await chat_with(says("fine"), pull=True, on_pull=lambda *step: seen.append(step)).info()

    assert (info.name, script.pulled) == (MODEL, [MODEL])
    assert seen == [(4, 10, "pulling"), (0, 0, "success")]


async def test_totals_count_calls_and_tokens(chat_with: MakeChat) -> None:
    """Failed calls are counted too, apart."""
    chat = chat_with(says("a", "b", prompt_tokens=50), refuses(400, "no"))

    await chat.chat(ask())
    with pytest.raises(ModelUnavailable):
        await chat.chat(ask())

    totals = chat.totals
    assert (totals.calls, totals.failed, totals.prompt_tokens, totals.generated_tokens) == (2, 1, 50, 3)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1:11434", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("gpu.example", "http://gpu.example:11434"),
        ("https://gpu.example", "https://gpu.example:443"),
        ("http://gpu.example:8080/ollama/", "http://gpu.example:8080/ollama"),
        ("[::1]:11434", "http://[::1]:11434"),
    ],
)
def test_the_host_is_read_as_ollama_reads_it(host: str, url: str) -> None:
    """Scheme and port may be left out."""
    assert url == base_url(host)


def test_a_name_without_a_tag_means_latest() -> None:
    """Also behind a registry with a port."""
    assert [full_name("llama3"), full_name("a:b"), full_name("host:5000/me/x")] == [
        "llama3:latest",
        "a:b",
        "host:5000/me/x:latest",
    ]
