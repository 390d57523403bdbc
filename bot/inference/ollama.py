"""The ChatModel over Ollama's API: one client code path for a real Ollama and for the embedded endpoint."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx
import structlog
from ollama import ChatResponse

from bot.errors import ModelUnavailable, PromptTooLong
from bot.inference import answers, library
from bot.inference.client import base_url, open_client
from bot.inference.failures import FAILURES, Backoff, Sleep, missing, translate
from bot.inference.library import PullReport, nobody_watches
from bot.inference.tokens import TokenEstimator, least_chat, raw_chat
from bot.nouns.ports import ChatReply, ChatRequest, ModelInfo

log = structlog.get_logger()


@dataclass
class Totals:
    """What this client has used since it was made; tokens are the server's counts."""

    calls: int = 0
    failed: int = 0
    prompt_tokens: int = 0
    generated_tokens: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Limits:
    """Seconds. The whole call per stage (else `total_s`), and the longest silence once the answer has begun."""

    total_s: float = 600.0
    idle_s: float = 120.0
    stages: Mapping[str, float] | None = None

    def of(self, stage: str) -> float:
        return (self.stages or {}).get(stage, self.total_s)


class OllamaChat:
    """One model at one endpoint. `parallel` calls run at a time; the wait for a turn is not part of the time-out."""

    def __init__(
        self,
        host: str,
        model: str,
        *,
        num_ctx: int = 8192,
        keep_alive: str = "30m",
        limits: Limits | None = None,
        pull: bool = False,
        on_pull: PullReport = nobody_watches,
        embedded: bool = False,
        parallel: int = 1,
        tries: int = 4,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.url = base_url(host)
        self.model = model
        self.totals = Totals()
        self._client = open_client(self.url)
        self._num_ctx = num_ctx
        self._keep_alive = keep_alive
        self._limits = limits or Limits()
        self._pull = pull
        self._on_pull = on_pull
        self._embedded = embedded
        self._turn = asyncio.Semaphore(parallel)
        self._backoff = Backoff(tries, sleep=sleep)
        self._estimator = TokenEstimator()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, e: BaseException | None, t: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; calls under way fail."""
        await self._client.close()

    async def info(self) -> ModelInfo:
        """The model as the endpoint describes it. Pulls it first when it is missing and pulling is allowed.

        Raises ModelUnavailable or ModelMissing. A context longer than the model was trained for is lowered to that.
        """
        try:
            found = await library.describe(self._client, self.model)
            if found is None and self._pull:
                log.info("model_pull_started", model=self.model, url=self.url)
                await library.pull_with(self._client, self.model, self._on_pull)
                found = await library.describe(self._client, self.model)
        except FAILURES as error:
            raise translate(error, self.url, self.model, embedded=self._embedded) from error
        if found is None:
            raise missing(self.url, self.model, embedded=self._embedded)
        if 0 < found.context_length < self._num_ctx:
            log.warning("num_ctx_lowered", asked=self._num_ctx, trained_for=found.context_length)
            self._num_ctx = found.context_length
        return found.model_copy(update={"num_ctx": self._num_ctx, "embedded": self._embedded})

    async def warm(self) -> None:
        """Load the model (again) and restart its keep-alive. Raises ModelError's children."""
        try:
            await self._client.chat(self.model, [], options={"num_ctx": self._num_ctx}, keep_alive=self._keep_alive)
        except FAILURES as error:
            raise translate(error, self.url, self.model, embedded=self._embedded) from error

    def count_tokens(self, text: str) -> int:
        return self._estimator.count(text)

    async def chat(self, request: ChatRequest, on_text: Callable[[str], None] | None = None) -> ChatReply:
        """See the port. After a broken connection the answer starts again, and `on_text` hears it again.

        Raises PromptTooLong before the call, ModelUnavailable on time-out, ModelMissing, ModelAnswerInvalid.
        """
        estimate = self._check_length(request)
        async with self._turn:
            started = time.monotonic()
            self.totals.calls += 1
            try:
                text, last = await self._within_time(request, on_text)
                reply = self._reply(request, text, last, time.monotonic() - started)
                self._check_count(request, reply, estimate)
            except BaseException:
                self.totals.failed += 1
                raise
            finally:
                self.totals.seconds += time.monotonic() - started
        data = answers.parse(request, reply.text, finished=reply.finished)
        return reply.model_copy(update={"data": data})

    def _check_length(self, request: ChatRequest) -> int:
        estimate = self._estimator.count_chat(request.system, request.user)
        if estimate + request.max_tokens > self._num_ctx:
            raise PromptTooLong(
                f"The prompt for {request.stage} needs about {estimate:,} tokens and its answer {request.max_tokens:,}, "
                f"more than the context of {self._num_ctx:,}. Raise TESTING_POSTMORTEM_NUM_CTX or send less.",
                stage=request.stage,
                estimate=estimate,
                num_ctx=self._num_ctx,
            )
        return estimate

    async def _within_time(
        self, request: ChatRequest, on_text: Callable[[str], None] | None
    ) -> tuple[str, ChatResponse]:
        total_s = self._limits.of(request.stage)
        try:
            async with asyncio.timeout(total_s):
                return await self._with_retries(request, on_text)
        except TimeoutError as error:
            raise ModelUnavailable(
                f"The model did not finish {request.stage} in time ({total_s:g} s in all, {self._limits.idle_s:g} s "
                "without a word). Raise TESTING_POSTMORTEM_MODEL_TIMEOUT_S or choose a smaller model.",
                stage=request.stage,
                url=self.url,
            ) from error

    async def _with_retries(
        self, request: ChatRequest, on_text: Callable[[str], None] | None
    ) -> tuple[str, ChatResponse]:
        failed = 0
        while True:
            try:
                return await self._stream(request, on_text)
            except FAILURES as error:
                failed += 1
                if not await self._backoff.wait(failed, error, stage=request.stage, url=self.url):
                    raise translate(error, self.url, self.model, embedded=self._embedded) from error

    async def _stream(self, request: ChatRequest, on_text: Callable[[str], None] | None) -> tuple[str, ChatResponse]:
        """One try. Leaving it in any way closes the connection, and that frees the server's slot."""
        pieces: list[str] = []
        async with aclosing(await self._client.chat_whole(self._body(request))) as stream:
            idle_s: float | None = None  # reading the prompt is silent and may be most of the time
            while True:
                async with asyncio.timeout(idle_s):
                    part: ChatResponse | None = await anext(stream, None)
                if part is None:
                    raise httpx.RemoteProtocolError("the stream ended before the answer was done")
                idle_s = self._limits.idle_s
                piece = part.message.content or ""
                pieces.append(piece)
                if piece and on_text is not None:
                    on_text(piece)
                if part.done:
                    return "".join(pieces), part

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": request.system},
                {"role": "user", "content": request.user},
            ],
            "think": False,  # the answer's tokens are for the answer
            "keep_alive": self._keep_alive,
            "options": {
                "num_ctx": self._num_ctx,
                "seed": request.seed,
                "temperature": request.temperature,
                "num_predict": request.max_tokens,
                "repeat_penalty": 1.0,  # a penalty would punish copying ids and numbers from the prompt
            },
        }
        return body if request.answer_schema is None else {**body, "format": request.answer_schema}

    def _reply(self, request: ChatRequest, text: str, last: ChatResponse, seconds: float) -> ChatReply:
        reply = ChatReply(
            text=text,
            prompt_tokens=last.prompt_eval_count or 0,
            generated_tokens=last.eval_count or 0,
            seconds=seconds,
            finished=last.done_reason != "length",
        )
        self.totals.prompt_tokens += reply.prompt_tokens
        self.totals.generated_tokens += reply.generated_tokens
        log.debug(
            "model_answered",
            stage=request.stage,
            prompt_tokens=reply.prompt_tokens,
            generated_tokens=reply.generated_tokens,
            seconds=round(seconds, 2),
            prompt_seconds=round((last.prompt_eval_duration or 0) / 1e9, 2),
            finished=reply.finished,
        )
        return reply

    def _check_count(self, request: ChatRequest, reply: ChatReply, estimate: int) -> None:
        """Compare the server's count with ours: learn from it, say when we were too low, refuse a cut prompt."""
        counted = reply.prompt_tokens
        if not counted:
            return
        if counted < least_chat(request.system, request.user):
            raise PromptTooLong(
                f"The model server read only {counted:,} tokens of the prompt for {request.stage}: it cut it. "
                "Use a newer Ollama, or lower TESTING_POSTMORTEM_NUM_CTX to what the server really has.",
                stage=request.stage,
                estimate=estimate,
            )
        if counted > estimate:
            log.warning("token_estimate_too_low", stage=request.stage, estimate=estimate, counted=counted)
        self._estimator.learn(raw_chat(request.system, request.user), counted)
