"""Follow-up answers: from the review by code, from evidence by the model within checks, or declined."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.errors import ModelAnswerInvalid, ModelUnavailable
from bot.followup import answer
from bot.followup.words import stems
from bot.nouns.ports import ChatReply, ChatRequest, ModelInfo
from tests.publish.sample import sample_digest, sample_evidence, sample_review, ts

REVIEW, DIGEST = sample_review(), sample_digest()


class Model:
    """Gives the scripted answers in order; an exception is raised."""

    parameters = 1.5

    def __init__(self, *script: dict[str, Any] | Exception) -> None:
        self.script = list(script)
        self.asked: list[ChatRequest] = []

    async def info(self) -> ModelInfo:
        return ModelInfo(name="scripted", parameters=self.parameters)

    def count_tokens(self, text: str) -> int:
        return len(text)

    async def chat(self, request: ChatRequest, on_text: Callable[[str], None] | None = None) -> ChatReply:
        self.asked.append(request)
        said = self.script.pop(0)
        if isinstance(said, Exception):
            raise said
        return ChatReply(text="", data=said)


def search(query: str, limit: int):
    """Evidence that shares a word with the query, most shared words first."""
    wanted = stems(query)
    found = [item for item in sample_evidence().values() if wanted & stems(item.text)]
    return tuple(sorted(found, key=lambda item: -len(wanted & stems(item.text)))[:limit])


async def ask(question: str, model: Model | None = None, history=(), **more):
    return await answer(question, history, REVIEW, DIGEST, search, model, **more)


def good(text: str, *ids: str) -> dict[str, Any]:
    return {"answerable": True, "answer": text, "ids": list(ids)}


@pytest.mark.parametrize(
    ("question", "words", "ref"),
    [
        ("What was the root cause?", "retention_days=0", ts(58)),
        ("was ist die Ursache?", "retention_days=0", ts(58)),
        ("¿cuál es la causa raíz?", "retention_days=0", ts(58)),
        ("which tests should we write first?", "T1 (unit)", ts(220)),
        ("Which test would have caught this, and with which threshold?", "T1 (unit)", ts(220)),
        ("What should have caught this earlier?", "backup-restore: The last restore drill was in 2030.", ts(231)),
        ("how long did it last?", "3 h 21 min", "reaper.log.gz:412"),
        ("what did we miss?", "backup-restore: The last restore drill was in 2030.", ts(231)),
        ("which alerts were ignored?", "misrouted", ts(224)),
        ("what was the blast radius?", "41,207 invoices", ts(34)),
        ("how can we prevent this?", "Cap the deletions", ts(224)),
    ],
)
async def test_common_questions_are_answered_from_the_review(question, words, ref):
    """By code, exactly, with the evidence, without a model call."""
    model = Model()
    made = await ask(question, model)
    assert words in made.text
    assert ref in made.evidence
    assert (False, "deterministic", []) == (made.declined, made.mode, model.asked)


async def test_a_particular_question_goes_to_the_evidence():
    """ "root cause" in a question about something else does not give the stock answer."""
    made = await ask("did tomasz think that the CDN cache was the root cause before the purge?")
    assert ts(39) in made.evidence or ts(47) in made.evidence


async def test_the_model_answers_over_numbered_evidence():
    """The prompt holds the evidence by number, the answer cites it by ref."""
    model = Model(good("The reaper was scaled to 0, nothing is deleted any more.", "E1"))
    made = await ask("what was scaled to stop the reaper?", model, system="SHEET")
    request = model.asked[0]
    assert "scaled to 0" in request.user
    assert "SHEET" == request.system
    assert ["E1"] == request.answer_schema["properties"]["ids"]["items"]["enum"][:1]
    assert ("model", False) == (made.mode, made.declined)
    assert (ts(61),) == made.evidence


@pytest.mark.parametrize(
    "bad",
    [
        good("The reaper was scaled to 3 at once.", "E1"),
        good("The reaper was scaled by kubelet-07.", "E1"),
        good("The reaper was scaled to 0, see https://evil.example/x", "E1"),
        good("The reaper was scaled to 0.", "E99"),
        good("The reaper was scaled to 0."),
        good("", "E1"),
        good("The reaper is scaled to 0 because nothing is deleted.", "E1"),
        good("Great teams always celebrate success together with pizza.", "E1"),
        ModelAnswerInvalid("no JSON"),
    ],
)
async def test_an_answer_that_the_evidence_does_not_carry_is_refused(bad):
    """Once asked again with the reason, then the best evidence is quoted."""
    model = Model(bad, bad)
    made = await ask("what was scaled to stop the reaper?", model)
    assert "was refused: " in model.asked[1].user
    assert "deterministic" == made.mode
    assert "“reaper is scaled to 0, nothing is deleted any more”" in made.text
    assert ts(61) in made.evidence


async def test_the_second_try_may_pass():
    """A mended answer is taken."""
    model = Model(good("Scaled to 7.", "E1"), good("The reaper is scaled to 0.", "E1"))
    made = await ask("what was scaled to stop the reaper?", model)
    assert ("The reaper is scaled to 0.", "model") == (made.text, made.mode)


async def test_what_nobody_spoke_about_is_declined_before_the_model():
    """A name that occurs nowhere: no call, and the answer says what would tell."""
    model = Model()
    made = await ask("did the kafka-7 broker lose its partition leader?", model)
    assert made.declined is True
    assert [] == model.asked
    assert "kafka-7" in made.text
    assert "64 messages and 8,214 log lines" in made.text
    assert () == made.evidence


async def test_the_model_may_decline():
    """Then the nearest evidence is shown, and the answer counts as declined."""
    made = await ask(
        "who scaled the reaper to zero, and with which command?", Model({"answerable": False, "answer": "", "ids": []})
    )
    assert made.declined is True
    assert made.evidence


async def test_without_a_model_the_evidence_is_quoted():
    """Deterministic mode answers too."""
    made = await ask("when was the last restore drill?")
    assert "restore drill" in made.text
    assert ts(231) in made.evidence
    assert "deterministic" == made.mode


async def test_a_short_question_leans_on_the_one_before():
    """ "and when?" is about what was asked before."""
    made = await ask("and when?", history=[("person", "was there a restore drill?"), ("bot", "Yes.")])
    assert ts(231) in made.evidence


async def test_a_model_that_is_away_is_told():
    """The caller decides about the fallback."""
    with pytest.raises(ModelUnavailable):
        await ask("what was scaled to stop the reaper?", Model(ModelUnavailable("gone")))


@pytest.mark.parametrize(("said", "mode"), [("auf 0", "model"), ("auf 3", "deterministic")])
async def test_an_answer_in_the_language_of_the_question_may_pass(said, mode):
    """Words of another language are not held against it; names and numbers still are."""

    class German(Model):
        parameters = 7.0

        async def chat(self, request: ChatRequest, on_text: Callable[[str], None] | None = None) -> ChatReply:
            number = next(line for line in request.user.splitlines() if "scaled to 0" in line).split(":")[0]
            return ChatReply(text="", data=good(f"Der Reaper wurde {said} skaliert.", number))

    made = await ask("Was wurde mit dem reaper (scaled) gemacht, und wie?", German())
    assert mode == made.mode


async def test_a_small_model_is_not_asked_in_another_language():
    """Its translations cannot be checked: the evidence is quoted instead."""
    model = Model()
    made = await ask("Was wurde mit dem reaper (scaled) gemacht, und wie?", model)
    assert ([], "deterministic") == (model.asked, made.mode)
    assert "reaper is scaled to 0" in made.text
