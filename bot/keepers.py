"""Parts that are costly to make, made when first needed and kept: the model's connection and the voice."""

import asyncio
from dataclasses import dataclass

import structlog

from bot import weights
from bot.errors import ModelError, SpeechError
from bot.inference.choose import Choice, Stop, connect
from bot.inference.ollama import Limits
from bot.nouns.ports import ChatModel, Voice
from bot.settings import Settings
from bot.speech.onnx import OnnxVoice
from bot.speech.torch import TorchVoice

log = structlog.get_logger(__name__)

VOICE_WEIGHTS = "kokoro-v1.0.int8"


@dataclass(frozen=True)
class _Connection:
    model: ChatModel
    close: Stop


class ModelKeeper:
    """Connects to the model, keeps it, and connects anew after it was lost."""

    def __init__(self, settings: Settings, *, use_model: bool = True) -> None:
        self._settings, self._use = settings, use_model
        self._lock = asyncio.Lock()
        self._connection: _Connection | None = None

    def current(self) -> ChatModel | None:
        """The model if it is connected; does not connect."""
        return self._connection.model if self._connection else None

    async def connect(self) -> ChatModel | None:
        """None when rules are wished for. Raises ModelError with what to do."""
        if not self._use:
            return None
        async with self._lock:
            if self._connection is not None and not await _answers(self._connection):
                await self._close()
            if self._connection is None:
                self._connection = await _connect(self._settings)
            return self._connection.model

    async def close(self) -> None:
        async with self._lock:
            await self._close()

    async def _close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await connection.close()


async def _answers(connection: _Connection) -> bool:
    try:
        await connection.model.info()
    except ModelError as error:
        log.warning("model_lost", why=str(error))
        return False
    return True


async def _connect(settings: Settings) -> _Connection:
    choice = Choice(
        model=settings.model,
        ollama_host=settings.ollama_host,
        num_ctx=settings.num_ctx,
        keep_alive=settings.keep_alive,
        limits=Limits(total_s=settings.model_timeout_s),
        pull=settings.model_pull,
        threads=settings.model_threads,
        log_path=settings.data_dir / "embedded.log",
    )
    model, stop = await connect(choice, lambda name: weights.present_path(name, settings.cache_dir))
    return _Connection(model, stop)


class VoiceKeeper:
    """Loads the voice once. `voice` stands in for the one that the settings name."""

    def __init__(self, settings: Settings, voice: Voice | None = None) -> None:
        self._settings, self._voice = settings, voice

    async def load(self) -> Voice | None:
        """None when audio is switched off. Raises SpeechError with what to do."""
        if not self._settings.audio:
            return None
        if self._voice is None:
            self._voice = await asyncio.to_thread(_load_voice, self._settings)
        return self._voice


def _load_voice(settings: Settings) -> Voice:
    if settings.speech_engine == "kokoro":
        return TorchVoice(settings.cache_dir / "weights" / "kokoro-v1_0.pth", settings.voice)
    model = weights.path(settings.cache_dir, weights.load_catalogue()[VOICE_WEIGHTS])
    if not model.is_file():
        raise SpeechError(
            f"The voice model is not on this machine. Run: testing-postmortem models pull {VOICE_WEIGHTS}"
        )
    return OnnxVoice(model, settings.voice)
