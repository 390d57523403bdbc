import re

_LINKS = re.compile(
    r"\b(?:because|due to|caused?|causes|causing|led to|leads to|resulted in|results? in|as a result|therefore|thus|hence|consequently|"
    r"thanks to|owing to|triggered?|so that)\b",
    re.IGNORECASE,
)
_SOURCE_LINKS = re.compile(_LINKS.pattern + r"|\b(?:since|so|why|reason|weil|wegen|porque|parce que)\b", re.IGNORECASE)


def new_causality(text: str, sources: str) -> str | None:
    """Rule: no new "because": two facts are joined as cause and effect only where a person joined them."""
    link = _LINKS.search(text)
    if link and not _SOURCE_LINKS.search(sources):
        return f'The facts do not say "{link.group().lower()}".'
    return None
