import re

DENIAL = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|\w+n['’]t|only|lacked?|lacks|missing|absent|failed|fails?|refused?|instead|"
    r"unable|nunca|nadie|sin|ningún|ninguna|nie|niemand|kein\w*|nicht|ohne|jamais|aucune?|pas|personne)\b",
    re.IGNORECASE,
)


def negation_lost(text: str, sources: str) -> str | None:
    """Rule: a fact that denies something still denies it, and a fact that affirms is not turned into a denial."""
    if DENIAL.search(sources) and not DENIAL.search(text):
        return "The facts say that something did not happen; the sentence must say so too."
    return negation_added(text, sources)


def negation_added(text: str, sources: str) -> str | None:
    """Rule for a sentence from several facts, which need not repeat every denial: it adds none of its own."""
    if DENIAL.search(text) and not DENIAL.search(sources):
        return "The sentence denies something that the facts do not deny."
    return None
