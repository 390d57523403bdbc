"""The Web API methods, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.workspace.methods import chat, conversations, history, reactions, shared_files, team, view_methods
from bot.workspace.methods.call import Method

METHODS: Mapping[str, Method] = MappingProxyType(
    team.METHODS
    | conversations.METHODS
    | history.METHODS
    | chat.METHODS
    | reactions.METHODS
    | shared_files.METHODS
    | view_methods.METHODS
)
