"""Whatever people and machines write, the digest gives a sheet."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digest import EvidenceSearch, digest
from tests.digest.channels import Lines, channel

PIECES = st.sampled_from(
    [
        "2026-03-10",
        "2026-13-45",
        "99:99:99",
        "09:75",
        "24:00",
        "10:00",
        "14:02",
        "PDT",
        "+99:99",
        "-07:00",
        "T",
        "Z",
        "UTC",
        "Uhr",
        "since",
        "resolved",
        "[FIRING]",
        "```",
        "?",
        ":",
        "{",
        "}",
        '"',
        "'",
        "=",
        "0",
        "00000000",
        "1773136800",
        "ERROR",
        "INFO",
        "because",
        "never",
        "test",
        "alert",
        "restore",
        "Mar",
        "31",
        "Feb",
        "30",
        "ö",
        "漢",
        "\x00",
        "\t",
        "E0399",
        "I0310",
        "status=",
        '"status":',
        "goroutine",
        "Traceback",
    ]
)
TEXT = st.lists(PIECES, min_size=1, max_size=12).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(said=st.lists(TEXT, max_size=8), lines=st.lists(TEXT, max_size=30), query=TEXT)
def test_no_text_breaks_the_digest(said: list[str], lines: list[str], query: str) -> None:
    """Impossible dates, offsets, half blocks and odd characters end in a sheet whose references exist."""
    transcript = "\n".join(f"10:{n:02d} p{n % 3}: {text}".replace("\t", " ") for n, text in enumerate(said))
    incident = channel(transcript)
    sheet = digest(incident, [Lines("odd.log", lines)])
    EvidenceSearch(incident, sheet)(query, 3)

    cited = {ref for fact in sheet.causes for ref in fact.evidence} | {
        ref for moment in sheet.timeline for ref in moment.evidence
    }
    assert set() == cited - set(sheet.evidence)
    assert len(lines) == sheet.coverage.log_lines
