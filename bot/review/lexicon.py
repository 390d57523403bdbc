"""Word lists, kept as data in words.toml."""

import tomllib
from functools import cache
from importlib import resources


@cache
def _lists() -> dict[str, list[str]]:
    return tomllib.loads(resources.files("bot.review").joinpath("words.toml").read_text("utf-8"))


def word_list(name: str) -> frozenset[str]:
    """Lower-case words; KeyError for a list that words.toml does not have."""
    return frozenset(_lists()[name])
