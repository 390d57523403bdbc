"""The model edits what its size allows, within checks; the rules' words stand otherwise."""

import pytest

from bot.errors import ModelUnavailable
from bot.nouns.review import Review
from bot.review import review
from bot.review.capability import LARGE, MIDDLE, SMALL, capability
from tests.review.cart_incident import sample_digest, ts
from tests.review.scripted_model import Memory, Progresses, ScriptedModel

GOOD_LAYER = {
    "sentence": "The load test uses the default flags and 10 parallel users, it never holds more than 20 connections."
}
INVENTED = {"sentence": "The load test never used 500 users with the default flags."}
GOOD_TEST = {
    "title": "Load test promo_stacking at twice the volume of the incident",
    "fault": "Drive cart-api for one hour at twice the volume of the incident (80 connections) with its mix of requests and promo_stacking on, caches cold at the start, and hold "
    "50% of the connections of cart-db busy.",
}
VAGUE_TEST = {"title": "Improve load testing of everything", "fault": "Ensure better monitoring of the system."}


async def run(model: ScriptedModel, memory: Memory | None = None, progresses: Progresses | None = None) -> Review:
    return await review(
        sample_digest(), model, memory or Memory(), progresses or Progresses(), input_sha256="s", redactions={}
    )


async def test_an_accepted_sentence_replaces_the_quote():
    """A sentence that passes all rules stands and is marked as the model's."""
    result = await run(ScriptedModel({"layer": [GOOD_LAYER]}))
    load = result.missed_layers[0]
    assert (load.why, load.written_by) == (GOOD_LAYER["sentence"], "model")
    assert result.provenance.mode == "model"
    assert (result.provenance.model, result.provenance.model_digest) == ("scripted", "d1")


async def test_a_refused_answer_is_asked_once_more_with_the_reason():
    """The second question carries the reason of the refusal."""
    model = ScriptedModel({"layer": [INVENTED, GOOD_LAYER]})
    result = await run(model)
    first, second = model.asked("layer")[:2]
    assert "The number 500 is not in the facts." in second.user
    assert second.user.startswith(first.user)
    assert result.missed_layers[0].written_by == "model"


async def test_two_refusals_leave_the_rules_words():
    """After the second refusal the quotation stands, and the refusals are counted."""
    model = ScriptedModel({"layer": [INVENTED]})
    result = await run(model)
    assert result.missed_layers[0].written_by == "rules"
    assert "default flags" in result.missed_layers[0].why
    assert len(model.asked("layer")) == 4  # two layers with a question, two attempts each
    calls = len(model.requests)
    assert (result.provenance.tokens["calls"], result.provenance.tokens["rejected"]) == (calls, calls)
    assert result.provenance.mode == "deterministic"


async def test_a_redrafted_test_keeps_scope_and_threshold():
    """The model words the fault; everything that can be wrong by a digit is code's."""
    by_rules = await review(sample_digest(), None, Memory(), Progresses(), input_sha256="s", redactions={})
    result = await run(ScriptedModel({"test": [GOOD_TEST]}))
    made, before = result.recommended_tests[0], by_rules.recommended_tests[0]
    assert (made.written_by, made.failure_injection) == ("model", GOOD_TEST["fault"])
    assert (made.scope, made.threshold, made.success_criteria, made.evidence) == (
        before.scope, before.threshold, before.success_criteria, before.evidence,
    )  # fmt: skip


async def test_a_redraft_that_loses_a_step_is_refused():
    """A shorter fault that leaves out steps or names of the draft is not the same test."""
    result = await run(
        ScriptedModel(
            {"test": [{"title": GOOD_TEST["title"], "fault": "Drive cart-api at the volume of the incident."}]}
        )
    )
    assert result.recommended_tests[0].written_by == "rules"


async def test_a_copied_draft_is_not_the_models_work():
    """A model that repeats the draft has written nothing, and the mode says so."""
    by_rules = await review(sample_digest(), None, Memory(), Progresses(), input_sha256="s", redactions={})
    copies = [{"title": test.title, "fault": test.failure_injection} for test in by_rules.recommended_tests]
    result = await run(ScriptedModel({"test": copies}))
    assert result.recommended_tests == by_rules.recommended_tests
    assert result.provenance.mode == "deterministic"


async def test_a_vague_redraft_is_refused():
    """Advice is no fault, whoever writes it."""
    result = await run(ScriptedModel({"test": [VAGUE_TEST]}))
    assert {test.written_by for test in result.recommended_tests} == {"rules"}


async def test_all_calls_share_one_prefix():
    """The system text is the same in every call, so that the server's prefix cache pays."""
    model = ScriptedModel({"layer": [GOOD_LAYER], "test": [GOOD_TEST]})
    await run(model)
    assert len(model.requests) > 3
    assert len({request.system for request in model.requests}) == 1
    assert all(request.answer_schema is not None for request in model.requests)


