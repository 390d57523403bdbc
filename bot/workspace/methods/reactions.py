"""reactions.*"""

import re

from bot.workspace import talk
from bot.workspace.methods.call import Call, Method
from bot.workspace.refusal import SlackRefusal
from bot.workspace.state import Json

_NAME = re.compile(r"[a-z0-9_+\-']+(::skin-tone-[2-6])?")


def add(call: Call) -> Json:
    call.need("reactions:write")
    channel = call.joined()
    talk.react(call.state, channel, call.required("timestamp", "no_item_specified"), _name(call), call.bot)
    return {}


def remove(call: Call) -> Json:
    call.need("reactions:write")
    channel = call.joined()
    talk.unreact(call.state, channel, call.required("timestamp", "no_item_specified"), _name(call), call.bot)
    return {}


def get(call: Call) -> Json:
    call.need("reactions:read")
    channel = call.channel()
    message = call.state.message(channel, call.required("timestamp", "no_item_specified"))
    return {"type": "message", "channel": channel.id, "message": channel.shown(message)}


def _name(call: Call) -> str:
    name = call.text("name").strip(":")
    if not _NAME.fullmatch(name):
        raise SlackRefusal("invalid_name")
    return name


METHODS: dict[str, Method] = {"reactions.add": add, "reactions.remove": remove, "reactions.get": get}
