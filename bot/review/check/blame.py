import re

from bot.review.people import People

_BLAME = re.compile(
    r"\b(?:careless(?:ly|ness)?|negligen\w+|incompeten\w+|stupid\w*|lazy|laziness|sloppy|reckless\w*|human error|operator error|user error|"
    r"(?:his|her|their) fault|to blame|should have known better|at fault)\b",
    re.IGNORECASE,
)


def blames(text: str, people: People) -> str | None:
    """Rule: causes and gaps are about systems; no person is named and nobody is judged."""
    named = people.mentioned(text)
    if named:
        return f'Do not name people ("{named[0]}"); say "an engineer".'
    judged = _BLAME.search(text)
    return f'"{judged.group()}" judges people; say what the system allowed.' if judged else None
