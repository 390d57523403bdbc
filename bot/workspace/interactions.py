"""What a person does with the app: commands, message shortcuts, buttons, menus and modals."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from bot.workspace import talk
from bot.workspace.delivery import Delivery, NotAcked
from bot.workspace.refusal import SlackRefusal
from bot.workspace.response_url import ResponseUrls
from bot.workspace.slack_app import SlackApp
from bot.workspace.state import Channel, Json, State, User
from bot.workspace.views import Views, told


@dataclass(frozen=True)
class Ack:
    """The app's answer: `error` is Slack's word when there was none; `seconds` until the ack came."""

    answer: Json | None = None
    seconds: float = 0.0
    error: str = ""


class Interactions:
    def __init__(self, state: State, app: SlackApp, delivery: Delivery, views: Views, urls: ResponseUrls) -> None:
        self._state = state
        self._app = app
        self._delivery = delivery
        self._views = views
        self._urls = urls

    async def command(self, user: User, channel: Channel, line: str) -> Ack:
        """`line` is what was typed, "/testing-postmortem help". Raises SlackRefusal unknown_command, is_archived."""
        name, _, text = line.strip().partition(" ")
        if name not in self._app.commands:
            raise SlackRefusal("unknown_command", command=name)
        if channel.is_archived:
            raise SlackRefusal("is_archived")
        payload = {
            "token": "offline",
            "team_id": self._state.team_id,
            "team_domain": self._state.team_domain,
            "channel_id": channel.id,
            "channel_name": "directmessage" if channel.is_im else channel.name,
            "user_id": user.id,
            "user_name": user.name,
            "command": name,
            "text": text.strip(),
            "api_app_id": self._app.id,
            "is_enterprise_install": "false",
            "response_url": self._urls.new(channel, user.id),
            "trigger_id": self._views.new_trigger(user.id),
        }
        try:
            answer, seconds = await self._delivery.request("slash_commands", payload)
        except NotAcked as failed:
            return self._failed(user, channel, name, failed)
        if answer and (answer.get("text") or answer.get("blocks")):
            self._urls.respond(channel, user.id, answer)
        return Ack(answer, seconds)

    def _failed(self, user: User, channel: Channel, name: str, failed: NotAcked) -> Ack:
        error = "operation_timeout" if "timeout" in failed.reason else "dispatch_failed"
        talk.whisper(self._state, channel, self._bot(), user.id, text=f'{name} failed with the error "{error}"')
        return Ack(error=error)

    async def shortcut(self, user: User, channel: Channel, ts: str, callback_id: str) -> Ack:
        """A message shortcut from the message's menu."""
        if callback_id not in {one.callback_id for one in self._app.shortcuts}:
            raise SlackRefusal("unknown_shortcut")
        message = self._state.message(channel, ts)
        payload = self._person(user) | {
            "type": "message_action",
            "callback_id": callback_id,
            "action_ts": f"{self._state.clock():.6f}",
            "message_ts": ts,
            "message": deepcopy(channel.shown(message)),
            "channel": {"id": channel.id, "name": channel.name},
            "response_url": self._urls.new(channel, user.id, thread_ts=message.get("thread_ts")),
            "trigger_id": self._views.new_trigger(user.id),
        }
        return await self._interact(payload)

    async def press(self, user: User, channel: Channel, ts: str, action_id: str, chosen: Any = None) -> Ack:
        """A button, menu or overflow in a message; `chosen` is an option's value. The message may be ephemeral."""
        message = self._state.ephemeral.get(ts) or self._state.message(channel, ts)
        action = self._action(message.get("blocks", []), action_id, chosen)
        thread = message.get("thread_ts")
        container: Json = {"type": "message", "message_ts": ts, "channel_id": channel.id}
        container |= {"is_ephemeral": bool(message.get("is_ephemeral"))} | ({"thread_ts": thread} if thread else {})
        payload = self._person(user) | {
            "type": "block_actions",
            "container": container,
            "channel": {"id": channel.id, "name": channel.name},
            "message": _without_reader(message),
            "state": {"values": _state_values([action])},
            "response_url": self._urls.new(channel, user.id, source_ts=ts, thread_ts=thread),
            "trigger_id": self._views.new_trigger(user.id),
            "actions": [action],
        }
        return await self._interact(payload)

    async def press_in_view(self, user: User, view_id: str, action_id: str, chosen: Any = None) -> Ack:
        """The same in a modal or in the App Home."""
        view = self._view(user, view_id)
        payload = self._person(user) | {
            "type": "block_actions",
            "container": {"type": "view", "view_id": view_id},
            "view": told(view),
            "trigger_id": self._views.new_trigger(user.id, view_id),
            "actions": [self._action(view["blocks"], action_id, chosen)],
        }
        return await self._interact(payload)

    async def submit(self, user: User, view_id: str, values: Json) -> Ack:
        """Submit a modal. `values` maps block_id to action_id to Slack's value object of the input.

        The ack may close, replace or stack the modal, or name errors, which leave it open.
        """
        view = self._view(user, view_id)
        view["state"] = {"values": values}
        payload = self._person(user) | {"type": "view_submission", "view": told(view), "response_urls": []}
        payload["trigger_id"] = self._views.new_trigger(user.id, view_id)
        ack = await self._interact(payload)
        if not ack.error:
            self._after_submit(view, ack.answer or {})
        return ack

    def _after_submit(self, view: Json, answer: Json) -> None:
        action = answer.get("response_action")
        if action == "errors":
            return
        if action == "update":
            self._views.update(answer["view"], view_id=view["id"])
        elif action == "push":
            self._views.push_on(view, answer["view"])
        else:
            self._views.close(view, all_of_them=action == "clear")

    async def close(self, user: User, view_id: str) -> Ack:
        view = self._view(user, view_id)
        self._views.close(view)
        if not view["notify_on_close"]:
            return Ack()
        return await self._interact(
            self._person(user) | {"type": "view_closed", "view": told(view), "is_cleared": False}
        )

    async def _interact(self, payload: Json) -> Ack:
        try:
            return Ack(*await self._delivery.request("interactive", payload))
        except NotAcked as failed:
            return Ack(error="operation_timeout" if "timeout" in failed.reason else "dispatch_failed")

    def _bot(self) -> User:
        return self._state.users[self._app.user_id]

    def _view(self, user: User, view_id: str) -> Json:
        view = self._state.views.get(view_id)
        if view is None or view["user"] != user.id:
            raise SlackRefusal("not_found")
        return view

    def _person(self, user: User) -> Json:
        team = {"id": self._state.team_id, "domain": self._state.team_domain}
        person = {"id": user.id, "username": user.name, "name": user.name, "team_id": self._state.team_id}
        whole = {"token": "offline", "team": team, "user": person, "api_app_id": self._app.id}
        return whole | {"is_enterprise_install": False, "enterprise": None}

    def _action(self, blocks: list[Json], action_id: str, chosen: Any) -> Json:
        for block in blocks:
            for element in [*block.get("elements", []), block.get("accessory"), block.get("element")]:
                if isinstance(element, dict) and element.get("action_id") == action_id:
                    return _pressed(element, block, chosen) | {"action_ts": f"{self._state.clock():.6f}"}
        raise SlackRefusal("action_not_found", action_id=action_id)


def _pressed(element: Json, block: Json, chosen: Any) -> Json:
    action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    if element["type"] == "button":
        return action | {key: element[key] for key in ("text", "value", "style") if key in element}
    options = element.get("options") or [o for group in element.get("option_groups", []) for o in group["options"]]
    if element["type"] in {"multi_static_select", "checkboxes"}:
        return action | {"selected_options": [o for o in options if o["value"] in (chosen or [])]}
    if options:
        picked = next((option for option in options if option["value"] == chosen), None)
        if picked is None:
            raise SlackRefusal("option_not_found")
        return action | {"selected_option": picked}
    return action | {"value": chosen}


def _state_values(actions: list[Json]) -> Json:
    stateful = [action for action in actions if action["type"] not in {"button", "overflow"}]
    return {a["block_id"]: {a["action_id"]: {k: v for k, v in a.items() if k != "action_ts"}} for a in stateful}


def _without_reader(message: Json) -> Json:
    return {key: deepcopy(value) for key, value in message.items() if key != "reader"}
