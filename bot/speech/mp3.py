"""Samples -> mp3 bytes, with an ID3 title that players show."""

import lameenc
import numpy as np
from numpy.typing import NDArray

_BIT_RATE = 48  # kbit/s, mono: speech at 24 kHz
_CHUNK = 1 << 18  # samples
_LAME_SCALE = 0.95  # LAME lowers what it encodes at this bit rate by this factor; measured with sines


def mp3(samples: NDArray[np.float32], sample_rate: int, title: str = "") -> bytes:
    """The encoded file. Samples are -1..1, mono."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(_BIT_RATE)
    encoder.set_in_sample_rate(sample_rate)
    encoder.set_channels(1)
    encoder.set_quality(2)  # best: the cost is small beside the synthesis
    parts = [_id3(title)] if title else []
    for start in range(0, len(samples), _CHUNK):
        pcm = np.round(np.clip(samples[start : start + _CHUNK] / _LAME_SCALE, -1, 1) * 32767).astype("<i2")
        parts.append(bytes(encoder.encode(pcm.tobytes())))
    parts.append(bytes(encoder.flush()))
    return b"".join(parts)


def _id3(title: str) -> bytes:
    """An ID3v2.3 tag with one frame, TIT2 (https://id3.org/id3v2.3.0)."""
    content = b"\x01" + title[:200].encode("utf-16")  # encoding 1: UTF-16 with a byte order mark
    frame = b"TIT2" + len(content).to_bytes(4, "big") + b"\x00\x00" + content
    size = bytes((len(frame) >> shift) & 0x7F for shift in (21, 14, 7, 0))  # seven bits per byte
    return b"ID3\x03\x00\x00" + size + frame
