"""The edges of the program: small protocols that the stages are given, each with a real and a fake form."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.nouns.answer import Answer, Narration, Posted
from bot.nouns.base import Noun
from bot.nouns.digest import Digest, Evidence
from bot.nouns.incident import FileRef, Incident
from bot.nouns.request import Progress, Question, ReviewRequest, Ticket
from bot.nouns.review import Review

Json = dict[str, Any]
Report = Callable[[Progress], Awaitable[None]]  # told of each step forward; never raises

Memo = Callable[[str, Callable[[], Awaitable[Json]]], Awaitable[Json]]
"""`await memo(name, make)`: the stored result of `make()` if this run has one by that name, else runs and stores it."""


class ChatRequest(Noun):
    """One call. `system` is the shared prefix (cached by the server), `user` the question of this stage."""

    stage: str  # for logs, metrics and the per-stage time-out
    system: str
    user: str
    answer_schema: Json | None = None  # JSON schema of the answer; None for plain text
    max_tokens: int = 256
    temperature: float = 0.0
    seed: int = 1


class ChatReply(Noun):
    """`data` is the parsed JSON when a schema was given; token counts are the server's own."""

    text: str
    data: Json | None = None
    prompt_tokens: int = 0
    generated_tokens: int = 0
    seconds: float = 0.0
    finished: bool = True  # False when the answer was cut at max_tokens


class ModelInfo(Noun):
    """What the endpoint says about the model; `digest` is the provenance to record."""

    name: str
    digest: str = ""
    parameters: float = 0.0  # billions
    quantization: str = ""
    context_length: int = 0  # what the model was trained for
    num_ctx: int = 0  # what we ask for
    embedded: bool = False


class ChatModel(Protocol):
    """A local language model. Raises ModelError's children only."""

    async def info(self) -> ModelInfo: ...

    def count_tokens(self, text: str) -> int:
        """An upper estimate, learned from the server's own counts."""
        ...

    async def chat(self, request: ChatRequest, on_text: Callable[[str], None] | None = None) -> ChatReply:
        """One answer; `on_text` gets each piece as it is generated. Cancelling the task frees the model."""
        ...

    async def warm(self) -> None:
        """Load the model, or keep it in memory for another keep-alive, without a prompt."""
        ...


class Voice(Protocol):
    """A speech engine, called in a worker thread, one sentence at a time. Raises SpeechError."""

    @property
    def name(self) -> str: ...

    @property
    def engine(self) -> str: ...

    @property
    def sample_rate(self) -> int: ...

    def speak(self, sentence: str) -> NDArray[np.float32]:
        """Mono samples in -1..1 of one sentence in spoken form."""
        ...


@dataclass(frozen=True)
class SourceText:
    """One attached text being read: raw, so it goes straight into redaction.

    `batches` yields lists of lines without line ends, in order; it raises UnreadableFile where reading
    stops (corrupt stream, limit reached), after the good lines have been given.
    """

    name: str
    file: FileRef
    batches: AsyncIterator[list[str]]


class IncidentSource(Protocol):
    """Where an incident is read from: Slack, an export, a transcript. Raises BadInput's children."""

    async def incident(self, request: ReviewRequest, report: Report) -> Incident: ...

    def texts(self, incident: Incident) -> AsyncIterator[SourceText]: ...


class LogText(Protocol):
    """A redacted text that can be read more than once."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    def lines(self) -> Iterator[str]: ...


class Publisher(Protocol):
    """Where a review goes. Each call may be repeated after a crash and must not say anything twice."""

    async def acknowledge(self, request: ReviewRequest) -> Posted: ...

    async def progress(self, request: ReviewRequest, posted: Posted, progress: Progress) -> None: ...

    async def review(
        self, request: ReviewRequest, posted: Posted, review: Review, digest: Digest, folder: Path
    ) -> Posted:
        """The verdict, the details and the report files that lie in `folder`."""
        ...

    async def audio(self, request: ReviewRequest, posted: Posted, review: Review, narration: Narration) -> None: ...

    async def no_audio(self, request: ReviewRequest, posted: Posted, review: Review, why: str) -> None:
        """Why there is no audio, with the words that it would have said."""
        ...

    async def failed(self, request: ReviewRequest, posted: Posted | None, why: str) -> None: ...

    async def answer(self, question: Question, answer: Answer, digest: Digest) -> None: ...


class Search(Protocol):
    """Finds evidence for a question over the whole clean incident, best first."""

    def __call__(self, query: str, limit: int) -> tuple[Evidence, ...]: ...


class Desk(Protocol):
    """What the Slack listeners hand over to: durable, quick, and the same for every trigger."""

    async def submit(self, request: ReviewRequest) -> Ticket: ...

    async def rerun(self, request: ReviewRequest) -> Ticket: ...

    async def status(self, channel_id: str | None) -> str: ...

    async def cancel(self, channel_id: str, user: str) -> str: ...

    async def ask(self, question: Question) -> None: ...

    async def is_review_thread(self, channel_id: str, thread_ts: str) -> bool: ...
