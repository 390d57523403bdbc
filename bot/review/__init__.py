"""`Digest` -> `Review`: the staged analysis (cause, layers, signals, tests, dialogue, summary) and its checks."""

from bot.review.write import review

__all__ = ["review"]
