"""llama.cpp in a child process behind the part of Ollama's API that our client uses."""

from bot.inference.embedded.process import EmbeddedEndpoint, is_available

__all__ = ["EmbeddedEndpoint", "is_available"]
