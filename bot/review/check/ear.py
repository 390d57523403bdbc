import re

from bot.review.prose import word_count

_NOT_FOR_THE_EAR = re.compile(r"[*#`_{}\[\]<>|]|https?:|www\.|\d{10}\.|\S+:\d+\b(?<!\d:\d\d)|\bF\d+\b")
LEAST, MOST = 150, 200


def unspeakable(text: str, least: int = LEAST, most: int = MOST) -> str | None:
    """Rule: the spoken summary has 150 to 200 words in plain sentences, without markup, ids, file lines and links."""
    count = word_count(text)
    if not least <= count <= most:
        return f"The summary has {count} words; it must have {least} to {most}."
    found = _NOT_FOR_THE_EAR.search(text)
    if found and not re.fullmatch(r"\d{1,2}:\d{2}[.,]?", found.group()):
        return f'"{found.group()}" cannot be read aloud.'
    if any(word_count(part) > 45 for part in re.split(r"[.!?]\s", text)):
        return "A sentence is too long to follow by ear."
    return None
