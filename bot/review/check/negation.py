import re

from bot.review.prose import STOP, sentences, stem, words

DENIAL = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|\w+n['’]t|only|lacked?|lacks|missing|absent|failed|fails?|refused?|instead|"
    r"unable|nunca|nadie|sin|ningún|ninguna|nie|niemand|kein\w*|nicht|ohne|jamais|aucune?|pas|personne)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"not|no|never|none|nobody|nothing|neither|nor|without|cannot|\w+n['’]t")
_OF_THINGS = frozenset(("no", "without"))
_AFTER, _BEFORE = 8, 3  # how many words around a "not" it speaks of
_SAME = 5  # letters that make two stems the same word ("practise", "practice")


def negation_lost(text: str, sources: str) -> str | None:
    """Rule: a fact that denies something still denies it, and a fact that affirms is not turned into a denial."""
    if DENIAL.search(sources) and not DENIAL.search(text):
        return "The facts say that something did not happen; the sentence must say so too."
    return negation_added(text, sources) or negation_moved(text, sources)


def negation_added(text: str, sources: str) -> str | None:
    """Rule for a sentence from several facts, which need not repeat every denial: it adds none of its own."""
    if DENIAL.search(text) and not DENIAL.search(sources):
        return "The sentence denies something that the facts do not deny."
    return None


def negation_moved(text: str, sources: str) -> str | None:
    """Rule: "no alert, there is a panel" does not become "no panel": what is denied is denied in the facts too.

    A question counts as denied when its answer begins with a sentence that denies.
    """
    denied = {word[:_SAME] for word in _denied(sources)}
    for focus in _focuses(text):
        if focus and not {word[:_SAME] for word in focus} & denied:
            return f'The facts do not deny "{focus[0]}".'
    return None


def _focuses(text: str) -> list[list[str]]:
    """What each "not" of the text speaks of: after "no" the next word of meaning, after "never" any of the next ones.

    A verb after "never" may be irregular ("ran", "run"), a noun after "no" is the thing itself.
    """
    tokens = words(text)
    made = []
    for index, token in enumerate(tokens):
        if _NOT.fullmatch(token):
            following = [stem(word) for word in tokens[index + 1 : index + 1 + _AFTER] if word not in STOP]
            made.append(following[:1] if token in _OF_THINGS else following)
    return made


def _denied(sources: str) -> set[str]:
    """Words near a "not" of the same sentence, and the words of questions that are answered with one."""
    made: set[str] = set()
    asked: set[str] = set()
    for sentence in sentences(sources):
        tokens = words(sentence)
        places = [index for index, token in enumerate(tokens) if _NOT.fullmatch(token)]
        for place in places:
            made |= {stem(word) for word in tokens[max(0, place - _BEFORE) : place + 1 + _AFTER] if word not in STOP}
        if places:
            made |= asked
        asked = {stem(word) for word in tokens if word not in STOP} if sentence.endswith("?") else set()
    return made
