"""Text -> spoken summary: sentence by sentence, checked, levelled, encoded, written at once or not at all."""

import asyncio
import time
from pathlib import Path

import numpy as np
import structlog
from numpy.typing import NDArray

from bot.errors import SpeechError
from bot.nouns.answer import Narration
from bot.nouns.ports import Report, Voice
from bot.nouns.request import Progress
from bot.speech.loudness import levelled
from bot.speech.mp3 import mp3
from bot.speech.spoken import sentences, spoken

_log = structlog.get_logger()

MOST_CHARACTERS = 6_000  # of spoken form, about seven minutes: bounds memory and time
_PAUSE_S = 0.35
_CLAUSE_PAUSE_S = 0.12  # after a piece of an over-long sentence
_SILENT_RMS = 1e-3  # about -60 dBFS; Kokoro speaks near -23
_S_PER_CHARACTER = (0.02, 0.25)  # ordinary speech is 0.05 to 0.09
_GRACE_S = 1.5  # short sentences are slow
_TRIES = 2

Samples = NDArray[np.float32]


async def narrate(text: str, voice: Voice, out: Path, report: Report, *, title: str = "") -> Narration:
    """Speak `text` into the mp3 file `out`, whose folder must exist.

    Cancelling takes effect after the sentence in work and leaves no file. Raises SpeechError when there is
    nothing to say, the text is too long, the engine fails or gives noise, or the file cannot be written.
    """
    wall, cpu = time.monotonic(), time.process_time()
    said = _script(text)
    parts: list[Samples] = []
    for number, sentence in enumerate(said, start=1):
        await report(
            Progress(
                stage="speak",
                note=f"sentence {number} of {len(said)}",
                done=number - 1,
                total=len(said),
                elapsed_s=time.monotonic() - wall,
            )
        )
        parts += [await _speak(voice, sentence), _pause(sentence, voice.sample_rate)]
    data, seconds, lufs = await asyncio.to_thread(_finish, parts, voice.sample_rate, title)
    _save(data, out)
    elapsed = time.monotonic() - wall
    await report(
        Progress(stage="speak", note=f"{seconds:.0f} s of audio", done=len(said), total=len(said), elapsed_s=elapsed)
    )
    return Narration(
        path=str(out),
        seconds=round(seconds, 2),
        sentences=len(said),
        lufs=round(lufs, 2),
        voice=voice.name,
        engine=voice.engine,
        cpu_seconds=round(time.process_time() - cpu, 2),
    )


def _script(text: str) -> list[str]:
    form = spoken(text) if len(text) <= 2 * MOST_CHARACTERS else text
    if not any(char.isalpha() for char in form):
        raise SpeechError("There is nothing to say: the summary has no words.")
    if len(form) > MOST_CHARACTERS:
        raise SpeechError(
            f"The summary is too long to be spoken: {len(form):,} characters, {MOST_CHARACTERS:,} are allowed. "
            "Shorten it; the text itself is not affected.",
            characters=len(form),
        )
    return sentences(form)


async def _speak(voice: Voice, sentence: str) -> Samples:
    """One checked sentence, with a second try."""
    problem = ""
    for attempt in range(1, _TRIES + 1):
        samples = await asyncio.to_thread(voice.speak, sentence)
        problem = _problem(samples, sentence, voice.sample_rate)
        if not problem:
            return samples
        _log.warning("speech_sentence_bad", problem=problem, attempt=attempt, engine=voice.engine, voice=voice.name)
    raise SpeechError(
        f"The speech engine gave {problem} instead of speech. Check the voice and the speech model with "
        "`testing-postmortem doctor`; the text of the summary is not affected.",
        problem=problem,
        characters=len(sentence),
    )


def _problem(samples: Samples, sentence: str, sample_rate: int) -> str:
    """What is wrong with the audio of a sentence, or nothing. A broken checkpoint gives NaN of plausible length."""
    if not len(samples):
        return "no sound"
    if not np.isfinite(samples).all():
        return "invalid samples"
    if float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) < _SILENT_RMS:
        return "silence"
    seconds = len(samples) / sample_rate
    shortest, longest = (each * len(sentence) for each in _S_PER_CHARACTER)
    if not shortest <= seconds <= longest + _GRACE_S:
        return f"{seconds:.1f} seconds for {len(sentence)} characters"
    return ""


def _pause(sentence: str, sample_rate: int) -> Samples:
    seconds = _PAUSE_S if sentence.endswith((".", "!", "?")) else _CLAUSE_PAUSE_S
    return np.zeros(int(seconds * sample_rate), dtype=np.float32)


def _finish(parts: list[Samples], sample_rate: int, title: str) -> tuple[bytes, float, float]:
    samples = np.concatenate(parts[:-1])  # no pause after the last sentence
    parts.clear()
    samples, lufs = levelled(samples, sample_rate)
    return mp3(samples, sample_rate, title), len(samples) / sample_rate, lufs


def _save(data: bytes, out: Path) -> None:
    draft = out.with_name(f".{out.name}.part")
    try:
        draft.write_bytes(data)
        draft.replace(out)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise SpeechError(
            "The audio file could not be written. Check free space and rights of the data folder.",
            path=str(out),
            cause=str(error),
        ) from error
