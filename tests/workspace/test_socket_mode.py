import asyncio

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.delivery import NotAcked
from bot.workspace.refusal import SlackRefusal
from tests.workspace.bolt_app import BUTTON_BLOCKS, over_socket


async def until(condition) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def test_command_with_an_answer_in_the_ack(workspace, channel):
    """Text in the ack of a command shows to the person who ran it, and to nobody else."""
    async with over_socket(workspace, []):
        ack = await workspace.command("ana", channel, "/testing-postmortem help")
    assert ("", {"text": "Type `status`."}) == (ack.error, ack.answer)
    assert ["Type `status`."] == [m["text"] for m in workspace.ephemeral(channel, "ana")]
    assert [] == workspace.ephemeral(channel, "bo") + workspace.messages(channel)


async def test_response_url_posts_in_the_channel(workspace, channel):
    """An in_channel response becomes a message of the bot."""
    async with over_socket(workspace, []):
        await workspace.command("ana", channel, "/testing-postmortem status")
        await until(lambda: workspace.messages(channel))
    assert [("All is calm.", workspace.app.bot_id)] == [(m["text"], m["bot_id"]) for m in workspace.messages(channel)]


async def test_mention_in_a_thread_is_answered_there(workspace, channel):
    """A mention reaches app_mention and message, each with its own event id; the answer stays in the thread."""
    heard = []
    async with over_socket(workspace, heard):
        first = workspace.post("ana", channel, "It broke")
        workspace.post("ana", channel, "@testing-postmortem why?", thread_ts=first["ts"])
        await until(lambda: len(workspace.thread(channel, first["ts"])) == 3)
        await workspace.settled()
    kinds = [body["event"]["type"] for body in heard]
    assert (1, 2) == (kinds.count("app_mention"), kinds.count("message"))
    assert len(heard) == len({body["event_id"] for body in heard})
    assert "Because." == workspace.thread(channel, first["ts"])[-1]["text"]


async def test_shortcut_button_and_modal(workspace, channel):
    """A shortcut, a button that opens a modal, a refused and an accepted submission go the whole way."""
    heard = []
    client = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
    async with over_socket(workspace, heard):
        sent = await client.chat_postMessage(channel=channel.id, text="Review", blocks=BUTTON_BLOCKS)
        await workspace.shortcut("bo", channel, sent["ts"], "review_testing_gaps")
        await until(lambda: workspace.ephemeral(channel, "bo"))
        await workspace.press("bo", channel, sent["ts"], "overrule")
        await until(lambda: workspace.state.views)
        view_id = next(iter(workspace.state.views))
        value = {"type": "plain_text_input", "value": "x"}
        refused = await workspace.submit("bo", view_id, {"why": {"text": value}})
        assert ({"why": "Say more."}, True) == (refused.answer["errors"], view_id in workspace.state.views)
        await workspace.submit("bo", view_id, {"why": {"text": value | {"value": "the timeout"}}})
        assert {} == workspace.state.views
        await workspace.press("bo", channel, sent["ts"], "accept")
        await until(lambda: workspace.messages(channel)[0]["text"] == "Accepted.")
    kinds = [body["type"] for body in heard if body["type"] != "event_callback"]
    assert ["message_action", "block_actions", "view_submission", "view_submission", "block_actions"] == kinds
    pressed = next(body for body in heard if body["type"] == "block_actions")
    assert ("overrule", sent["ts"]) == (pressed["actions"][0]["action_id"], pressed["container"]["message_ts"])


async def test_trigger_opens_one_modal_only(workspace, channel, client):
    """A trigger id is used up by the first modal."""
    trigger = workspace.views.new_trigger(workspace.user("ana").id)
    view = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [{"type": "divider"}]}
    await client.views_open(trigger_id=trigger, view=view)
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=trigger, view=view)


async def test_unacked_event_is_sent_again(workspace, channel):
    """An event that nobody takes is tried three times here, and given up; one that is taken is sent once."""
    workspace.post("ana", channel, "nobody listens")
    await until(lambda: workspace.deliveries and workspace.deliveries[0].attempts == 3)
    await workspace.settled()
    lost = workspace.deliveries[0]
    assert (False, ["no_connection"] * 3) == (lost.acked, lost.reasons)
    async with over_socket(workspace, []):
        workspace.post("ana", channel, "now somebody does")
        await until(lambda: workspace.deliveries[-1].acked)
    assert (2, 1) == (len(workspace.deliveries), workspace.deliveries[1].attempts)


async def test_event_waits_for_a_late_connection(workspace, channel):
    """A retry reaches an app that connected after the first attempt, with the same event id."""
    workspace.delivery._delays = (0.0, 0.5)
    heard = []
    workspace.post("ana", channel, "early")
    async with over_socket(workspace, heard):
        await until(lambda: heard)
    assert workspace.deliveries[0].event_id == heard[0]["event_id"]


async def test_command_without_an_app(workspace, channel):
    """A command that nobody takes tells the person who ran it; an unknown one is refused."""
    ack = await workspace.command("ana", channel, "/testing-postmortem")
    assert "dispatch_failed" == ack.error
    assert "dispatch_failed" in workspace.ephemeral(channel, "ana")[0]["text"]
    with pytest.raises(SlackRefusal, match="unknown_command"):
        await workspace.command("ana", channel, "/other")


async def test_client_comes_back_after_a_disconnect(workspace, channel):
    """When Slack asks for it, the client opens a new connection and events go on."""
    heard = []
    async with over_socket(workspace, heard):
        await workspace.socket_mode.disconnect()
        await until(lambda: any(not c.leaving for c in workspace.socket_mode._connections))
        workspace.post("ana", channel, "still there?")
        await until(lambda: heard)
    assert "still there?" == heard[0]["event"]["text"]


async def test_bots_own_posts_are_events_that_bolt_ignores(workspace, channel, client):
    """The bot's messages are delivered and acked, and Bolt keeps them from the listeners."""
    heard = []
    async with over_socket(workspace, heard):
        await client.chat_postMessage(channel=channel.id, text="mine")
        await until(lambda: workspace.deliveries and workspace.deliveries[0].acked)
    assert ("message", []) == (workspace.deliveries[0].event["type"], heard)


async def test_channel_events(workspace, channel):
    """Topic, rename, edit and archive arrive as Slack tells them."""
    heard = []
    async with over_socket(workspace, heard):
        workspace.set_topic("ana", channel, "resolved")
        workspace.rename("ana", channel, "inc-1-resolved")
        workspace.react("bo", channel, workspace.messages(channel)[0]["ts"], "tada")
        workspace.archive("ana", channel)
        await workspace.settled()
    told = [(b["event"]["type"], b["event"].get("subtype")) for b in heard]
    assert {
        ("message", "channel_topic"),
        ("channel_rename", None),
        ("message", "channel_name"),
        ("reaction_added", None),
        ("message", "channel_archive"),
        ("channel_archive", None),
    } == set(told)
    assert all(not key.startswith("page_") for body in heard for key in body["event"])


async def test_socket_takes_only_its_own_tickets(workspace):
    """Without an app token there is no socket, and nothing can be sent."""
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await AsyncWebClient(base_url=workspace.api_url).apps_connections_open(app_token=workspace.bot_token)
    with pytest.raises(NotAcked, match="no_connection"):
        await workspace.socket_mode.send("events_api", {}, timeout_s=0.1)
