"""auth.*, api.test, apps.*, team.*, users.*, bots.*."""

from bot.workspace.methods.call import Call, Method
from bot.workspace.refusal import SlackRefusal
from bot.workspace.state import Json


def api_test(call: Call) -> Json:
    if error := call.text("error"):
        raise SlackRefusal(error)
    return {"args": dict(call.args)}


def auth_test(call: Call) -> Json:
    return {
        "url": f"{call.state.base_url}/",
        "team": call.state.team_name,
        "user": call.app.user_name,
        "team_id": call.state.team_id,
        "user_id": call.app.user_id,
        "bot_id": call.app.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(call: Call) -> Json:
    return {"url": call.socket_mode.new_url(call.state.base_url)}


def team_info(call: Call) -> Json:
    call.need("team:read")
    return {
        "team": {"id": call.state.team_id, "name": call.state.team_name, "domain": call.state.team_domain, "icon": {}}
    }


def users_info(call: Call) -> Json:
    call.need("users:read")
    return {"user": call.state.user(call.required("user", "user_not_found")).as_slack(call.state.team_id)}


def users_list(call: Call) -> Json:
    call.need("users:read")
    everybody = [user.as_slack(call.state.team_id) for user in call.state.users.values()]
    members, cursor = call.page(everybody, call.number("limit", 1000, 1000))
    return {"members": members, "cache_ts": int(call.state.clock()), "response_metadata": {"next_cursor": cursor}}


def bots_info(call: Call) -> Json:
    call.need("users:read")
    if found := call.state.bots.get(call.required("bot", "bot_not_found")):
        return {"bot": found}
    raise SlackRefusal("bot_not_found")


METHODS: dict[str, Method] = {
    "api.test": api_test,
    "auth.test": auth_test,
    "apps.connections.open": connections_open,
    "team.info": team_info,
    "users.info": users_info,
    "users.list": users_list,
    "bots.info": bots_info,
}
