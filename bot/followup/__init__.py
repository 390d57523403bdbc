"""Question -> answer with evidence: which thread replies are for the bot, and what it says to them."""

from bot.followup.answer import answer
from bot.followup.listen import addresses_bot

__all__ = ["addresses_bot", "answer"]
