"""What the bot says to a follow-up question, and what speech made."""

from typing import Literal

from bot.nouns.base import Noun


class Answer(Noun):
    """An answer from the incident's evidence. `declined` when the evidence does not say."""

    text: str  # plain sentences, without citations
    evidence: tuple[str, ...] = ()
    declined: bool = False
    mode: Literal["model", "deterministic"]
    seconds: float = 0.0


class Narration(Noun):
    """An mp3 on disk and what is known about it."""

    path: str
    seconds: float  # of audio
    sentences: int
    lufs: float  # integrated loudness after limiting
    voice: str
    engine: str  # "kokoro-onnx" or "kokoro"
    cpu_seconds: float


class Posted(Noun):
    """Where the publisher put a review."""

    channel_id: str = ""
    root_ts: str = ""  # the message that became the verdict
    permalink: str | None = None
    parts: tuple[str, ...] = ()  # ts of further messages, or paths
