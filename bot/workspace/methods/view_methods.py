"""views.*: modals and the App Home."""

from typing import Any

from bot.workspace.methods.call import Call, Method
from bot.workspace.methods.chat import structure
from bot.workspace.refusal import SlackRefusal
from bot.workspace.state import Json


def opening(call: Call) -> Json:
    return {"view": call.views.open(_given(call), call.required("trigger_id", "invalid_trigger_id"))}


def push(call: Call) -> Json:
    return {"view": call.views.push(_given(call), call.required("trigger_id", "invalid_trigger_id"))}


def update(call: Call) -> Json:
    view_id, external_id, digest = call.text("view_id"), call.text("external_id"), call.text("hash")
    return {"view": call.views.update(_given(call), view_id=view_id, external_id=external_id, digest=digest)}


def publish(call: Call) -> Json:
    if not call.app.home_tab:
        raise SlackRefusal("not_enabled")
    user = call.state.user(call.required("user_id", "user_not_found"))
    return {"view": call.views.publish(_given(call), user.id)}


def _given(call: Call) -> Any:
    view = structure(call, "view")
    if not isinstance(view, dict):
        raise SlackRefusal(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: view"]}
        )
    return view


METHODS: dict[str, Method] = {
    "views.open": opening,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
