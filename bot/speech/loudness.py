"""Loudness to a target with a look-ahead limiter: what EBU R128 calls programme loudness and true peak."""

import numpy as np
import pyloudnorm
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d
from scipy.signal import resample_poly

from bot.errors import SpeechError

TARGET_LUFS = -16.0
CEILING_DBTP = -1.0
_CODEC_MARGIN_DB = 1.0  # mp3 at 48 kbit/s rebuilds peaks up to about this much higher
_CLOSE_ENOUGH_LU = 0.1
_MOST_ROUNDS = 6
_LOOK_AHEAD_S = 0.005
_OVERSAMPLING = 4
_CHUNK = 1 << 18  # samples of oversampling at once: bounds memory

Samples = NDArray[np.float32]


def levelled(samples: Samples, sample_rate: int, target: float = TARGET_LUFS) -> tuple[Samples, float]:
    """Samples at `target` LUFS with peaks under the ceiling, and the loudness reached. Raises SpeechError on silence.

    Limiting lowers loudness, so gain and limiter are repeated until the target is met.
    """
    meter = pyloudnorm.Meter(sample_rate)
    ceiling = 10 ** ((CEILING_DBTP - _CODEC_MARGIN_DB) / 20)
    gain_db = target - _loudness(meter, samples, sample_rate)
    limited, reached = samples, -np.inf
    for _ in range(_MOST_ROUNDS):
        limited = limit(samples * np.float32(10 ** (gain_db / 20)), sample_rate, ceiling)
        reached = _loudness(meter, limited, sample_rate)
        if abs(target - reached) <= _CLOSE_ENOUGH_LU:
            break
        gain_db += target - reached
    return limited, float(reached)


def limit(samples: Samples, sample_rate: int, ceiling: float) -> Samples:
    """Samples whose true peak stays at or under `ceiling` (linear); the gain falls before a peak and rises after it."""
    peaks = true_peaks(samples)
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    if float(needed.min()) >= 1.0:
        return samples
    window = 2 * int(_LOOK_AHEAD_S * sample_rate) + 1
    held = minimum_filter1d(needed, 2 * window - 1, mode="nearest")
    shape = np.hanning(2 * window + 1)[1:-1]
    padded = np.pad(held, len(shape) // 2, mode="edge")
    smooth = np.convolve(padded, shape / shape.sum(), mode="valid")  # a mean of held minima never exceeds `needed`
    return (samples * smooth).astype(np.float32)


def true_peaks(samples: Samples) -> NDArray[np.float32]:
    """For each sample the greatest magnitude from it to the next one, by four-fold oversampling."""
    peaks = np.empty(len(samples), dtype=np.float32)
    overlap = 64
    for start in range(0, len(samples), _CHUNK):
        lead = min(start, overlap)
        piece = samples[start - lead : start + _CHUNK + overlap]
        up = np.abs(resample_poly(piece, _OVERSAMPLING, 1)).reshape(-1, _OVERSAMPLING).max(axis=1)
        stop = min(start + _CHUNK, len(samples))
        peaks[start:stop] = up[lead : lead + stop - start]
    return np.maximum(peaks, np.abs(samples))


def _loudness(meter: pyloudnorm.Meter, samples: Samples, sample_rate: int) -> float:
    shortest = int(0.5 * sample_rate)  # a gating block is 0.4 s
    if len(samples) < shortest:
        samples = np.pad(samples, (0, shortest - len(samples)))
    measured = float(meter.integrated_loudness(samples))
    if not np.isfinite(measured):
        raise SpeechError("The speech engine gave silence.", lufs=measured)
    return measured
