"""Voices that need no model."""

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

RATE = 24_000


def tone(sentence: str) -> NDArray[np.float32]:
    """A wavering tone as long as speech of that sentence would be, with a loud peak in it."""
    at = np.arange(int(len(sentence) * 0.07 * RATE)) / RATE
    wave = 0.08 * np.sin(2 * np.pi * 220 * at) * (1 + 0.5 * np.sin(2 * np.pi * 3 * at))
    wave[len(wave) // 2 : len(wave) // 2 + 200] *= 9
    return wave.astype(np.float32)


class FakeVoice:
    """Says what `sound` makes of each sentence, and remembers the sentences."""

    name = "tone"
    engine = "kokoro-onnx"
    sample_rate = RATE

    def __init__(self, *sounds: Callable[[str], NDArray[np.float32]]) -> None:
        self._sounds = list(sounds) or [tone]
        self.heard: list[str] = []

    def speak(self, sentence: str) -> NDArray[np.float32]:
        sound = self._sounds[min(len(self.heard), len(self._sounds) - 1)]
        self.heard.append(sentence)
        return sound(sentence)


class SlowVoice(FakeVoice):
    """Waits in each sentence until `go` is set; `busy` says that one is in work."""

    def __init__(self) -> None:
        super().__init__()
        self.busy = threading.Event()
        self.go = threading.Event()

    def speak(self, sentence: str) -> NDArray[np.float32]:
        self.busy.set()
        self.go.wait(20)
        return super().speak(sentence)
