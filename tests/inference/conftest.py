"""Fixtures for the tests that run a real model: its weights, fetched into the user's cache when they are absent."""

import os
from pathlib import Path

import pytest

from bot.weights import fetch, load_catalogue


@pytest.fixture(scope="session")
def smollm2() -> Path:
    """SmolLM2-135M, the model of the plumbing tests."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "testing-postmortem"
    return fetch(load_catalogue()["smollm2:135m"], cache, lambda done, total, note: None)
