"""The parts of the embedded endpoint that need no model: reading requests, headers of files, schemas, turns."""

import asyncio
import struct
from pathlib import Path
from typing import Any

import pytest

from bot.inference.embedded import gguf, wire
from bot.inference.embedded.call import Refused, call_of, check_options, keep_alive_of, schema_of
from bot.inference.embedded.cores import generation_threads, usable_cores
from bot.inference.embedded.keeper import Busy, Keeper
from bot.inference.embedded.schema import SchemaRefused, grammar_schema


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        (0, 0.0),
        (-1, -1.0),
        (90, 90.0),
        ("10m", 600.0),
        ("1h30m", 5400.0),
        ("1.5s", 1.5),
        ("-1s", -1.0),
        ("0", 0.0),
    ],
)
def test_keep_alive_is_read_as_go_reads_it(value: Any, seconds: float | None) -> None:
    """Numbers are seconds; strings are Go durations."""
    assert seconds == keep_alive_of(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("banana", 'time: invalid duration "banana"'),
        ("10", 'time: missing unit in duration "10"'),
        ("3d", 'time: unknown unit "d" in duration "3d"'),
        ("", 'time: invalid duration ""'),
    ],
)
def test_a_bad_keep_alive_is_refused_in_gos_words(value: str, text: str) -> None:
    """Status 400 and the text that Go's parser gives."""
    with pytest.raises(Refused) as caught:
        keep_alive_of(value)

    assert (400, text) == (caught.value.status, caught.value.text)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b'"x"', "json: cannot unmarshal string into Go value of type api.ChatRequest"),
        (b"[1]", "json: cannot unmarshal array into Go value of type api.ChatRequest"),
        (b"", "missing request body"),
        (b'{"model": 3}', "json: cannot unmarshal number into Go struct field ChatRequest.model of type string"),
    ],
)
def test_a_body_that_is_no_request_is_refused(raw: bytes, text: str) -> None:
    """The same words as the Go server's decoder."""
    with pytest.raises(Refused) as caught:
        call_of(raw, "ChatRequest")

    assert text == caught.value.text


def test_what_a_request_leaves_out_has_ollamas_defaults() -> None:
    """A call streams, may be cut and may shift, unless it says otherwise."""
    call = call_of(b'{"model": "m", "messages": [{"role": "user", "content": "hi"}]}', "ChatRequest")

    assert (call.stream, call.truncate, call.shift, call.think, call.num_ctx) == (True, True, True, False, None)
    assert (call.model, call.named) == ("m:latest", "m")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"num_ctx": "big"}, 'option "num_ctx" must be of type integer'),
        ({"temperature": "hot"}, 'option "temperature" must be of type float32'),
        ({"stop": "x"}, 'option "stop" must be of type array'),
        ({"num_ctx": True}, 'option "num_ctx" must be of type integer'),
    ],
)
def test_options_of_the_wrong_type_are_named(options: dict[str, Any], text: str) -> None:
    """Status 500, as recorded; unknown options pass."""
    check_options({"foo": object(), "num_ctx": 5, "temperature": 0})
    with pytest.raises(Refused) as caught:
        check_options(options)

    assert (500, text) == (caught.value.status, caught.value.text)


def test_the_grammar_closes_objects_and_fixes_blanks() -> None:
    """Objects allow no further keys unless the schema does; values of enum and const are left alone."""
    schema = {
        "type": "object",
        "properties": {
            "a": {"type": "object", "properties": {}, "additionalProperties": True},
            "b": {"type": "array", "items": {"type": "object", "properties": {"c": {"const": {"type": "object"}}}}},
        },
    }

    made = grammar_schema(schema)

    assert made["additionalProperties"] is False
    assert made["properties"]["a"]["additionalProperties"] is True
    assert made["properties"]["b"]["items"]["additionalProperties"] is False
    assert made["properties"]["b"]["items"]["properties"]["c"] == {"const": {"type": "object"}}
    assert made["x-guidance"]["whitespace_flexible"] is False


def test_a_schema_that_is_none_is_refused() -> None:
    """An unusable schema must not end in an answer without any."""
    with pytest.raises(SchemaRefused, match="Unrecognized schema"):
        grammar_schema({"type": "banana"})


def test_format_is_json_or_a_schema() -> None:
    """Anything else is refused with the recorded words."""
    assert schema_of("json") == {"type": "object"}
    assert schema_of(None) is None
    with pytest.raises(Refused, match="invalid format"):
        schema_of("xml")


def test_times_are_written_as_go_writes_them() -> None:
    """Nanoseconds without trailing zeros, Z for UTC."""
    assert wire.timestamp(1_700_000_000_250_710_000) == "2023-11-14T22:13:20.25071Z"
    assert wire.timestamp(1_700_000_000_000_000_000) == "2023-11-14T22:13:20Z"


def test_parameters_are_written_for_people() -> None:
    """As `ollama list` does."""
    assert [wire.human_number(n) for n in (134_515_008, 1_543_714_304, 2_000_000_000, 512)] == [
        "134.52M",
        "1.5B",
        "2B",
        "512",
    ]


