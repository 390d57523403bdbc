"""Rules for all tests: an outside tool that is missing skips its tests, except in CI, where it fails them."""

import logging
import os
import shutil
from collections.abc import Iterator

import pytest
import structlog

from tests.tools import browser

NEEDS = {"browser": (browser, "Chromium"), "peer": (lambda: shutil.which("npm"), "npm")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker, (find, name) in NEEDS.items():
            if item.get_closest_marker(marker) and find() is None and not os.environ.get("TESTS_REQUIRE_ALL"):
                item.add_marker(pytest.mark.skip(reason=f"{name} is not installed (make test says how to get it)"))


@pytest.fixture(autouse=True)
def _logging_as_at_the_start() -> Iterator[None]:
    """No test inherits the log level or the handlers that another one's command line set."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    structlog.reset_defaults()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads the environment's or the user's settings."""
    for key in list(os.environ):
        if key.startswith(("TESTING_POSTMORTEM_", "SLACK_")) or key == "OLLAMA_HOST":
            monkeypatch.delenv(key)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "no-config"))
