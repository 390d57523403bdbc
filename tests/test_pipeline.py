"""The story with real stages and fakes at the ports: what each missing part costs, and what is said about it."""

import json

import numpy as np
import pytest
import structlog

from bot import pipeline
from bot.casefile import CaseFile
from bot.engine.inline import inline
from bot.errors import ModelMissing, ModelUnavailable, NotAnIncident, SpeechError
from bot.gather.files import FileSource
from bot.nouns.ports import ModelInfo
from bot.nouns.request import ReviewRequest
from bot.publish.folder import FolderPublisher

TALK = """2026-11-24 14:02 alertbot: [FIRING] checkout error rate 34 %
2026-11-24 14:05 mira: pay-api pods are OOMKilled every two minutes
2026-11-24 14:20 mira: root cause: release 4.18 loads the whole price table into memory, token=FakeToken12345EXAMPLE
2026-11-24 14:31 mira: rolled back, error rate is back to 0.1 %, resolved
2026-11-24 15:00 lena: the load test never ran with a table of production size, mail me at lena@shop.example
"""
REQUEST = ReviewRequest(id="files:x", channel_id="x", trigger="files")


class Tone:
    name, engine, sample_rate = "tone", "tone", 24_000

    def speak(self, sentence):
        time = np.arange(int(max(0.8, 0.38 * len(sentence.split())) * self.sample_rate)) / self.sample_rate
        return (0.2 * np.sin(2 * np.pi * 180 * time) * (1 + np.sin(2 * np.pi * 3 * time))).astype(np.float32)


class DyingModel:
    """Answers who it is, and then no more."""

    async def info(self):
        return ModelInfo(name="dying:7b", digest="d", parameters=7.0, context_length=8192, num_ctx=8192)

    def count_tokens(self, text):
        return len(text) // 3

    async def warm(self):
        raise ModelUnavailable("Nothing answers at http://127.0.0.1:1.")

    async def chat(self, request, on_text=None):
        raise ModelUnavailable("Nothing answers at http://127.0.0.1:1.")


async def no_model():
    return None


async def tone():
    return Tone()


def raising(error):
    async def connect():
        raise error

    return connect


async def silent(_):
    return None


def parts(tmp_path, **changes):
    path = tmp_path / "talk.txt"
    path.write_text(changes.pop("talk", TALK), "utf-8")
    made = {
        "source": FileSource(path),
        "publisher": FolderPublisher(tmp_path / "out", report=silent),
        "case_folder": lambda _: tmp_path / "case",
        "connect_model": no_model,
        "load_voice": tone,
    }
    return pipeline.Parts(**{**made, **changes})


async def run(tmp_path, **changes):
    await pipeline.review_incident(REQUEST, inline, parts(tmp_path, **changes))
    return json.loads((tmp_path / "out" / "review.json").read_text("utf-8"))


async def test_by_rules_everything_is_written(tmp_path):
    """Without a model the whole review is written, and says that it is by rules."""
    review = await run(tmp_path)
    assert review["provenance"]["mode"] == "deterministic"
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"review.json", "review.md", "review.html", "summary.txt", "summary.mp3"} <= names


async def test_no_secret_is_on_disk(tmp_path):
    """Neither a secret nor an e-mail address of the channel is in any file that was written."""
    await run(tmp_path)
    written = [path for folder in ("out", "case") for path in (tmp_path / folder).rglob("*") if path.is_file()]
    texts = [path.read_bytes() for path in written]
    assert len(texts) > 6
    assert not [
        path for path, text in zip(written, texts, strict=True) if b"FakeToken12345" in text or b"lena@shop" in text
    ]


async def test_a_missing_model_falls_back_to_rules_and_says_so(tmp_path):
    """The review is made by rules and lists the missing model with what to do."""
    review = await run(tmp_path, connect_model=raising(ModelMissing("No model m. Run: ollama pull m")))
    assert review["provenance"]["mode"] == "deterministic"
    assert any("ollama pull m" in line for line in review["missing_evidence"])


async def test_a_model_that_dies_in_the_middle_falls_back_to_rules(tmp_path):
    """A model that stops answering does not cost the review."""

    async def connect():
        return DyingModel()

    review = await run(tmp_path, connect_model=connect)
    assert review["provenance"]["mode"] == "deterministic"
    assert any("Nothing answers" in line for line in review["missing_evidence"])


async def test_a_demanded_model_is_demanded(tmp_path):
    """With a model required its absence is the error."""
    with pytest.raises(ModelMissing):
        await run(tmp_path, connect_model=raising(ModelMissing("none")), model_required=True)


async def test_without_a_voice_the_text_stands(tmp_path):
    """A failing voice leaves no mp3, and the review is there."""
    review = await run(tmp_path, load_voice=raising(SpeechError("no voice")))
    assert review["audio_summary"]
    assert not (tmp_path / "out" / "summary.mp3").exists()


async def test_an_empty_channel_is_said(tmp_path):
    """A transcript without words ends in an error for the person who asked, and in a log event with the same words."""
    with structlog.testing.capture_logs() as logged, pytest.raises(NotAnIncident) as raised:
        await run(tmp_path, talk="\n\n")
    failed = [event for event in logged if event["event"] == "review_failed"]
    assert [event["why"] for event in failed] == [str(raised.value)]


async def test_a_step_that_was_stored_is_not_made_again(tmp_path):
    """The case file remembers a stage by its name."""
    case, made = CaseFile(tmp_path / "case"), []

    async def make():
        made.append(1)
        return {"n": len(made)}

    first = await case.memo("layer:load", make)
    again = await CaseFile(tmp_path / "case").memo("layer:load", make)
    assert (first, again, made) == ({"n": 1}, {"n": 1}, [1])


async def test_a_question_is_answered_from_the_case_file(tmp_path):
    """After the review a question gets an answer with evidence that exists."""
    await run(tmp_path)
    case = CaseFile(tmp_path / "case")
    answer = await pipeline.ask("What was the root cause?", [], case, no_model)
    assert answer.evidence
    assert set(answer.evidence) <= set(case.digest().evidence)
