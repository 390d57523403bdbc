"""Kokoro voices: one style vector of 256 values per count of phonemes, as raw little-endian float32."""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.errors import SpeechError

_SHIPPED = Path(__file__).parent / "voices"
_SHA256 = {"af_heart": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b"}
_STYLE = 256


def shipped() -> tuple[str, ...]:
    """Names of the voices that come with the package."""
    return tuple(_SHA256)


def voice_name(voice: str) -> str:
    """The name for records: that of a shipped voice, or of a file without folder and ending."""
    return voice if voice in _SHA256 else Path(voice).stem


def load_voice(voice: str) -> NDArray[np.float32]:
    """A shipped voice by name, or a raw file by path; shape (N, 1, 256). Raises SpeechError."""
    raw = _bytes(voice)
    if not raw or len(raw) % (4 * _STYLE):
        raise SpeechError(
            f"The voice {voice!r} is not a Kokoro voice: raw float32 in rows of {_STYLE} values is expected. "
            "Take one from the folder voices/ of the npm package kokoro-js.",
            size=len(raw),
        )
    styles = np.frombuffer(raw, dtype="<f4").reshape(-1, 1, _STYLE).astype(np.float32)
    if not np.isfinite(styles).all():
        raise SpeechError(f"The voice {voice!r} is damaged. Fetch the file again.")
    return styles


def _bytes(voice: str) -> bytes:
    name_only = voice in _SHA256
    path = _SHIPPED / f"{voice}.bin" if name_only else Path(voice).expanduser()
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SpeechError(
            f"There is no voice {voice!r}. Set `voice` to one of {', '.join(_SHA256)}, or to the path of a voice file.",
            path=str(path),
            cause=str(error),
        ) from error
    if name_only and hashlib.sha256(raw).hexdigest() != _SHA256[voice]:
        raise SpeechError(f"The voice file of {voice!r} is damaged. Install the package again.", path=str(path))
    return raw


def language(voice: str) -> str:
    """The accent that a voice was made for, from Kokoro's naming: "bf_emma" is British, the rest American."""
    return "en-gb" if voice_name(voice)[:3] in {"bf_", "bm_"} else "en-us"
