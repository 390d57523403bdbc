"""Loudness and the limiter."""

import io

import av
import numpy as np
import pyloudnorm
import pytest
from scipy.signal import resample_poly

from bot.errors import SpeechError
from bot.speech.loudness import levelled, limit, true_peaks
from bot.speech.mp3 import mp3
from tests.speech.fakes import RATE, tone

SENTENCE = "The connection pool was full and every retry made it worse."


def decoded(data: bytes) -> np.ndarray:
    with av.open(io.BytesIO(data)) as container:
        return np.concatenate([frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)])


def test_peaks_between_samples_are_seen() -> None:
    """A sine sampled away from its crests has a true peak above its largest sample."""
    wave = np.sin(np.pi / 2 * np.arange(400) + np.pi / 4).astype(np.float32)
    assert float(np.abs(wave).max()) == pytest.approx(0.707, abs=0.001)
    assert float(true_peaks(wave)[100:300].max()) == pytest.approx(1.0, abs=0.03)


def test_limiter_holds_the_ceiling() -> None:
    """After limiting no true peak is over the ceiling, and quiet parts far from a peak are untouched."""
    wave = tone(SENTENCE)
    limited = limit(wave, RATE, ceiling=0.2)
    assert float(true_peaks(limited).max()) <= 0.2 * 1.01
    assert np.array_equal(wave[:1000], limited[:1000])


def test_quiet_audio_passes_the_limiter() -> None:
    """Audio under the ceiling comes back as it is."""
    wave = tone(SENTENCE) / 2
    assert limit(wave, RATE, ceiling=1.0) is wave


def test_long_audio_is_limited_alike() -> None:
    """Working in chunks gives the same peaks as working at once."""
    wave = np.random.default_rng(1).normal(0, 0.1, 600_000).astype(np.float32)
    whole = np.abs(resample_poly(wave, 4, 1)).reshape(-1, 4).max(axis=1)
    assert np.allclose(np.maximum(whole, np.abs(wave)), true_peaks(wave), atol=1e-4)


def test_target_loudness() -> None:
    """Raw speech-like audio ends at -16 LUFS with peaks under -1 dBTP."""
    samples, reached = levelled(np.tile(tone(SENTENCE), 3), RATE)
    assert reached == pytest.approx(-16, abs=0.2)
    assert pyloudnorm.Meter(RATE).integrated_loudness(samples) == pytest.approx(reached, abs=0.01)
    assert float(true_peaks(samples).max()) <= 10 ** (-1 / 20)


def test_a_very_short_sound_has_a_loudness() -> None:
    """Audio shorter than a gating block can be levelled."""
    samples, _ = levelled(tone("Yes."), RATE)
    assert len(tone("Yes.")) == len(samples)


def test_silence_has_none() -> None:
    """Silence cannot be levelled and is an error."""
    with pytest.raises(SpeechError, match="silence"):
        levelled(np.zeros(RATE, dtype=np.float32), RATE)


def test_mp3_keeps_level_and_length() -> None:
    """Decoding gives the loudness and the length that went in, and the title is in the tag."""
    samples, reached = levelled(np.tile(tone(SENTENCE), 3), RATE)
    data = mp3(samples, RATE, title="Incident – summary")
    back = decoded(data)
    assert pyloudnorm.Meter(RATE).integrated_loudness(back) == pytest.approx(reached, abs=0.3)
    assert len(back) / RATE == pytest.approx(len(samples) / RATE, abs=0.2)
    with av.open(io.BytesIO(data)) as container:
        assert container.metadata["title"] == "Incident – summary"
