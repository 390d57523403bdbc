import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.server import Workspace
from bot.workspace.slack_app import SCOPES, SlackApp
from bot.workspace.state import Channel


async def test_history_pages_newest_first(workspace: Workspace, channel: Channel, client: AsyncWebClient):
    """Following the cursor gives every message of the channel once, newest first, without replies."""
    first = workspace.post("ana", channel, "0")
    for number in range(1, 25):
        workspace.post("ana", channel, str(number))
    workspace.post("bo", channel, "a reply", thread_ts=first["ts"])
    texts = []
    pages = 0
    async for page in await client.conversations_history(channel=channel.id, limit=10):
        pages += 1
        texts += [message["text"] for message in page["messages"]]
    assert (3, [str(n) for n in range(24, -1, -1)]) == (pages, texts)


async def test_replies_are_oldest_first_with_the_first_message(workspace, channel, client):
    """A thread starts with its first message, which counts its replies; paging loses none."""
    first = workspace.post("ana", channel, "first")
    for number in range(5):
        workspace.post("bo", channel, str(number), thread_ts=first["ts"])
    found = []
    async for page in await client.conversations_replies(channel=channel.id, ts=first["ts"], limit=2):
        found += page["messages"]
    assert ["first", "0", "1", "2", "3", "4"] == [message["text"] for message in found]
    assert (5, 1) == (found[0]["reply_count"], found[0]["reply_users_count"])


async def test_times_bound_the_history(workspace, channel, client):
    """oldest and latest leave their own message out unless inclusive is set."""
    stamps = [workspace.post("ana", channel, str(n))["ts"] for n in range(4)]
    between = await client.conversations_history(channel=channel.id, oldest=stamps[0], latest=stamps[3])
    with_ends = await client.conversations_history(
        channel=channel.id, oldest=stamps[0], latest=stamps[3], inclusive=True
    )
    assert (["2", "1"], 4) == ([m["text"] for m in between["messages"]], len(with_ends["messages"]))


async def test_metadata_only_on_request(channel, client):
    """Message metadata comes with include_all_metadata only, and survives."""
    metadata = {"event_type": "review", "event_payload": {"id": "r1"}}
    await client.chat_postMessage(channel=channel.id, text="x", metadata=metadata)
    without = await client.conversations_history(channel=channel.id)
    asked = await client.conversations_history(channel=channel.id, include_all_metadata=True)
    assert (None, metadata) == (without["messages"][0].get("metadata"), asked["messages"][0]["metadata"])


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda c, ch: c.conversations_history(channel="C404"), "channel_not_found"),
        (lambda c, ch: c.conversations_replies(channel=ch.id, ts="1.000001"), "thread_not_found"),
        (lambda c, ch: c.conversations_history(channel=ch.id, cursor="nonsense"), "invalid_cursor"),
        (lambda c, ch: c.api_call("chat.postMessage", params={"channel": ch.id}), "no_text"),
        (lambda c, ch: c.chat_postMessage(channel=ch.id, text="x" * 40_001), "msg_too_long"),
        (lambda c, ch: c.chat_postMessage(channel=ch.id, text="x", thread_ts="1.000001"), "thread_not_found"),
        (lambda c, ch: c.chat_postMessage(channel=ch.id, text="x", blocks="[{]"), "invalid_blocks_format"),
        (lambda c, ch: c.chat_update(channel=ch.id, ts="1.000001", text="x"), "message_not_found"),
        (lambda c, ch: c.chat_postEphemeral(channel=ch.id, user="U404", text="x"), "user_not_in_channel"),
        (lambda c, ch: c.users_info(user="U404"), "user_not_found"),
        (lambda c, ch: c.files_info(file="F404"), "file_not_found"),
        (lambda c, ch: c.reactions_add(channel=ch.id, timestamp="1.000001", name="eyes"), "message_not_found"),
        (lambda c, ch: c.views_open(trigger_id="1.2.x", view=_modal()), "invalid_trigger_id"),
        (lambda c, ch: c.conversations_archive(channel=ch.id), "missing_scope"),
        (lambda c, ch: c.api_call("chat.nonsense"), "unknown_method"),
        (lambda c, ch: c.auth_test(token="xoxb-other"), "invalid_auth"),
    ],
)
async def test_refusals_are_slacks_words(channel, client, call, error):
    """A call that Slack would refuse is refused with Slack's word."""
    with pytest.raises(SlackApiError) as refused:
        await call(client, channel)
    assert error == refused.value.response["error"]


