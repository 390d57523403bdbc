"""Prompts and schema are files that the code can trust."""

import shutil

import jinja2
import pytest

from bot.review.contract import schema_text
from bot.review.fact_sheet import fact_sheet
from bot.review.prompts import Prompts, prompts, prompts_folder
from bot.review.source import Source
from tests.review.cart_incident import sample_digest


def test_a_missing_variable_fails_before_the_call():
    """Filling is strict."""
    with pytest.raises(jinja2.UndefinedError):
        prompts().fill("layer", question="did it run?")


def test_the_version_changes_with_any_prompt(tmp_path):
    """The version is a hash over all prompt files of the review."""
    folder = shutil.copytree(prompts_folder(), tmp_path / "prompts")
    before = Prompts(folder).version
    (folder / "layer.j2").write_text("other", encoding="utf-8")
    assert before == prompts().version
    assert Prompts(folder).version != before


def test_the_published_schema_is_that_of_the_code():
    """prompts/review.schema.json is what `python -m bot.review.schema` prints."""
    assert (prompts_folder() / "review.schema.json").read_text("utf-8") == schema_text()


def test_the_fact_sheet_keeps_to_its_budget():
    """Facts that do not fit are left out whole; the rules at the top always stand."""
    source = Source(sample_digest())
    full = fact_sheet(source, prompts(), len, 100_000)
    short = fact_sheet(source, prompts(), len, len(full) - 200)
    assert "F1: " in short
    assert len(short) <= len(full) - 200
    assert set(short.splitlines()) < set(full.splitlines())


def test_the_fact_sheet_names_no_people():
    """The model never sees a name that it could blame."""
    assert "jonas" not in fact_sheet(Source(sample_digest()), prompts(), len, 100_000).lower()
