import re

_TOKEN = re.compile(r"[A-Za-z0-9][\w./:-]*[\w]|[A-Za-z]")
_SENTENCE_START = re.compile(r"(?:^|[.!?:“\"]\s*)([A-Z][a-z]+)\b")


def unknown_names(text: str, sources: str) -> str | None:
    """Rule: every host, service, component, file and proper name in the text occurs in the cited evidence.

    A name is a token with a digit, an underscore, a dot, a slash or an inner capital, or a capitalised word that does
    not begin a sentence.
    """
    known = {token.lower() for token in _TOKEN.findall(sources)} | {
        part for token in _TOKEN.findall(sources) for part in re.split(r"[./:_-]", token.lower())
    }
    openers = {match.group(1) for match in _SENTENCE_START.finditer(text)}
    for token in _TOKEN.findall(text):
        if _is_name(token, openers) and token.lower().removesuffix("'s") not in known:
            return f"{token} is not in the facts."
    return None


def _is_name(token: str, openers: set[str]) -> bool:
    if token.isdigit() or re.fullmatch(r"[\d.,:]+", token):
        return False
    if re.search(r"[\d_/]|\w\.\w|[a-z][A-Z]", token):
        return True
    return token[0].isupper() and token not in openers and len(token) > 1
