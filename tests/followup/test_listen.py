"""Which replies in a review's thread are for the bot."""

import pytest

from bot.followup import addresses_bot

BOT = "U0BOT"


@pytest.mark.parametrize(
    "text",
    [
        "<@U0BOT> summarise the cause",
        "<@U0BOT> and <@U123>, look at this",
        "why did the restore take two hours?",
        "Why did the restore take two hours",
        "ok, and how long did it take to page?",
        "which tests would have caught this",
        "was the alert routed to anybody? asking for the report",
        "warum hat der Alarm nicht ausgelöst",
        "Wie lange dauerte der Ausfall?",
        "¿por qué falló la restauración?",
        "cuánto duró la caída",
        "何が原因でしたか？ 教えて",
    ],
)
def test_mentions_and_questions_are_for_the_bot(text):
    """A mention of the bot, a question mark, or a question by its words, in several languages."""
    assert addresses_bot(text, BOT) is True


@pytest.mark.parametrize(
    "text",
    [
        "thanks, that helps",
        "what a mess",
        "when you restore, use the second flag",
        "<@U123> can you look at this?",
        "petra, can you check the alert route?",
        "<!here> who owns this?",
        "I'll write the test tomorrow",
        "really?",
        "`curl https://x/?a=1` shows it",
        "> why did it fail?\nbecause of the flag",
        "see <https://x.example/?q=1|the dashboard>",
        "which is why we froze deploys",
        "",
    ],
)
def test_talk_between_people_is_not(text):
    """Statements, questions to somebody else, and question marks in code, quotes and links."""
    assert addresses_bot(text, BOT) is False


def test_the_question_word_needs_no_mark_but_a_verb():
    """ "how come" and "what caused" ask; "how nice" does not."""
    assert addresses_bot("how come nobody was paged", BOT) is True
    assert addresses_bot("how nice of them", BOT) is False
