"""The language model: one client over Ollama's API, for an Ollama or for llama.cpp in a child process."""

from bot.inference.choose import LOCAL_OLLAMA as DEFAULT_HOST
from bot.inference.choose import Choice, Stop, connect
from bot.inference.library import Installed, ollama_models, pull
from bot.inference.ollama import Limits, OllamaChat, Totals

__all__ = [
    "DEFAULT_HOST",
    "Choice",
    "Installed",
    "Limits",
    "OllamaChat",
    "Stop",
    "Totals",
    "connect",
    "ollama_models",
    "pull",
]
