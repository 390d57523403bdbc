"""One model call with its rules: ask, check, ask once more with the reason, else leave it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bot.errors import ModelAnswerInvalid
from bot.nouns.ports import ChatModel, ChatRequest, Json, Memo, Report
from bot.nouns.request import Progress
from bot.review.capability import Capability
from bot.review.prompts import Prompts

log = structlog.get_logger(__name__)

Check = Callable[[Json], str | None]
_ATTEMPTS = 2


@dataclass
class Tally:
    """What the calls of one review cost, as the server counts."""

    tokens: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("prompt", "generated", "calls", "rejected", "accepted"), 0)
    )
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, stage: str, outcome: Json) -> None:
        for key in self.tokens:
            self.tokens[key] += int(outcome["tokens"].get(key, 0))
        self.seconds[stage] = round(self.seconds.get(stage, 0.0) + float(outcome["seconds"]), 1)

    @property
    def spent(self) -> float:
        return sum(self.seconds.values())


class Interview:
    """Asks the stages' questions over one fact sheet. Outcomes are memoised, refusals too, so that a crash repeats none."""

    def __init__(
        self, model: ChatModel, memo: Memo, report: Report, prompts: Prompts, capability: Capability, fact_sheet: str
    ) -> None:
        self.tally = Tally()
        self.capability = capability
        self.prompts = prompts
        self._model, self._memo, self._report, self._system = model, memo, report, fact_sheet
        self._done = self.planned = 0

    async def ask(
        self, stage: str, name: str, schema: Json, check: Check, *, max_tokens: int = 120, **values: object
    ) -> Json | None:
        """The accepted answer, or None when the rule text shall stand.

        `stage` is the prompt file; `name` tells this call from others of its stage ("layer:chaos"). Raises ModelError
        other than ModelAnswerInvalid: then the model cannot be used at all.
        """
        await self._tell(name)
        if self.tally.spent > self.capability.most_seconds:
            log.info("model_call_skipped", name=name, spent_s=round(self.tally.spent))
            return None
        question = self.prompts.fill(stage, **values)
        outcome = await self._memo(
            f"review:{name}", lambda: self._attempts(stage, name, question, schema, check, max_tokens)
        )
        self.tally.add(stage, outcome)
        answer: Json | None = outcome["answer"]
        return answer

    async def _attempts(
        self, stage: str, name: str, question: str, schema: Json, check: Check, max_tokens: int
    ) -> Json:
        tokens = dict.fromkeys(("prompt", "generated", "calls", "rejected", "accepted"), 0)
        seconds, user = 0.0, question
        for _ in range(_ATTEMPTS):
            request = ChatRequest(
                stage=stage, system=self._system, user=user, answer_schema=schema, max_tokens=max_tokens
            )
            tokens["calls"] += 1
            try:
                reply = await self._model.chat(request)
            except ModelAnswerInvalid as error:
                problem: str | None = "It was not the JSON object that was asked for."
                log.info("model_answer_refused", name=name, why=str(error))
            else:
                tokens["prompt"] += reply.prompt_tokens
                tokens["generated"] += reply.generated_tokens
                seconds += reply.seconds
                problem = check(reply.data) if reply.data is not None else "It was not a JSON object."
                if problem is None:
                    tokens["accepted"] += 1
                    return {"answer": reply.data, "tokens": tokens, "seconds": seconds}
                log.info("model_answer_refused", name=name, why=problem)
            tokens["rejected"] += 1
            user = self.prompts.fill("retry", question=question, reason=problem)
        return {"answer": None, "tokens": tokens, "seconds": seconds}

    async def _tell(self, name: str) -> None:
        self._done += 1
        note = name.replace(":", ", ")
        await self._report(Progress(stage="review", note=note, done=self._done, total=max(self.planned, self._done)))
