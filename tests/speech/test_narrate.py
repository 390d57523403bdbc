"""From text to an mp3 file, with voices that need no model."""

import asyncio
import errno
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from structlog.testing import capture_logs

from bot.errors import SpeechError
from bot.nouns.answer import Narration
from bot.nouns.request import Progress
from bot.speech.narrate import MOST_CHARACTERS, narrate
from tests.speech.fakes import RATE, FakeVoice, SlowVoice, tone

TEXT = "The pool filled at 14:05 UTC. Nobody was paged for 18 min. No load test covers a slow database."


def invalid(sentence: str) -> NDArray[np.float32]:
    samples = tone(sentence)
    samples[100:] = np.nan
    return samples


def silent(sentence: str) -> NDArray[np.float32]:
    return np.zeros(len(tone(sentence)), dtype=np.float32)


def endless(sentence: str) -> NDArray[np.float32]:
    return np.tile(tone(sentence), 8)


def cut(sentence: str) -> NDArray[np.float32]:
    return tone(sentence)[: RATE // 10]


def nothing(_: str) -> NDArray[np.float32]:
    return np.zeros(0, dtype=np.float32)


class Heard:
    """A report that remembers."""

    def __init__(self) -> None:
        self.steps: list[Progress] = []

    async def __call__(self, progress: Progress) -> None:
        self.steps.append(progress)


async def test_each_sentence_is_spoken_in_spoken_form(tmp_path: Path) -> None:
    """The voice gets one sentence at a time, in words, and the record says what was made."""
    voice, out = FakeVoice(), tmp_path / "summary.mp3"
    made = await narrate(TEXT, voice, out, Heard())
    expected = [
        "The pool filled at fourteen oh five U T C.",
        "Nobody was paged for eighteen minutes.",
        "No load test covers a slow database.",
    ]
    assert expected == voice.heard
    assert isinstance(made, Narration)
    assert (str(out), 3, "tone", "kokoro-onnx") == (made.path, made.sentences, made.voice, made.engine)
    assert made.seconds == pytest.approx(sum(len(tone(s)) for s in expected) / RATE + 2 * 0.35, abs=0.01)
    assert made.lufs == pytest.approx(-16, abs=0.2)
    assert [out] == list(tmp_path.iterdir())


async def test_progress_counts_sentences(tmp_path: Path) -> None:
    """The report hears of every sentence and ends at the total."""
    heard = Heard()
    await narrate(TEXT, FakeVoice(), tmp_path / "a.mp3", heard)
    assert [(step.done, step.total) for step in heard.steps] == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert {"speak"} == {step.stage for step in heard.steps}


@pytest.mark.parametrize(
    ("sound", "said"),
    [
        (invalid, "invalid samples"),
        (silent, "silence"),
        (endless, "seconds for"),
        (cut, "seconds for"),
        (nothing, "no sound"),
    ],
)
async def test_bad_audio_is_an_error(tmp_path: Path, sound, said: str) -> None:
    """Audio that is not speech, twice, ends in a SpeechError that says what it was; no file is left."""
    voice = FakeVoice(sound)
    with capture_logs() as logs, pytest.raises(SpeechError, match=said):
        await narrate(TEXT, voice, tmp_path / "a.mp3", Heard())
    assert len(voice.heard) == 2
    assert [entry["event"] for entry in logs] == ["speech_sentence_bad"] * 2
    assert list(tmp_path.iterdir()) == []


async def test_one_bad_sentence_is_tried_again(tmp_path: Path) -> None:
    """A second try that is good goes on as if nothing had happened."""
    voice = FakeVoice(invalid, tone)
    made = await narrate(TEXT, voice, tmp_path / "a.mp3", Heard())
    assert made.sentences == 3
    assert voice.heard[0] == voice.heard[1]


async def test_cancelling_leaves_no_file(tmp_path: Path) -> None:
    """A cancelled narration stops before the next sentence and writes nothing."""
    voice = SlowVoice()
    task = asyncio.create_task(narrate(TEXT, voice, tmp_path / "a.mp3", Heard()))
    await asyncio.to_thread(voice.busy.wait, 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    voice.go.set()
    await asyncio.sleep(0.05)
    assert len(voice.heard) <= 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "  \n", "... --- ***", "`` ``"])
async def test_no_words(tmp_path: Path, text: str) -> None:
    """A summary without words cannot be spoken."""
    with pytest.raises(SpeechError, match="nothing to say"):
        await narrate(text, FakeVoice(), tmp_path / "a.mp3", Heard())


async def test_too_long(tmp_path: Path) -> None:
    """A text over the limit is refused before anything is spoken."""
    voice = FakeVoice()
    with pytest.raises(SpeechError, match="too long"):
        await narrate("The pool was full. " * (MOST_CHARACTERS // 10), voice, tmp_path / "a.mp3", Heard())
    assert voice.heard == []


async def test_unwritable_folder(tmp_path: Path) -> None:
    """A file that cannot be written is a SpeechError that says what to check."""
    with pytest.raises(SpeechError, match="could not be written") as caught:
        await narrate(TEXT, FakeVoice(), tmp_path / "missing" / "a.mp3", Heard())
    assert caught.value.__cause__ is not None
    assert caught.value.__cause__.errno == errno.ENOENT


async def test_an_older_file_is_replaced_whole(tmp_path: Path) -> None:
    """A new narration replaces the old one; a failed one keeps it."""
    out = tmp_path / "a.mp3"
    out.write_bytes(b"old")
    with pytest.raises(SpeechError):
        await narrate(TEXT, FakeVoice(silent), out, Heard())
    assert out.read_bytes() == b"old"
    await narrate(TEXT, FakeVoice(), out, Heard())
    assert out.stat().st_size > 5_000


async def test_the_port_is_all_that_is_needed(tmp_path: Path) -> None:
    """Special characters of a title survive, and a summary of one word is a narration."""
    made = await narrate("Resolved.", FakeVoice(), tmp_path / "a.mp3", Heard(), title="Störung – 12:00")
    assert made.sentences == 1
    assert "Störung".encode("utf-16-le") in (tmp_path / "a.mp3").read_bytes()[:80]
