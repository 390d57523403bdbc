"""Text of others in mrkdwn: inert, and cut where a reader would cut it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.publish import wording
from bot.publish.mrkdwn import bold, clip, code, length, pieces, safe


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("two\nlines\tand\x00more", "two lines and more"),
        ("odd ` tick", "odd ' tick"),
        ("`a` pair", "`a` pair"),
        ("<!here>", "&lt;!here&gt;"),
        ("see @here", "see @\u200bhere"),
        ("https://x.example", "https:\u200b//x.example"),
        ("10:30 and db1:5432", "10:30 and db1:5432"),
        ("ab\u202ecd", "ab cd"),
    ],
)
def test_data_is_inert(raw, shown):
    """Control characters are escaped; what notifies or links is broken; times and ports stay."""
    assert shown == safe(raw)


def test_bold_and_code_are_not_ended_by_the_data():
    """Marks within the data cannot close the style around it."""
    assert "*ab*" == bold("a*b")
    assert "`a'b`" == code("a`b")
    assert "" == bold("  ")


@given(st.text(), st.integers(10, 80))
def test_pieces_keep_every_word_and_the_limit(text, limit):
    """Cutting loses nothing but spaces at the cuts, and no piece is longer than the limit."""
    made = pieces(text, limit)
    assert all(length(piece) <= limit for piece in made)
    assert "".join(text.split()) == "".join("".join(made).split())


@given(st.text(alphabet="ab<>& .", max_size=200), st.integers(12, 60))
def test_cuts_break_no_escape(text, limit):
    """An escaped character is never cut in two."""
    rests = ("&amp;", "&lt;", "&gt;")
    for piece in pieces(safe(text), limit):
        bare = piece
        for rest in rests:
            bare = bare.replace(rest, "")
        assert "&" not in bare


def test_cut_at_the_sentence():
    """A long text is cut after a sentence, not in mid-word."""
    assert "First one. Second one.…" == clip("First one. Second one. Third one is longer.", 30)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "not stated"), (50, "50 s"), (1620, "27 min"), (12060, "3 h 21 min"), (7200, "2 h"), (180_000, "2 d 2 h")],
)
def test_durations_are_read_at_a_glance(seconds, words):
    """Two units at most."""
    assert words == wording.duration(seconds)
