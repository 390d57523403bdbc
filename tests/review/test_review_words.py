"""Words out of chat: sentences, clipping, quotation, names of things, and what is said aloud."""

import pytest

from bot.nouns.digest import Fact
from bot.review.check.negation import DENIAL
from bot.review.people import People
from bot.review.phrases import Vocabulary, versions
from bot.review.prose import clip, content_words, plain, quoted, sentence, sentences, telling
from bot.review.quantities import spoken_duration
from bot.review.source import Source
from bot.review.summary import spoken
from tests.review.cart_incident import evidence, fact, sample_digest, ts


@pytest.mark.parametrize(
    ("chat", "expected"),
    [
        ("*bold* and `code` :tada:", "bold and code"),
        ("at 12:30:15 it broke", "at 12:30:15 it broke"),
        ("```\nline one\nline two\n```", "line one / line two"),
        ("see panel (https://a.example/x) or https://b.example", "see panel or (link)"),
        ("snake_case_name stays", "snake_case_name stays"),
        ("load 58 -> 44", "load 58 to 44"),
    ],
)
def test_chat_markup_is_taken_off(chat, expected):
    """Markup, emoji, fences and addresses go; words, times and identifiers stay."""
    assert plain(chat) == expected


def test_sentences_end_at_marks_and_lines():
    """Versions and clock times do not end a sentence."""
    assert sentences("we run 9.6.1 there. it broke at 12:05!\nnobody saw it") == [
        "we run 9.6.1 there.",
        "it broke at 12:05!",
        "nobody saw it",
    ]


def test_clipping_ends_at_a_clause_or_a_word_of_meaning():
    """Never in the middle of a clause when one has just ended, never on a function word."""
    assert clip("one two three", 5) == "one two three"
    assert clip("the pool was full, so nobody got a connection any more", 6) == "the pool was full …"
    assert clip("connections pile up behind the one that holds the lock", 6) == "connections pile up behind …"


def test_quotation_and_sentence():
    """Inner marks become single; an identifier keeps its small letter."""
    assert quoted('he said "no".') == "“he said 'no'”"
    assert sentence("the pool was full") == "The pool was full."
    assert sentence("pg_dump failed,") == "pg_dump failed."


def test_stems_meet():
    """Endings do not hide that two texts speak of the same."""
    assert content_words("restored backups") == content_words("restore the backup")


def test_telling_sentences_are_kept_whole():
    """Too long a text loses its least telling sentences, not its last words; denials count when asked for."""
    text = "we had lunch at noon with many friends. the pool is never watched. the weather was fine on that day."
    assert telling(text, {}, 7, DENIAL) == "the pool is never watched."
    assert telling("short. text.", {}, 7) == "short. text."


def test_an_answer_keeps_its_short_first_word():
    """ "no." is the answer; it is not cut for a longer sentence."""
    source = Source(sample_digest())
    said = Fact(
        id="F1",
        text="no. the suite starts one worker and the queue in it is fake, so it cannot overlap",
        evidence=(ts(2),),
    )
    quote = source.quote(said.model_copy(update={"question": "did two workers ever run at once?"}), 30)
    assert quote.startswith(
        "Asked “did two workers ever run at once?”, the answer was “no. the suite starts one worker"
    )


def test_a_question_that_went_round_is_not_repeated():
    """When many answer the same question, the quotation leaves it out."""
    digest = sample_digest()
    asked = "what should have caught it?"
    causes = tuple(fact(50 + minute, minute, asked) for minute in (21, 34, 62))
    source = Source(digest.model_copy(update={"causes": causes}))
    assert asked not in source.quote(causes[0], 40)


def test_things_are_named_not_described():
    """Identifiers and repeated phrases fill the slots; people, clock zones, log levels and test words do not."""
    digest = sample_digest()
    vocabulary = Vocabulary(digest, People.of(digest))
    assert vocabulary.things([evidence()[ts(34)].text])[:2] == ["cart-api", "promo_stacking"]
    assert vocabulary.things(["WARN the load test of jonas at UTC"]) == []
    assert vocabulary.services_in(["is cart-db down?"]) == ["cart-db"]


def test_versions_are_pairs_of_one_thing():
    """Two close version numbers make a pair; addresses, times and measures do not."""
    assert versions(["from 9.6.1 to 9.6.3"]) == ("9.6.1", "9.6.3")
    assert versions(["10.96.44.3 took 06.700 s and 4.5 GB at 99.9%"]) is None


def test_generic_words_are_no_services():
    """ "node" or a region is not the service under test, unless nothing else is named."""
    source = Source(sample_digest())
    assert source.specific(["node", "us-east-1", "cart-api"]) == ["cart-api"]
    assert source.specific(["node"]) == ["node"]


def test_spoken_text_has_no_marks():
    """References, addresses and marks are not read aloud."""
    assert (
        spoken("`[FIRING:3]` see db.log:41 and *this* at https://a.example", 20)
        == "FIRING 3 see db.log and this at (link)."
    )


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(50, "50 seconds"), (180, "3 minutes"), (18793, "5 hours 13 minutes"), (200000, "2 days 8 hours")],
)
def test_durations_are_said_in_two_units(seconds, expected):
    """A duration is said as a person would say it."""
    assert spoken_duration(seconds) == expected
