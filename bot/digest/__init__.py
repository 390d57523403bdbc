"""From the clean incident to the fact sheet that every model, and no model, works from. Pure: no clock, no network."""

from bot.digest.retrieve import EvidenceSearch
from bot.digest.sheet import digest

__all__ = ["EvidenceSearch", "digest"]
