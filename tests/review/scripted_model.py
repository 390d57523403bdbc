"""A ChatModel that answers from a script, and a memo that remembers."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.errors import ModelAnswerInvalid, ModelError
from bot.nouns.ports import ChatReply, ChatRequest, ModelInfo
from bot.nouns.request import Progress


class ScriptedModel:
    """`script`: stage -> answers in order; the last one repeats. A stage without script gives invalid JSON."""

    def __init__(self, script: dict[str, list[Any]], parameters: float = 1.5) -> None:
        self.script, self.parameters = script, parameters
        self.requests: list[ChatRequest] = []

    async def info(self) -> ModelInfo:
        return ModelInfo(name="scripted", digest="d1", parameters=self.parameters, num_ctx=8192)

    def count_tokens(self, text: str) -> int:
        return len(text) // 3

    async def chat(self, request: ChatRequest, on_text: Callable[[str], None] | None = None) -> ChatReply:
        self.requests.append(request)
        answers = self.script.get(request.stage)
        if not answers:
            raise ModelAnswerInvalid("not JSON")
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, ModelError):
            raise answer
        return ChatReply(text="", data=answer, prompt_tokens=100, generated_tokens=10, seconds=1.5)

    def asked(self, stage: str) -> list[ChatRequest]:
        return [request for request in self.requests if request.stage == stage]


class Memory:
    """A Memo over a dict; the second run of the same name gives the first run's result."""

    def __init__(self) -> None:
        self.stored: dict[str, dict[str, Any]] = {}

    async def __call__(self, name: str, make: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        if name not in self.stored:
            self.stored[name] = await make()
        return self.stored[name]


class Progresses:
    """A Report that keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[Progress] = []

    async def __call__(self, progress: Progress) -> None:
        self.told.append(progress)
