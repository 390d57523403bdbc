"""The same story without durability, for the command line: a step is just run."""

from collections.abc import Awaitable, Callable

from bot.nouns.ports import Json


async def inline(_name: str, make: Callable[[], Awaitable[Json]]) -> Json:
    """`nouns.ports.Memo` that remembers nothing."""
    return await make()
