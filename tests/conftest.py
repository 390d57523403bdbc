"""Rules for all tests: an outside tool that is missing skips its tests, except in CI, where it fails them."""

import os
import shutil

import pytest

from tests.tools import browser

NEEDS = {"browser": (browser, "Chromium"), "peer": (lambda: shutil.which("npm"), "npm")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker, (find, name) in NEEDS.items():
            if item.get_closest_marker(marker) and find() is None and not os.environ.get("TESTS_REQUIRE_ALL"):
                item.add_marker(pytest.mark.skip(reason=f"{name} is not installed (make test says how to get it)"))


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads the environment's or the user's settings."""
    for key in list(os.environ):
        if key.startswith(("TESTING_POSTMORTEM_", "SLACK_")) or key == "OLLAMA_HOST":
            monkeypatch.delenv(key)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "no-config"))
