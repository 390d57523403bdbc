"""What is written and how it is said."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.speech.spoken import sentences, spoken

SAID = {
    # times and dates
    "14:05 UTC": "fourteen oh five U T C",
    "00:18": "zero zero eighteen",
    "08:30": "oh eight thirty",
    "23:00": "twenty three hundred",
    "00:00": "midnight",
    "14:05:09": "fourteen oh five and nine seconds",
    "2:05 PM": "two oh five P M",
    "9 a.m.": "nine A M",
    "10:00+02:00": "ten hundred U T C plus two",
    "14:00-15:00 UTC": "fourteen hundred to fifteen hundred U T C",
    "from 14:00 to 15:30": "from fourteen hundred to fifteen thirty",
    "2025-03-09": "March ninth, twenty twenty five",
    "2025-03-09T14:05:00Z": "March ninth, twenty twenty five, fourteen oh five U T C",
    "2025-13-45": "two zero two five one three four five",
    "9 Mar 2025": "March ninth, twenty twenty five",
    "March 9": "March ninth",
    "since 2019": "since twenty nineteen",
    # durations
    "5 min": "five minutes",
    "1 min": "one minute",
    "3h": "three hours",
    "1h20m": "one hour twenty minutes",
    "a 6-hour outage": "a six hour outage",
    "5-10 min": "five to ten minutes",
    # numbers and units
    "1,041": "one thousand forty one",
    "2.5": "two point five",
    "12.5%": "twelve point five percent",
    "99.95 %": "ninety nine point nine five percent",
    "4 GB": "four gigabytes",
    "1 GB": "one gigabyte",
    "180 ms": "one hundred eighty milliseconds",
    "250 MB/s": "two hundred fifty megabytes per second",
    "10k req/s": "ten thousand requests per second",
    "300 requests per second": "three hundred requests per second",
    "5x": "five times",
    "$1.2M": "one point two million dollars",
    "3/4 nodes": "three out of four nodes",
    "ended 10/20": "ended ten slash twenty",
    "the 3rd try": "the third try",
    "007": "zero zero seven",
    "-5": "minus five",
    "+3": "plus three",
    "~30 s": "about thirty seconds",
    ">= 5": "at least five",
    "<5": "less than five",
    "85 -> 8,900": "eighty five to eight thousand nine hundred",
    "p99": "p ninety nine",
    "p99.9": "p ninety nine point nine",
    "#123": "number one hundred twenty three",
    "INC-42": "incident forty two",
    "SEV-1": "sev one",
    "HTTP 503": "H T T P five oh three",
    "502s": "five oh twos",
    "5xx": "five hundreds",
    "429 responses": "four twenty nine responses",
    # versions and addresses
    "v1.24.3": "version one point twenty four point three",
    "Kubernetes 1.24": "Kubernetes one point twenty four",
    "upgraded from 1.23 to 1.24": "upgraded from one point twenty three to one point twenty four",
    "3.11.7-rc1": "three point eleven point seven R C one",
    "10.0.0.1:80": "ten dot zero dot zero dot one port eighty",
    # names
    "K8s": "Kubernetes",
    "API": "API",
    "DNS": "D N S",
    "VMs": "V M's",
    "RAM": "ram",
    "WARNING": "warning",
    "do NOT retry": "do not retry",
    "db1.cluster": "D B one dot cluster",
    "us-east-1": "U S east one",
    "db-primary": "D B primary",
    "payment-service": "payment-service",
    "user_id": "user I D",
    "getUserById": "get User By I D",
    "OOMKilled": "O O M Killed",
    "api.go:41": "API dot go line forty one",
    "cache01:6379": "cache zero one port six thousand three hundred seventy nine",
    "/var/log/syslog": "slash var slash log slash syslog",
    "/a/b/c/d/e.log": "slash d slash e dot log",
    "McDonald": "McDonald",
    "read/write": "read slash write",
    # what must not be read out
    "[email-1]": "a redacted email address",
    "‹secret-2›": "a redacted secret",
    "from [ip-3] again": "from a redacted I P address again",
    "see https://wiki.example/x?y=1.": "see a link.",
    "mail ops@example.com now": "mail an email address now",
    "3f2504e0-4f89-41d3-9a0c-0305e82c3301": "an identifier",
    "commit 9fceb02d0a": "commit an identifier",
    "at 1485889540.921300": "at a message",
    # markup
    "*bold* _it_ `code` ~gone~": "bold it code gone",
    "[the runbook](https://x.example/a)": "the runbook",
    "<https://x.example|the page>": "the page",
    "<@U012AB3CD>, look :fire:": "someone, look",
    "# Title\n- one\n- two": "Title. one. two",
    "pool (of 40) was full": "pool, of forty, was full",
    "load 58 -&gt; 44 (better)": "load fifty eight to forty four, better",
    "slow — very slow": "slow, very slow",
}


@pytest.mark.parametrize(("written", "said"), SAID.items())
def test_reading(written: str, said: str) -> None:
    """Each kind of token is read as an engineer would read it aloud."""
    assert said == spoken(written)


@given(st.text(max_size=200))
def test_nothing_unspeakable_is_left(text: str) -> None:
    """Whatever comes in, only letters, spaces and plain punctuation come out."""
    said = spoken(text)
    odd = [char for char in said if not char.isalpha() and char not in " .,;:?!'-"]
    assert odd == []


@given(st.text(alphabet=string.ascii_letters + string.digits + " .,:;/-_#%$<>=()[]+~@*`\n'|", max_size=120))
def test_markup_and_digits_in_any_order(text: str) -> None:
    """Any mix of ASCII markup and digits ends as words, single-spaced."""
    said = spoken(text)
    assert [char for char in said if char.isdigit() or char in "`*_#<>[]|@/=$%+~()"] == []
    assert said == " ".join(said.split())


_PROSE = """
the alert fired late and nobody saw it because a retry loop held every connection we don't test failover yet
canary on-call follow-up database service checkout engineers rolled back Kubernetes restarted
"""
_WORDS = st.sampled_from(_PROSE.split())


@given(st.lists(st.lists(_WORDS, min_size=1, max_size=12), min_size=1, max_size=5))
def test_plain_prose_is_left_alone(script: list[list[str]]) -> None:
    """Plain sentences are said as they are written."""
    prose = " ".join(f"{' '.join(words)}." for words in script)
    assert prose == spoken(prose)


@pytest.mark.parametrize("written", SAID)
def test_spoken_form_is_stable(written: str) -> None:
    """Speaking a spoken form changes nothing."""
    assert spoken(written) == spoken(spoken(written))


def test_sentence_ends() -> None:
    """Decimals, versions, host names and abbreviations do not end a sentence; . ! ? before a space do."""
    text = "Dr. Who ran v. 1.24.3 on db1.cluster for 2.5 s. It failed! Why? The pool, e.g. of 40, was full."
    expected = [
        "Dr. Who ran v. 1.24.3 on db1.cluster for 2.5 s.",
        "It failed!",
        "Why?",
        "The pool, e.g. of 40, was full.",
    ]
    assert expected == sentences(text)


def test_spelled_letters_end_sentences() -> None:
    """A spelled acronym at the end of a sentence still ends it."""
    assert sentences("It began at nine U T C. We saw it.") == ["It began at nine U T C.", "We saw it."]


@given(st.lists(st.text(alphabet="abc,. ", min_size=1, max_size=30), max_size=40))
def test_no_word_is_lost(parts: list[str]) -> None:
    """Splitting keeps every word, in order, and no piece but a single long word is over the limit."""
    text = " ".join(parts)
    pieces = sentences(text, longest=50)
    assert text.split() == " ".join(pieces).split()
    assert [piece for piece in pieces if len(piece) > 50 and " " in piece] == []


@pytest.mark.parametrize("unit", ["/", "<", "[", "~", "@", "a@", "1", "a-", "x ", "1h", "&gt;"])
def test_long_runs_end(unit: str) -> None:
    """A long run of one mark is worked through (the time-out of the test run is the limit)."""
    assert len(spoken(unit * 4000)) < 60_000
