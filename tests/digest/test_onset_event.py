"""What a topic says happened at the onset leads the candidate causes; what it says lasts since then does not."""

import pytest

from bot.digest import digest
from bot.nouns.incident import Card, Channel, CleanIncident, CleanMessage

AT = 1_795_000_000  # 11:06:40 UTC


def channel(topic):
    said = (
        CleanMessage(ts=f"{AT}.000100", text="", author="alerts", is_bot=True, subtype="bot_message",
                     cards=(Card(title="[FIRING] exports missing", color="danger"),)),
        CleanMessage(ts=f"{AT + 60}.000100", text="looking", user="U1", author="ana"),
        CleanMessage(ts=f"{AT + 120}.000100", text=f"ana set the channel topic: {topic}", user="U1", author="ana", subtype="channel_topic"),
        CleanMessage(ts=f"{AT + 400}.000100", text="restored from the second region", user="U2", author="ben"),
    )  # fmt: skip
    return CleanIncident(channel=Channel(id="C1", name="inc-1"), messages=said)


@pytest.mark.parametrize(
    ("topic", "leads"),
    [
        ("SEV2 | export bucket of eu-west deleted 11:06 UTC | IC: ana", True),
        ("SEV2 | export bucket of eu-west is slow since 11:06 UTC | IC: ana", False),
        ("SEV2 | export service down 11:06 UTC | IC: ana", False),
        ("SEV2 | looking into exports | IC: ana", False),
    ],
)
def test_a_topic_that_tells_an_event_leads(topic, leads):
    """The clause with the onset's clock is the first candidate when it tells an event, and never a symptom."""
    causes = digest(channel(topic), ()).causes
    first = causes[0].text if causes else ""
    assert (first == "export bucket of eu-west deleted 11:06 UTC") is leads


@pytest.mark.parametrize(
    ("said", "settled"),
    [
        ("root cause: the price table no longer fits into memory", True),
        ("Ursache: Zertifikat abgelaufen", True),
        ("root cause: unknown", False),
        ("cause: TBD", False),
        ("causa: desconocida", False),
    ],
)
def test_a_filled_label_settles_the_cause(said, settled):
    """A cause under its label settles the question; a label with nothing behind it does not."""
    messages = (*channel("exports").messages, CleanMessage(ts=f"{AT + 900}.000100", text=said, user="U2", author="ben"))
    assert digest(CleanIncident(channel=Channel(id="C1", name="inc-1"), messages=messages), ()).cause_settled is settled
