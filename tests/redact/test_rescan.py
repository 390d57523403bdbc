"""The second scan, through which every outgoing text goes."""

import pytest

from bot.redact.rescan import Finding, rescan, scrub
from tests.redact.fakes import LOOKALIKES


def test_scrub_takes_out_without_numbers() -> None:
    """An outgoing text has no numbering of its own, so what is found late has none either."""
    assert "password=[secret] from [ip], see [secret-3]" == scrub(
        "password=FakeHunter1 from 203.0.113.9, see [secret-3]"
    )


def test_a_finding_says_where_but_not_what() -> None:
    """Findings can be logged: kind and line, never the value."""
    assert [Finding("email", 2), Finding("secret", 3)] == rescan("fine\nann@acme.example\npassword=FakeHunter1")


@pytest.mark.parametrize(
    "text",
    [
        "1485889540.921300",
        "<https://acme.slack.com/archives/C0FAKE001/p1485889540921300|message>",
        "https://acme.slack.com/archives/C0FAKE001/p1485889540921300?thread_ts=1485889540.921300&cid=C0FAKE001",
        "db1-postgresql-20170131.log.gz:4711, calico-node-ip-10-41-7-113.log.gz:88",
        '{"input_sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}',
        "from 85 to 8,900 ms between 14:00 and 17:00 UTC on 2017-01-31",
        *LOOKALIKES,
    ],
)
def test_citations_and_figures_pass_unchanged(text: str) -> None:
    """The scan never touches message ids, permalinks, `file:line`, hashes or figures."""
    assert (text, []) == (scrub(text), rescan(text))