async def test_a_second_run_repeats_no_call():
    """Stored stages, refusals too, are not asked again; the review is the same."""
    memory = Memory()
    first = await run(ScriptedModel({"layer": [GOOD_LAYER], "test": [VAGUE_TEST]}), memory)
    again = ScriptedModel({})
    second = await run(again, memory)
    assert again.requests == []
    assert first == second


async def test_a_model_that_stops_answering_is_not_hidden():
    """An endpoint that is gone is raised: the caller falls back to rules and says why."""
    with pytest.raises(ModelUnavailable):
        await run(ScriptedModel({"test": [ModelUnavailable("gone")]}))


async def test_progress_is_told_for_each_call():
    """Every stage is announced before it starts, with how many there are."""
    progresses = Progresses()
    await run(ScriptedModel({"layer": [GOOD_LAYER]}), progresses=progresses)
    assert [item.done for item in progresses.told] == list(range(1, len(progresses.told) + 1))
    assert {item.stage for item in progresses.told} == {"review"}


async def test_model_time_is_bounded():
    """When the time of a small model is used up, the remaining rule texts stand."""
    slow = ScriptedModel({"test": [GOOD_TEST], "layer": [GOOD_LAYER]})
    reply_of = slow.chat

    async def chat(request, on_text=None):
        return (await reply_of(request)).model_copy(update={"seconds": SMALL.most_seconds + 1})

    slow.chat = chat
    result = await run(slow)
    assert len(slow.requests) == 1
    assert (result.missed_layers[0].written_by, result.missed_layers[1].written_by) == ("model", "rules")


@pytest.mark.parametrize(
    ("parameters", "expected"), [(0, SMALL), (1.5, SMALL), (2.9, SMALL), (3.1, MIDDLE), (7.6, LARGE), (70, LARGE)]
)
def test_size_decides_what_the_model_may_do(parameters, expected):
    """Below 3 billion parameters code judges; from 7 billion the model does."""
    assert capability(parameters) == expected


async def test_titles_are_for_larger_models():
    """Below 3 billion parameters titles came out worse than the playbook's, so they are not asked for."""
    asked = {}
    for size in (1.5, 4):
        model = ScriptedModel({"test": [GOOD_TEST]}, parameters=size)
        await run(model)
        asked[size] = "title" in model.asked("test")[0].answer_schema["properties"]
    assert asked == {1.5: False, 4: True}


async def test_a_small_model_is_not_asked_to_judge():
    """Cause, signals, dialogue and summary stay with the rules."""
    model = ScriptedModel({"layer": [GOOD_LAYER]}, parameters=1.5)
    await run(model)
    assert {request.stage for request in model.requests} == {"layer", "test"}


async def test_a_large_model_picks_cause_and_layers():
    """Ids that the model picks decide which facts are the cause and which layers are named, in its order."""
    script = {
        "judge_cause": [{"ids": ["F2"]}],
        "judge_layers": [{"layers": [{"layer": "alerting", "ids": ["F8"]}, {"layer": "chaos", "ids": ["F9"]}]}],
        "cause": [{"statement": "Every request of cart-api holds two connections, so the pool is at 80 of 80."}],
    }
    result = await run(ScriptedModel(script, parameters=8))
    assert [layer.layer for layer in result.missed_layers] == ["alerting", "chaos"]
    assert result.missed_layers[1].reason == "no-test"
    assert ts(21) in result.root_cause.evidence
    assert result.root_cause.written_by == "model"


async def test_a_large_model_cannot_pick_what_was_not_offered():
    """Unknown ids and layers named twice are refused; the rules' choice stands."""
    script = {
        "judge_cause": [{"ids": ["F99"]}],
        "judge_layers": [{"layers": [{"layer": "load", "ids": ["F7"]}, {"layer": "load", "ids": ["F7"]}]}],
    }
    result = await run(ScriptedModel(script, parameters=8))
    assert [layer.layer for layer in result.missed_layers] == ["load", "alerting", "canary"]
    assert ts(34) in result.root_cause.evidence


async def test_a_large_model_tells_the_story():
    """Dialogue lines carry the evidence of the ids that they name; a bad summary is replaced by the rules' one."""
    lines = [
        {"speaker": "test architect", "line": "What would have shown the pool filling up?", "ids": []},
        {"speaker": "reliability engineer", "line": "The load test, but it uses the default flags.", "ids": ["load"]},
    ]
    result = await run(
        ScriptedModel({"dialogue": [{"lines": lines}], "summary": [{"summary": "Too short."}]}, parameters=8)
    )
    assert [line.line for line in result.dialogue] == [line["line"] for line in lines]
    assert result.dialogue[1].evidence == (ts(62),)
    assert 150 <= len(result.audio_summary.split()) <= 200
