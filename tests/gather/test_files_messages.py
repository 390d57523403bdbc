"""Slack's message objects and mrkdwn to records, as an export or the API gives them."""

import pytest

from bot.gather.messages import read_channel, read_files, read_messages, read_people, read_reply_parents
from bot.gather.mrkdwn import plain
from bot.nouns.incident import Card, FileRef, Person, Reaction

_PEOPLE = (Person(id="U1", name="ann"), Person(id="U2", name="bob"), Person(id="U9", name="robot", is_bot=True))


def _message(ts: str, text: str = "x", **more: object) -> dict[str, object]:
    return {"type": "message", "ts": ts, "text": text, "user": "U1", **more}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<@U1> and <@U2|bobby> and <@U7>", "@ann and @bob and @U7"),
        ("<#C1|general> <#C2> <#C3|>", "#general #named #C3"),
        ("<!here> <!channel> <!subteam^S1|@sre> <!subteam^S2>", "@here @channel @sre @S2"),
        ("<!date^1392734382^{date}|18 Feb 2014>", "18 Feb 2014"),
        ("<https://a.example/x|the page> <https://a.example/y>", "the page (https://a.example/x) https://a.example/y"),
        ("<http://a.example|a.example> <mailto:x@a.example|x@a.example>", "http://a.example x@a.example"),
        ("<https://a.example/?q=1&amp;r=2>", "https://a.example/?q=1&r=2"),
        ("a &lt;b&gt; &amp;amp; &amp;lt;", "a <b> &amp; &lt;"),
        (
            "*bold* _it_ snake_case a_b_c 2*3*4 SELECT * FROM t *.log *.gz",
            "bold it snake_case a_b_c 2*3*4 SELECT * FROM t *.log *.gz",
        ),
        ("`*code*` and ```_fence_\n*x*```", "`*code*` and ```_fence_\n*x*```"),
        ("if a < b and c > d", "if a < b and c > d"),
    ],
)
def test_mrkdwn_becomes_plain_text(raw: str, expected: str) -> None:
    """References are resolved once, entities decoded once, code is left as written."""
    assert expected == plain(raw, {"U1": "ann", "U2": "bob"}, {"C2": "named"})


def test_messages_come_oldest_first_with_replies_in_line_and_once() -> None:
    """Order is by time; a reply that was also sent to the channel is there once."""
    raw = [
        _message("30.000003", thread_ts="10.000001", subtype="thread_broadcast"),
        _message("10.000001", thread_ts="10.000001", reply_count=2),
        _message("9.999999"),
        _message("30.000003", thread_ts="10.000001", subtype="thread_broadcast"),
        _message("10.000002"),
    ]
    messages = read_messages(raw, _PEOPLE)
    assert ["9.999999", "10.000001", "10.000002", "30.000003"] == [message.ts for message in messages]
    assert ("10.000001", ("10.000001",)) == (messages[3].thread_ts, read_reply_parents(raw))


def test_the_last_edit_counts_and_the_deleted_is_gone() -> None:
    """Edits give the last text; deletions, tombstones and messages for one person only are left out."""
    raw = [
        _message("1.000001", "frist"),
        {"type": "message", "subtype": "message_changed", "ts": "5.000001", "hidden": True,
         "message": _message("1.000001", "first", edited={"user": "U1", "ts": "5.0"})},
        _message("2.000001", "gone"),
        {"type": "message", "subtype": "message_deleted", "ts": "6.000001", "deleted_ts": "2.000001"},
        _message("3.000001", "This message was deleted.", subtype="tombstone"),
        _message("4.000001", "only you see this", is_ephemeral=True),
        _message("4.500001", "x", hidden=True),
        "not a message", {"type": "message"}, _message("no-ts"), {"type": "reaction", "ts": "7.000001"},
    ]  # fmt: skip
    assert [("1.000001", "first", True)] == [(m.ts, m.text, m.edited) for m in read_messages(raw, _PEOPLE)]


def test_authors_are_people_apps_and_unknown_ids() -> None:
    """A deleted user keeps the id as name, unless the message has the profile; an app posts under its own name."""
    raw = [
        _message("1.000001"),
        _message("2.000001", user="UGONE"),
        _message("3.000001", user="UPROF", user_profile={"display_name": "cara"}),
        {
            "type": "message",
            "subtype": "bot_message",
            "ts": "4.000001",
            "text": "t",
            "bot_id": "B1",
            "username": "alertmanager",
        },
        {"type": "message", "ts": "5.000001", "text": "t", "bot_id": "B2", "bot_profile": {"name": "deployer"}},
        _message("6.000001", user="U9"),
    ]
    assert [
        ("ann", False),
        ("UGONE", False),
        ("cara", False),
        ("alertmanager", True),
        ("deployer", True),
        ("robot", True),
    ] == [(message.author, message.is_bot) for message in read_messages(raw, _PEOPLE)]


