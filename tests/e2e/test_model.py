"""A review by the demo's real model, through the real client and the embedded endpoint."""

import json
from pathlib import Path

import pytest

from bot import commands, settings
from bot.weights import fetch, load_catalogue

CASE = Path("tests/incidents/codequarry-db1-removal")
MODEL = "qwen2.5-coder:1.5b"

pytestmark = [pytest.mark.model, pytest.mark.slow]


async def silent(_):
    return None


def refs(value):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from item if key == "evidence" else refs(item)
    elif isinstance(value, list):
        for item in value:
            yield from refs(item)


@pytest.mark.timeout(600)
async def test_the_model_writes_within_checks(tmp_path):
    """The model's texts are in the review and say so; every claim's evidence exists; the model's digest is recorded."""
    loaded = settings.load().model_copy(update={"audio": False, "model": MODEL, "data_dir": tmp_path / "data"})
    fetch(load_catalogue()[MODEL], loaded.cache_dir, lambda done, total, note: None)
    job = commands.FileJob(CASE, tmp_path / "out", model_required=True)
    review = await commands.review_files(loaded, job, silent)
    written = json.loads((tmp_path / "out" / "review.json").read_text("utf-8"))
    evidence = json.loads((tmp_path / "out" / "case" / "digest.json").read_text("utf-8"))["evidence"]
    by_model = [part for part in (*review.missed_layers, *review.recommended_tests) if part.written_by == "model"]
    assert review.provenance.mode == "model"
    assert by_model
    assert review.provenance.model_digest == load_catalogue()[MODEL].sha256
    assert set(refs(written)) <= set(evidence)
