"""Kokoro-82M on onnxruntime (`kokoro-onnx`): the default engine, quick on a CPU."""

import logging
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.errors import SpeechError
from bot.speech.voices import language, load_voice, voice_name
from bot.speech.words import LETTER_A

if TYPE_CHECKING:
    from kokoro_onnx import Kokoro
    from onnxruntime import InferenceSession

_PULL = "testing-postmortem models pull kokoro-v1.0.int8"


class OnnxVoice:
    """A `Voice`. The model is loaded at the first sentence (or by `load`), in whatever thread that is."""

    engine = "kokoro-onnx"
    sample_rate = 24_000

    def __init__(self, model_path: Path, voice: str = "af_heart", *, threads: int = 2, speed: float = 1.0) -> None:
        """`voice` is a shipped name or a path; `threads` bounds the cores that one sentence may use."""
        self._model_path = model_path
        self._voice = voice
        self._threads = threads
        self._speed = speed
        self._loading = threading.Lock()
        self._loaded: tuple[Kokoro, NDArray[np.float32]] | None = None

    @property
    def name(self) -> str:
        return voice_name(self._voice)

    def load(self) -> None:
        """Read model and voice now. Raises SpeechError saying which file is missing and how to get it."""
        self._engine()

    def speak(self, sentence: str) -> NDArray[np.float32]:
        """See `Voice.speak`; silence at both ends is trimmed."""
        from onnxruntime.capi import (  # noqa: PLC0415 - see `_open`
            onnxruntime_pybind11_state as failures,
        )

        kokoro, styles = self._engine()
        text = LETTER_A.sub("eigh", sentence)  # espeak says a lone "A" as the article
        try:
            samples, _ = kokoro.create(text, styles, speed=self._speed, lang=language(self._voice))
        except (ValueError, RuntimeError, failures.RuntimeException, failures.Fail, failures.InvalidArgument) as error:
            raise SpeechError(
                "The speech engine failed on a sentence of the summary.", cause=str(error), characters=len(sentence)
            ) from error
        return np.asarray(samples, dtype=np.float32).reshape(-1)

    def _engine(self) -> "tuple[Kokoro, NDArray[np.float32]]":
        with self._loading:
            if self._loaded is None:
                styles = load_voice(self._voice)
                self._loaded = _open(self._model_path, styles, self._threads), styles
            return self._loaded


def _open(model_path: Path, styles: NDArray[np.float32], threads: int) -> "Kokoro":
    if not model_path.is_file():
        raise SpeechError(f"The speech model is not there. Get it with `{_PULL}`.", path=str(model_path))
    try:
        from kokoro_onnx import Kokoro  # noqa: PLC0415 - half a second, only when something is spoken
    except ImportError as error:
        raise SpeechError("The package kokoro-onnx does not load. Install the bot again.", cause=str(error)) from error
    logging.getLogger("phonemizer").setLevel(logging.ERROR)  # its warnings count words, which we do not use
    session = _session(model_path, threads)
    with tempfile.TemporaryDirectory() as folder:  # the package takes voices from a file only
        voices = Path(folder) / "voices.npy"
        np.save(voices, styles)
        kokoro: Kokoro = Kokoro.from_session(session, str(voices))
    return kokoro


def _session(model_path: Path, threads: int) -> "InferenceSession":
    import onnxruntime  # noqa: PLC0415 - see `_open`
    from onnxruntime.capi import onnxruntime_pybind11_state as failures  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # no two sentences have the same shape
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting must not burn a core
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(model_path), options, providers=["CPUExecutionProvider"])
    except (
        failures.Fail,
        failures.InvalidArgument,
        failures.InvalidGraph,
        failures.InvalidProtobuf,
        failures.NoSuchFile,
        failures.NotImplemented,
        failures.RuntimeException,
    ) as error:
        raise SpeechError(
            f"The speech model is damaged. Delete it and get it again with `{_PULL}`.",
            path=str(model_path),
            cause=str(error),
        ) from error
