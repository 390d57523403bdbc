"""What must go goes, what looks like it stays."""

import pytest

from bot.redact.redactor import Redactor
from tests.redact.fakes import LOOKALIKES, PERSONAL, SECRETS


def test_the_lists_are_long_enough_to_mean_something() -> None:
    """Recall is published over at least sixty secrets and sixty look-alikes."""
    fakes = SECRETS + PERSONAL
    found = sum(part not in Redactor().text(line) for line, part in fakes)
    print(f"redaction recall {found}/{len(fakes)}")
    assert (True, True, len(fakes)) == (len(SECRETS) >= 60, len(LOOKALIKES) >= 60, found)


@pytest.mark.parametrize(("line", "part"), SECRETS, ids=[line[:40] for line, _ in SECRETS])
def test_a_secret_leaves_a_numbered_placeholder(line: str, part: str) -> None:
    """A secret is replaced by `[secret-n]` and no piece of it stays."""
    hidden = Redactor().text(line)
    assert (False, True) == (part in hidden, "[secret-1]" in hidden), hidden


@pytest.mark.parametrize(("line", "part"), PERSONAL, ids=[line[:40] for line, _ in PERSONAL])
def test_personal_data_leaves_a_placeholder(line: str, part: str) -> None:
    """Mail addresses, telephone numbers, cards, accounts and network addresses become pseudonyms."""
    hidden = Redactor().text(line)
    assert (False, True) == (part in hidden, "-1]" in hidden), hidden


@pytest.mark.parametrize("line", LOOKALIKES, ids=[line[:40] for line in LOOKALIKES])
def test_evidence_that_looks_like_a_secret_stays(line: str) -> None:
    """Hashes, ids, times, versions, names and prose about secrets come through unchanged."""
    assert line == Redactor().text(line)
