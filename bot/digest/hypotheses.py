"""Theories that people raised, and how each ended, read from the discourse."""

from collections.abc import Sequence
from datetime import timedelta

from bot.digest import lexicon
from bot.digest.items import FactMaker, Item
from bot.digest.tokens import word_count
from bot.digest.wordlist import WordList, plain_words
from bot.nouns.digest import Hypothesis

HYPOTHESES_SHOWN = 10
REACH = 14  # turns within which a theory is answered
_CONFIRMED = WordList(
    "confirmed, that's it, that was it, yes that, exactly, found it, reproduced, you were right, was right, correct, indeed",
    "bestätigt, genau, das war es, stimmt, gefunden",
    "confirmado, exacto, eso es, correcto, era eso",
)
_ASKING_WORDS = (
    "who what when where why how which any anyone anything can could shall should do does did have has will would really say ok and so update eta are "
    "wer was wann wo warum wie welche kann können soll hat haben wird gibt "
    "quién qué cuándo dónde por cómo cuál puede podemos hay alguien"
)
_ASKING = frozenset(_ASKING_WORDS.split())


def hypotheses_of(items: Sequence[Item], maker: FactMaker) -> tuple[Hypothesis, ...]:
    """In the order they were raised. An answer counts when it shares a rare word, or directly answers the theory."""
    talk = [item for item in items if item.kind == "said" and item.turn is not None]
    common = _common_terms(talk)
    found = []
    for place, item in enumerate(talk):
        if not _is_theory(item):
            continue
        outcome, why = _ending(item, talk[place + 1 : place + 1 + REACH], common)
        if outcome == "dropped" and not lexicon.MECHANISM.found(item.text) and word_count(item.text) < 6:
            continue
        found.append(Hypothesis(statement=maker.fact(item), outcome=outcome, why=maker.fact(why) if why else None))  # type: ignore[arg-type]
    ended = [entry for entry in found if entry.outcome != "dropped"]
    return tuple([*ended, *(entry for entry in found if entry.outcome == "dropped")][:HYPOTHESES_SHOWN])


def _common_terms(talk: Sequence[Item]) -> frozenset[str]:
    counts: dict[str, int] = {}
    for item in talk:
        for term in set(item.terms):
            counts[term] = counts.get(term, 0) + 1
    return frozenset(term for term, count in counts.items() if count > max(4, len(talk) // 6))


def _is_theory(item: Item) -> bool:
    """Supposes something about the failure; a plain question about a plan ("can we ...?") is none."""
    if lexicon.RULED_OUT.found(item.text) and not lexicon.SUSPECT.found(item.text):
        return False
    supposes = lexicon.SUSPECT.found(item.text) or _is_short_guess(item.text)
    return (
        supposes
        and 2 <= word_count(item.text) <= 60
        and (item.turn is None or item.turn.thread is None or "?" in item.text)
    )


def _is_short_guess(text: str) -> bool:
    """ "dns then?", "a bad deploy?": a few words with a question mark that do not ask for information."""
    parts = plain_words(text)
    return text.rstrip().endswith("?") and 1 <= len(parts) <= 6 and parts[0] not in _ASKING


def _ending(theory: Item, later: Sequence[Item], common: frozenset[str]) -> tuple[str, Item | None]:
    assert theory.turn is not None and theory.at is not None  # noqa: PT018 - one precondition
    names = set(theory.terms) - common
    for item in later:
        assert item.turn is not None and item.at is not None  # noqa: PT018 - one precondition
        direct = item.turn.question_ref in theory.refs or item.at - theory.at <= timedelta(minutes=15)
        shares = bool(names & set(item.terms))
        if lexicon.RULED_OUT.found(item.text) and (shares or direct):
            return "rejected", item
        if _CONFIRMED.found(item.text) and shares and "?" not in item.text:
            return "confirmed", item
    return "dropped", None