def _modal() -> dict:
    return {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [{"type": "divider"}]}


async def _error(call) -> str:
    with pytest.raises(SlackApiError) as refused:
        await call
    return refused.value.response["error"]


async def test_archived_channel_is_readable_only(workspace, channel, client):
    """In an archived channel posts, uploads and reactions fail with is_archived; its history can be read."""
    first = workspace.post("ana", channel, "before")
    workspace.archive("ana", channel)
    assert "is_archived" == await _error(client.chat_postMessage(channel=channel.id, text="x"))
    assert "is_archived" == await _error(client.reactions_add(channel=channel.id, timestamp=first["ts"], name="eyes"))
    assert "is_archived" == await _error(client.files_upload_v2(channel=channel.id, filename="a.txt", content="x"))
    history = await client.conversations_history(channel=channel.id)
    assert ["channel_archive", None] == [message.get("subtype") for message in history["messages"]]


async def test_bot_has_to_be_in_the_channel(workspace, client):
    """Public channels have to be joined first; private ones are not even found."""
    public = workspace.add_channel("open", "ana", with_bot=False)
    private = workspace.add_channel("closed", "ana", with_bot=False, is_private=True)
    assert "not_in_channel" == await _error(client.conversations_history(channel=public.id))
    assert "channel_not_found" == await _error(client.conversations_history(channel=private.id))
    await client.conversations_join(channel=public.id)
    history = await client.conversations_history(channel=public.id)
    listed = await client.conversations_list(types="public_channel,private_channel")
    assert ["channel_join"] == [message["subtype"] for message in history["messages"]]
    assert ["open"] == [one["name"] for one in listed["channels"]]


async def test_scopes_are_checked_per_method():
    """A missing scope is named, with those that the token has."""
    app = SlackApp(scopes=SCOPES - {"channels:history"})
    async with await Workspace.start(app=app) as workspace:
        channel = workspace.add_channel("inc-1")
        client = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
        with pytest.raises(SlackApiError) as refused:
            await client.conversations_history(channel=channel.id)
    assert ("missing_scope", "channels:history") == (refused.value.response["error"], refused.value.response["needed"])
    assert "chat:write" in refused.value.response["provided"]


async def test_rate_limit_is_waited_out_by_the_sdk(workspace, channel, client):
    """429 with Retry-After on demand: slack_sdk's handler waits and the call then succeeds once."""
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))
    workspace.fail_next("chat.postMessage", 2, retry_after_s=0)
    await client.chat_postMessage(channel=channel.id, text="once")
    assert ["once"] == [message["text"] for message in workspace.messages(channel)]


async def test_lost_answer_still_acts(workspace, channel, client):
    """A fault `after` the act posts the message although the client sees an error."""
    workspace.fail_next("chat.postMessage", error="internal_error", status=500, after=True)
    assert "internal_error" == await _error(client.chat_postMessage(channel=channel.id, text="said"))
    assert ["said"] == [message["text"] for message in workspace.messages(channel)]


async def test_upload_in_three_steps_and_download(workspace, channel, client):
    """files_upload_v2 puts the file into the thread; the bearer token gets exactly the bytes back."""
    parent = workspace.post("ana", channel, "first")
    content = bytes(range(256)) * 40
    uploaded = await client.files_upload_v2(
        channel=channel.id,
        filename="a b.bin",
        content=content,
        title="Log",
        thread_ts=parent["ts"],
        initial_comment="here",
    )
    reply = workspace.thread(channel, parent["ts"])[1]
    known = (await client.files_info(file=uploaded["file"]["id"]))["file"]
    url = reply["files"][0]["url_private"]
    async with httpx.AsyncClient() as http:
        with_token = await http.get(url, headers={"Authorization": f"Bearer {workspace.bot_token}"})
        without = await http.get(url)
    assert ("here", "Log", content) == (reply["text"], reply["files"][0]["title"], with_token.content)
    assert reply["ts"] == known["shares"]["public"][channel.id][0]["ts"]
    assert (200, "text/html; charset=utf-8", False) == (
        without.status_code,
        without.headers["content-type"],
        content in without.content,
    )


