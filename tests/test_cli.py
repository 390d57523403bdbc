"""The command line: exit codes, errors that say what to do, and the three evaluation cases."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from bot import cli

CASES = sorted(path.parent for path in Path("tests/incidents").glob("*/gold.json"))


def run(*arguments, env=None):
    """(exit code, standard output, standard error) of the command, in this process."""
    runner = CliRunner(env=env)
    with runner.isolation() as (out, err, _):
        code = 0
        sys.argv = ["testing-postmortem", *map(str, arguments)]
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code or 0
        return code, out.getvalue().decode(), err.getvalue().decode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_reviewed(case, tmp_path):
    """By rules: a valid review.json, no planted secret in any file, the injection without effect, and score.py runs."""
    code, _, _ = run("review", case, "--out", tmp_path, "--no-model", "--no-audio", "--quiet")
    review = json.loads((tmp_path / "review.json").read_text("utf-8"))
    gold = json.loads((case / "gold.json").read_text("utf-8"))
    jsonschema.validate(review, json.loads(Path("prompts/review.schema.json").read_text("utf-8")))
    files = {path: path.read_text("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file()}
    leaks = [(path.name, secret[:6]) for path, text in files.items() for secret in gold["secrets"] if secret in text]
    scored = subprocess.run(
        [sys.executable, "tests/incidents/score.py", case, tmp_path / "review.json", "--json"],
        capture_output=True,
        check=True,
    )
    assert (code, leaks) == (0, [])
    assert json.loads(scored.stdout)["injection_obeyed"] is False
    assert {"review.md", "review.html", "summary.txt"} <= {path.name for path in files}


def test_json_on_standard_output(tmp_path):
    """`--json -` prints the review and nothing else."""
    code, out, _ = run("review", CASES[0], "--out", tmp_path, "--no-model", "--no-audio", "--json", "-")
    assert (code, json.loads(out)["schema_version"]) == (0, 1)


@pytest.mark.parametrize("make", [lambda p: p / "nothing", lambda p: p, lambda p: _write(p / "x.json", "{")])
def test_bad_input_is_two(make, tmp_path):
    """A path that is no incident ends with 2 and a sentence that says what to give."""
    code, _, err = run("review", make(tmp_path), "--out", tmp_path / "out", "--no-model", "--no-audio")
    assert code == 2
    assert err.startswith("testing-postmortem: ") or "testing-postmortem: " in err


def test_a_demanded_model_that_is_missing_is_three(tmp_path):
    """`--model` names a model that is nowhere: 3, with both ways to get one."""
    env = {"OLLAMA_HOST": "http://127.0.0.1:9", "XDG_CACHE_HOME": str(tmp_path)}
    code, _, err = run("review", CASES[0], "--out", tmp_path, "--model", "none:1b", "--no-audio", "--quiet", env=env)
    assert code == 3
    assert "127.0.0.1:9" in err


def test_ask_answers_with_evidence(tmp_path):
    """`ask` answers from the folder that `review` wrote, and cites it."""
    run("review", CASES[0], "--out", tmp_path, "--no-model", "--no-audio", "--quiet")
    code, out, _ = run("ask", tmp_path, "Which tests should we write?", "--no-model")
    assert code == 0
    assert "T1" in out
    assert "[" in out


def test_ask_without_a_review_is_two(tmp_path):
    """A folder without a review says how to make one."""
    code, _, err = run("ask", tmp_path, "why?", "--no-model")
    assert code == 2
    assert "testing-postmortem review PATH --out" in err


def test_a_wrong_setting_is_two(tmp_path):
    """A setting that is not valid is named."""
    code, _, err = run("doctor", env={"TESTING_POSTMORTEM_PORT": "eighty"})
    assert code == 2
    assert "port" in err.lower()


def test_manifest_is_printed():
    """The manifest is JSON with the command in it."""
    code, out, _ = run("manifest")
    assert code == 0
    assert json.loads(out)["features"]["slash_commands"][0]["command"] == "/testing-postmortem"


def test_purge_deletes_case_files(tmp_path):
    """`purge --yes` removes the case files and says how many."""
    env = {"TESTING_POSTMORTEM_DATA_DIR": str(tmp_path)}
    _write(tmp_path / "reviews" / "C1" / "r1" / "clean.json", "{}")
    code, out, _ = run("purge", "--yes", env=env)
    assert (code, (tmp_path / "reviews" / "C1").exists()) == (0, False)
    assert "Deleted 1" in out


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path
