"""The durable engine on SQLite, with real processes that are really killed."""

import json
import signal
import subprocess
import sys

import pytest

from bot.engine.serializer import JsonSerializer
from bot.errors import ModelMissing


def run(folder, die_in):
    command = [sys.executable, "-m", "tests.engine.engine_process", str(folder), die_in]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("die_in", ["one", "two", "three"])
def test_kill_in_a_step_runs_only_that_step_again(tmp_path, die_in):
    """After kill -9 the stored steps are not run again, the one in flight is, and the result is whole."""
    killed = run(tmp_path, die_in)
    again = run(tmp_path, "none")
    ran = (tmp_path / "ran").read_text().split()
    assert killed.returncode == -signal.SIGKILL
    assert json.loads(again.stdout)["steps"] == [{"step": step, "of": "x"} for step in ("one", "two", "three")]
    assert sorted(ran) == sorted(["one", "two", "three", die_in])


@pytest.mark.slow
def test_the_same_id_twice_is_the_same_work(tmp_path):
    """A finished workflow's id returns the stored result and runs nothing."""
    first, second = run(tmp_path, "none"), run(tmp_path, "none")
    assert first.stdout == second.stdout
    assert (tmp_path / "ran").read_text().split() == ["one", "two", "three"]


@pytest.mark.slow
def test_state_is_private(tmp_path):
    """The state file is readable by its owner only."""
    run(tmp_path, "none")
    assert (tmp_path / "state.db").stat().st_mode & 0o077 == 0


def test_serializer_keeps_errors_readable():
    """A stored error comes back as its own class with its sentence."""
    serializer = JsonSerializer()
    back = serializer.deserialize(serializer.serialize(ModelMissing("run: ollama pull x")))
    assert (type(back), str(back)) == (ModelMissing, "run: ollama pull x")


def test_serializer_refuses_what_is_not_json():
    """An object that is not plain JSON is refused, not pickled."""
    with pytest.raises(TypeError, match="plain JSON"):
        JsonSerializer().serialize({"x": object()})