async def test_download_without_the_scope_is_a_login_page():
    """A token without files:read gets 200 and HTML, as at Slack."""
    app = SlackApp(scopes=SCOPES - {"files:read"})
    async with await Workspace.start(app=app) as workspace:
        workspace.add_user("ana")
        channel = workspace.add_channel("inc-1", "ana")
        workspace.upload("ana", channel, "app.log", b"secret line")
        url = workspace.messages(channel)[0]["files"][0]["url_private"]
        async with httpx.AsyncClient() as http:
            answer = await http.get(url, headers={"Authorization": f"Bearer {workspace.bot_token}"})
    assert (200, True, False) == (
        answer.status_code,
        answer.headers["content-type"].startswith("text/html"),
        b"secret" in answer.content,
    )


async def test_update_and_delete(workspace, channel, client):
    """An update by text takes the blocks away and marks the edit; deleting the head of a thread leaves a tombstone."""
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "old"}}
    sent = await client.chat_postMessage(channel=channel.id, text="old", blocks=[block])
    await client.chat_update(channel=channel.id, ts=sent["ts"], text="new")
    changed = workspace.messages(channel)[0]
    assert ("new", None, True) == (changed["text"], changed.get("blocks"), "edited" in changed)
    workspace.post("ana", channel, "a reply", thread_ts=sent["ts"])
    await client.chat_delete(channel=channel.id, ts=sent["ts"])
    assert ["tombstone", None] == [message.get("subtype") for message in workspace.messages(channel)]


async def test_bot_changes_only_its_own_messages(workspace, channel, client):
    """Another's message cannot be updated or deleted."""
    theirs = workspace.post("ana", channel, "mine")
    assert "cant_update_message" == await _error(client.chat_update(channel=channel.id, ts=theirs["ts"], text="x"))
    assert "cant_delete_message" == await _error(client.chat_delete(channel=channel.id, ts=theirs["ts"]))


async def test_reactions(workspace, channel, client):
    """A reaction is added once and can be taken back."""
    message = workspace.post("ana", channel, "x")
    await client.reactions_add(channel=channel.id, timestamp=message["ts"], name="eyes")
    assert "already_reacted" == await _error(
        client.reactions_add(channel=channel.id, timestamp=message["ts"], name="eyes")
    )
    found = await client.reactions_get(channel=channel.id, timestamp=message["ts"])
    assert [{"name": "eyes", "users": [workspace.bot.id], "count": 1}] == found["message"]["reactions"]
    await client.reactions_remove(channel=channel.id, timestamp=message["ts"], name="eyes")
    assert "no_reaction" == await _error(
        client.reactions_remove(channel=channel.id, timestamp=message["ts"], name="eyes")
    )


async def test_direct_message_to_a_person(workspace, channel, client):
    """Posting to a user id reaches the direct conversation with that person."""
    ana = workspace.user("ana")
    opened = await client.conversations_open(users=ana.id)
    sent = await client.chat_postMessage(channel=ana.id, text="psst")
    assert opened["channel"]["id"] == sent["channel"]
    assert ["psst"] == [message["text"] for message in workspace.messages(sent["channel"])]


async def test_json_bodies_work_like_forms(workspace, channel):
    """A JSON body with a bearer header is understood as well as slack_sdk's forms."""
    async with httpx.AsyncClient() as http:
        answer = await http.post(
            f"{workspace.api_url}chat.postMessage",
            json={"channel": channel.id, "text": "json"},
            headers={"Authorization": f"Bearer {workspace.bot_token}"},
        )
    assert (True, "json") == (answer.json()["ok"], workspace.messages(channel)[0]["text"])


async def test_every_ts_is_its_own():
    """Messages said at the same instant get different ts, in order."""
    from bot.workspace.state import State

    async with await Workspace.start(state=State(clock=lambda: 1_700_000_000.5)) as workspace:
        workspace.add_user("ana")
        channel = workspace.add_channel("inc-1", "ana")
        stamps = [workspace.post("ana", channel, "x")["ts"] for _ in range(3)]
    assert ["1700000000.500000", "1700000000.500001", "1700000000.500002"] == stamps


async def test_lists_page_by_cursor(workspace, client):
    """users.list and conversations.list follow cursors to the end."""
    for number in range(5):
        workspace.add_channel(f"c{number}")
    people, places = [], []
    async for page in await client.users_list(limit=2):
        people += [user["name"] for user in page["members"]]
    async for page in await client.conversations_list(limit=2):
        places += [channel["name"] for channel in page["channels"]]
    assert (["testing-postmortem", "ana", "bo"], [f"c{n}" for n in range(5)]) == (people, places)
