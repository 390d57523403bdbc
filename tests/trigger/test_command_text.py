"""What people type, as wishes."""

import pytest

from bot.trigger.command_text import HELP, Wish, read_command, read_mention, unclear_text


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("", Wish("review")),
        ("  ", Wish("review")),
        ("help", Wish("help")),
        ("?", Wish("help")),
        ("STATUS", Wish("status")),
        ("cancel", Wish("cancel")),
        ("CANCEL", Wish("cancel")),
        ("rerun", Wish("rerun")),
        ("review", Wish("review")),
        ("<#C0123ABC|inc-1>", Wish("review", "C0123ABC")),
        ("<#C0123ABC>", Wish("review", "C0123ABC")),
        ("rerun <#G0123ABC|inc-1>", Wish("rerun", "G0123ABC")),
        ("<#C0123ABC|inc-1> status", Wish("status", "C0123ABC")),
        ("https://acme.slack.com/archives/C0123ABC", Wish("review", "C0123ABC")),
        ("https://acme.slack.com/archives/C0123ABC/p1485889540921300", Wish("review", "C0123ABC")),
        (
            "<https://acme.slack.com/archives/C0123ABC/p1?thread_ts=1.2&amp;cid=C0123ABC|link>",
            Wish("review", "C0123ABC"),
        ),
        ("<https://app.slack.com/client/T01/C0123ABC>", Wish("review", "C0123ABC")),
        ("C0123ABCD", Wish("review", "C0123ABCD")),
        ("#inc-1", Wish("help", None, "#inc-1")),
        ("make coffee", Wish("help", None, "make coffee")),
    ],
)
def test_command_forms(text, wish):
    """Each form of the command's text is understood, in any order and case."""
    assert wish == read_command(text)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("review", "review"),
        ("please review this, thanks", "review"),
        ("can you rerun?", "rerun"),
        ("status", "status"),
        ("hello", "help"),
        ("", "help"),
        ("unreviewed", "help"),
    ],
)
def test_mention_words(text, action):
    """The first word that names an action counts; anything else gets help."""
    assert action == read_mention(text).action


def test_help_names_every_action():
    """The help text explains all that the command can do."""
    for word in ("status", "cancel", "rerun", "help", "#channel", "link", "/invite"):
        assert word in HELP


def test_unclear_text_is_said_before_the_help():
    """The person hears what was not understood."""
    assert unclear_text(read_command("make coffee")).startswith("I do not understand “make coffee”.")
    assert unclear_text(read_command("#inc-1")).startswith("I cannot find #inc-1. Pick the channel")
