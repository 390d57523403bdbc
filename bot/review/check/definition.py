from bot.nouns.vocabulary import Layer
from bot.review.prose import content_words

MEANING: dict[Layer, str] = {
    "unit": "a test of one function or class alone, with its neighbours replaced",
    "integration": "a test of two or more real components or versions working together",
    "contract": "a check that the agreement between two sides (schema, configuration, label, API) still holds",
    "end-to-end": "a test of a whole user journey through the deployed system",
    "load": "a test at the volume and rate of production or above",
    "soak": "a test over hours or days for leaks, growth and slow decay",
    "chaos": "an injected fault in a running system to see that it copes",
    "canary": "a change tried on a small, representative part of production first",
    "alerting": "a check that a failure is seen and reaches the right person in time",
    "backup-restore": "a restore of a real backup, timed and compared with the original",
    "migration-rehearsal": "a practised run of a migration, upgrade or manual procedure on a copy, with its way back",
}


def restates_definition(text: str, layer: Layer) -> str | None:
    """Rule: the sentence says what was missing here, not what the layer is in general."""
    general = (
        content_words(MEANING[layer]) | content_words(layer.replace("-", " ")) | {"test", "missing", "miss", "lack"}
    )
    mine = content_words(text)
    if len(mine - general) < 3:
        return f"The sentence only explains what {layer} tests are; say what was missing in this incident."
    return None
