"""Voices, and engines that lack something."""

import sys
from pathlib import Path

import numpy as np
import pytest

from bot.errors import SpeechError
from bot.nouns.ports import Voice
from bot.speech import voices
from bot.speech.onnx import OnnxVoice
from bot.speech.torch import TorchVoice


def test_every_shipped_voice_loads() -> None:
    """The voices that come with the package are whole: (510, 1, 256), finite."""
    assert voices.shipped() == ("af_heart",)
    for name in voices.shipped():
        styles = voices.load_voice(name)
        assert styles.shape == (510, 1, 256)
        assert np.isfinite(styles).all()


def test_a_voice_by_path(tmp_path: Path) -> None:
    """A raw float32 file elsewhere is a voice; its name is that of the file, its accent from Kokoro's naming."""
    path = tmp_path / "bf_test.bin"
    path.write_bytes(np.ones((5, 256), dtype="<f4").tobytes())
    assert voices.load_voice(str(path)).shape == (5, 1, 256)
    assert (voices.voice_name(str(path)), voices.language(str(path))) == ("bf_test", "en-gb")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no voice"),
        (b"", "not a Kokoro voice"),
        (b"x" * 1000, "not a Kokoro voice"),
        (np.full(256, np.nan, dtype="<f4").tobytes(), "damaged"),
    ],
)
def test_unusable_voice_files(tmp_path: Path, content: bytes | None, said: str) -> None:
    """A missing, foreign or damaged voice file is a SpeechError."""
    path = tmp_path / "voice.bin"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SpeechError, match=said):
        voices.load_voice(str(path))


def test_a_changed_shipped_voice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash of a shipped voice is checked."""
    (tmp_path / "af_heart.bin").write_bytes(np.ones(256, dtype="<f4").tobytes())
    monkeypatch.setattr(voices, "_SHIPPED", tmp_path)
    with pytest.raises(SpeechError, match="damaged"):
        voices.load_voice("af_heart")


def test_engines_are_voices(tmp_path: Path) -> None:
    """Both engines fit the port, and building one reads nothing."""
    engines: list[Voice] = [OnnxVoice(tmp_path / "none"), TorchVoice(tmp_path / "none")]
    assert [(each.name, each.engine, each.sample_rate) for each in engines] == [
        ("af_heart", "kokoro-onnx", 24_000),
        ("af_heart", "kokoro", 24_000),
    ]


def test_missing_onnx_model(tmp_path: Path) -> None:
    """Without the model file the error gives the command that fetches it."""
    with pytest.raises(SpeechError, match=r"testing-postmortem models pull kokoro-v1\.0\.int8"):
        OnnxVoice(tmp_path / "kokoro.onnx").speak("Hello.")


@pytest.mark.parametrize("content", [b"", b"junk" * 100])
def test_damaged_onnx_model(tmp_path: Path, content: bytes) -> None:
    """A file that is no model is a SpeechError, not a stack trace."""
    path = tmp_path / "kokoro.onnx"
    path.write_bytes(content)
    with pytest.raises(SpeechError, match="damaged"):
        OnnxVoice(path).load()


def test_missing_checkpoint(tmp_path: Path) -> None:
    """Without the checkpoint the error says where to get one."""
    with pytest.raises(SpeechError, match=r"kokoro-v1_0\.pth"):
        TorchVoice(tmp_path / "kokoro.pth").load()


def test_missing_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package `kokoro` the error says how to install it and what to use instead."""
    monkeypatch.setitem(sys.modules, "kokoro", None)
    path = tmp_path / "kokoro.pth"
    path.write_bytes(b"")
    with pytest.raises(SpeechError, match=r"requirements/kokoro\.txt.*kokoro-onnx"):
        TorchVoice(path).load()
