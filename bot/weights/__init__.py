"""Pinned models and voices: a catalogue of files with their hashes, and the ways to fetch them into the cache."""

from bot.weights.catalogue import Weights, find, load_catalogue, path
from bot.weights.fetch import Report, fetch, is_present, verify
from bot.weights.inventory import Stored, inventory, present_path, pull

__all__ = [
    "Report",
    "Stored",
    "Weights",
    "fetch",
    "find",
    "inventory",
    "is_present",
    "load_catalogue",
    "path",
    "present_path",
    "pull",
    "verify",
]