def test_cards_reactions_and_files_are_kept() -> None:
    """Attachments become cards, with their fields and colour; files are named in the message and listed once."""
    file = {
        "id": "F1",
        "name": "app.log",
        "mimetype": "text/plain",
        "size": 12,
        "url_private": "https://files.example/app.log",
    }
    raw = [
        _message(
            "1.000001",
            "",
            attachments=[
                {"color": "danger", "title": "<https://x.example|Down>", "text": "a &gt; b", "pretext": "hey", "fallback": "no",
                 "fields": [{"title": "severity", "value": "page"}]},
                {"fallback": "only this"},
            ],
            reactions=[{"name": "eyes", "users": ["U1", "U2"], "count": 2}],
            files=[file, {"id": "F2", "name": "gone.log", "mode": "tombstone"}],
        ),
        _message("2.000001", files=[file]),
    ]  # fmt: skip
    message = read_messages(raw, _PEOPLE)[0]
    assert (
        (
            Card(title="Down (https://x.example)", text="hey\na > b", color="danger", fields=(("severity", "page"),)),
            Card(text="only this"),
        ),
        (Reaction(name="eyes", count=2),),
        ("app.log", "gone.log"),
    ) == (message.cards, message.reactions, message.files)
    assert (
        FileRef(
            id="F1",
            name="app.log",
            mimetype="text/plain",
            size=12,
            message_ts="1.000001",
            url="https://files.example/app.log",
        ),
        FileRef(id="F2", name="gone.log", message_ts="1.000001"),
    ) == read_files(raw)


def test_a_bot_message_of_blocks_is_read() -> None:
    """Where a bot's text is empty or a short form of its blocks, the blocks are read; buttons say nothing."""
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Deploy 42"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*api* by <@U1>"}, "fields": [{"type": "mrkdwn", "text": "env: prod"}]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "took 3 min"}, {"type": "image", "alt_text": "ok"}]},
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Roll back"}}]},
        {"type": "rich_text", "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "ping "}, {"type": "user", "user_id": "U2"}]},
            {"type": "rich_text_list", "elements": [{"type": "rich_text_section", "elements": [{"type": "emoji", "name": "fire"}]}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "code"}]}]},
    ]  # fmt: skip
    raw = [{"type": "message", "ts": "1.000001", "bot_id": "B1", "text": "Deploy 42", "blocks": blocks}]
    expected = "Deploy 42\napi by @ann\nenv: prod\ntook 3 min ok\nping @bob\n- :fire:\n```\ncode\n```"
    assert expected == read_messages(raw, _PEOPLE)[0].text


def test_permalinks_are_built_without_a_call() -> None:
    """A reply's link names its thread; without a workspace there is none."""
    raw = [_message("1.000001"), _message("2.000002", thread_ts="1.000001")]
    links = [m.permalink for m in read_messages(raw, _PEOPLE, channel_id="C1", workspace_url="https://acme.slack.com/")]
    assert (
        [
            "https://acme.slack.com/archives/C1/p1000001",
            "https://acme.slack.com/archives/C1/p2000002?thread_ts=1.000001&cid=C1",
        ],
        None,
    ) == (links, read_messages(raw, _PEOPLE)[0].permalink)


def test_people_and_channels_are_read_from_their_slack_form() -> None:
    """The display name is how people are addressed; topic and purpose are plain text."""
    people = read_people(
        [
            {
                "id": "U1",
                "name": "ann.f",
                "profile": {"display_name": "ann", "real_name": "Ann F"},
                "tz": "Europe/Paris",
            },
            {},
        ]
    )
    channel = read_channel(
        {"id": "C1", "name": "inc-1", "topic": {"value": "a &amp; b"}, "created": 1485889540, "is_ext_shared": True}
    )
    assert ((Person(id="U1", name="ann", real_name="Ann F", tz="Europe/Paris"),), "a & b", True, 2017) == (
        people,
        channel.topic,
        channel.is_shared,
        channel.created_at.year if channel.created_at else 0,
    )