def _text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def _gguf(*, tensors: int = 1) -> bytes:
    """A header with a string, a number, an array of strings and one tensor."""
    facts = [
        _text("general.architecture") + struct.pack("<I", 8) + _text("llama"),
        _text("general.file_type") + struct.pack("<II", 4, 15),
        _text("llama.context_length") + struct.pack("<II", 4, 8192),
        _text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 2) + _text("ab") + _text("c"),
        _text("general.license") + struct.pack("<I", 8) + _text("mit"),
    ]
    tensor = _text("output.weight") + struct.pack("<IQQIQ", 2, 4, 8, 12, 0)
    return b"GGUF" + struct.pack("<IQQ", 3, tensors, len(facts)) + b"".join(facts) + tensor


def test_the_header_of_a_model_file_is_read_without_its_weights(tmp_path: Path) -> None:
    """Metadata, tensors and the sizes that follow from them; vocabularies are skipped."""
    file = tmp_path / "m.gguf"
    file.write_bytes(_gguf())

    header = gguf.read(file)

    assert (
        header.architecture,
        header.quantization,
        header.number("context_length"),
        header.parameters,
    ) == ("llama", "Q4_K_M", 8192, 32)
    assert header.facts["tokenizer.ggml.tokens"] is None
    assert header.facts["general.license"] == "mit"
    assert (gguf.Tensor("output.weight", "Q4_K", (4, 8)),) == header.tensors


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a model", _gguf()[:60], _gguf(tensors=2)])
def test_a_damaged_model_file_is_said(tmp_path: Path, content: bytes) -> None:
    """Other files and files that end too early raise one kind of error."""
    file = tmp_path / "m.gguf"
    file.write_bytes(content)

    with pytest.raises(ValueError, match=r"GGUF|cut off|past the end"):
        gguf.read(file)


def test_threads_follow_physical_cores_and_quota(tmp_path: Path) -> None:
    """Two threads of one core count once; a container's quota counts; one core is always left to others."""
    cpuinfo, quota = tmp_path / "cpuinfo", tmp_path / "cpu.max"
    cpuinfo.write_text("physical id\t: 0\ncore id\t: 0\n\nphysical id\t: 0\ncore id\t: 0\n")
    quota.write_text("max 100000")

    assert usable_cores(cpuinfo, quota) == 1
    assert usable_cores(tmp_path / "absent", tmp_path / "absent") >= 1
    quota.write_text("100000 100000")
    assert usable_cores(tmp_path / "absent", quota) == 1
    assert [generation_threads(n) for n in (1, 2, 8)] == [1, 1, 7]


class FakeLlama:
    """A loaded model that counts how often it was closed."""

    def __init__(self, num_ctx: int) -> None:
        self.num_ctx = num_ctx
        self.closed = 0

    async def disconnect(self) -> None:
        """There is no connection."""

    def close(self) -> None:
        self.closed += 1


class Loads:
    def __init__(self) -> None:
        self.made: list[FakeLlama] = []

    def __call__(self, num_ctx: int) -> Any:
        self.made.append(FakeLlama(num_ctx))
        return self.made[-1]


async def test_another_context_loads_the_model_anew() -> None:
    """The same context is reused; another one closes the old model first."""
    loads = Loads()
    keeper = Keeper(loads, 2048)
    for num_ctx in (None, 2048, 4096):
        async with keeper.turn(num_ctx, None) as llama:
            seen = llama.num_ctx

    assert [m.num_ctx for m in loads.made] == [2048, 4096]
    assert [m.closed for m in loads.made] == [1, 0]
    assert seen == 4096
    await keeper.unload()


async def test_keep_alive_0_unloads_at_once_and_a_short_one_later() -> None:
    """The model leaves the memory when its time is over."""
    loads = Loads()
    keeper = Keeper(loads, 2048)
    async with keeper.turn(None, 0):
        pass
    after_zero = keeper.loaded
    async with keeper.turn(None, 0.01):
        pass
    while keeper.loaded is not None:
        await asyncio.sleep(0.01)
    await keeper.unload()  # waits until the one under way is done

    assert after_zero is None
    assert [m.closed for m in loads.made] == [1, 1]


async def test_a_negative_keep_alive_is_for_ever() -> None:
    """Nothing expires."""
    keeper = Keeper(Loads(), 2048)
    async with keeper.turn(None, -1):
        pass

    assert keeper.loaded is not None
    assert keeper.expires_at is None
    await keeper.unload()


async def test_a_cancelled_caller_gives_up_the_turn() -> None:
    """The next one in the queue goes on with the model that is loaded."""
    keeper = Keeper(Loads(), 2048)
    inside = asyncio.Event()

    async def hold() -> None:
        async with keeper.turn(None, 0):
            inside.set()
            await asyncio.Event().wait()

    holder = asyncio.create_task(hold())
    await inside.wait()
    holder.cancel()
    with pytest.raises(asyncio.CancelledError):
        await holder

    async with keeper.turn(None, -1) as llama:
        assert llama.num_ctx == 2048
    await keeper.unload()


async def test_a_full_queue_is_refused() -> None:
    """As many as may wait do; the next one is told that the server is busy."""
    keeper = Keeper(Loads(), 2048, most_waiting=1)
    async with keeper.turn(None, -1):
        waiting = asyncio.create_task(keeper.unload())
        second = asyncio.create_task(_enter(keeper))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            async with keeper.turn(None, -1):
                pass
    await asyncio.gather(waiting, second)
    await keeper.unload()


async def _enter(keeper: Keeper) -> None:
    async with keeper.turn(None, -1):
        pass
