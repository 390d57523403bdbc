"""Modals and the App Home: opened with a trigger that lives for seconds, at most three on top of each other."""

import secrets
from dataclasses import dataclass
from typing import Any

from bot.workspace import limits
from bot.workspace.refusal import SlackRefusal
from bot.workspace.slack_app import SlackApp
from bot.workspace.state import Json, State
from bot.workspace.talk import with_ids

TRIGGER_S = 3.0
STACK = 3
_KEPT = ("type", "title", "submit", "close", "private_metadata", "callback_id", "external_id")
_FLAGS = ("clear_on_close", "notify_on_close", "submit_disabled")


@dataclass
class Trigger:
    user: str
    expires: float
    view_id: str = ""
    used: bool = False


class Views:
    """The open modals of all people; a stack shares its root's id."""

    def __init__(self, state: State, app: SlackApp) -> None:
        self._state = state
        self._app = app
        self._triggers: dict[str, Trigger] = {}

    def new_trigger(self, user: str, view_id: str = "") -> str:
        token = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[token] = Trigger(user, self._state.clock() + TRIGGER_S, view_id)
        return token

    def _redeem(self, token: str) -> Trigger:
        trigger = self._triggers.get(token)
        if trigger is None:
            raise SlackRefusal("invalid_trigger_id")
        if trigger.used:
            raise SlackRefusal("exchanged_trigger_id")
        if self._state.clock() > trigger.expires:
            raise SlackRefusal("expired_trigger_id")
        trigger.used = True
        return trigger

    def open(self, view: Json, trigger_id: str) -> Json:
        _check(view, "modal")
        trigger = self._redeem(trigger_id)
        return self._show(self._made(view, trigger.user))

    def push(self, view: Json, trigger_id: str) -> Json:
        _check(view, "modal")
        trigger = self._redeem(trigger_id)
        below = self._state.views.get(trigger.view_id)
        if below is None:
            raise SlackRefusal("invalid_trigger_id")
        return self.push_on(below, view)

    def push_on(self, below: Json, view: Json) -> Json:
        """A modal on top of another; also what a submission may answer."""
        _check(view, "modal")
        if len(self.stack(below)) >= STACK:
            raise SlackRefusal("push_limit_reached")
        made = self._made(view, below["user"])
        made |= {"root_view_id": below["root_view_id"], "previous_view_id": below["id"]}
        return self._show(made)

    def update(self, view: Json, *, view_id: str = "", external_id: str = "", digest: str = "") -> Json:
        old = self._find(view_id, external_id)
        _check(view, old["type"])
        if digest and digest != old["hash"]:
            raise SlackRefusal("hash_conflict")
        made = self._made(view, old["user"])
        made |= {key: old[key] for key in ("id", "root_view_id", "previous_view_id")}
        if old["type"] == "home":
            self._state.homes[old["user"]] = made
        return self._show(made)

    def publish(self, view: Json, user: str) -> Json:
        _check(view, "home")
        made = self._made(view, user)
        if old := self._state.homes.get(user):
            made |= {"id": old["id"], "root_view_id": old["id"]}
        self._state.homes[user] = made
        return self._show(made)

    def stack(self, view: Json) -> list[Json]:
        return [one for one in self._state.views.values() if one["root_view_id"] == view["root_view_id"]]

    def close(self, view: Json, *, all_of_them: bool = False) -> None:
        gone = self.stack(view) if all_of_them else [view]
        for one in gone:
            self._state.views.pop(one["id"], None)
        self._state.emit({"type": "page_views_closed", "user": view["user"], "ids": [one["id"] for one in gone]})

    def _find(self, view_id: str, external_id: str) -> Json:
        for view in self._state.views.values():
            if view["id"] == view_id or (external_id and view["external_id"] == external_id):
                return view
        raise SlackRefusal("not_found")

    def _made(self, view: Json, user: str) -> Json:
        fresh = self._state.new_id("V")
        made: Json = {
            "id": fresh,
            "team_id": self._state.team_id,
            "blocks": with_ids(view["blocks"]),
            "state": {"values": {}},
            "hash": f"{int(self._state.clock())}.{secrets.token_hex(4)}",
            "root_view_id": fresh,
            "previous_view_id": None,
            "app_id": self._app.id,
            "app_installed_team_id": self._state.team_id,
            "bot_id": self._app.bot_id,
            "user": user,
        }
        made |= {key: view.get(key, "") for key in _KEPT} | {key: bool(view.get(key)) for key in _FLAGS}
        return made | {key: view.get(key) for key in ("title", "submit", "close")}

    def _show(self, view: Json) -> Json:
        self._state.views[view["id"]] = view
        self._state.emit({"type": "page_view", "view": view})
        return told(view)


def told(view: Json) -> Json:
    """A view as the app gets it: whose it is, the payload says elsewhere."""
    return {key: value for key, value in view.items() if key != "user"}


def _check(view: Any, kind: str) -> None:
    limits.check_view(view)
    if view["type"] != kind:
        raise SlackRefusal(
            "invalid_arguments", response_metadata={"messages": [f"[ERROR] the view has to be a {kind}"]}
        )
