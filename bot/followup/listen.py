"""Is a reply in a review's thread meant for the bot? Pure, from the words alone."""

import re

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_GROUP = re.compile(r"<!(?:subteam\^|here|channel|everyone)")
_NOT_SAID = re.compile(r"```.*?```|`[^`]*`|<[^>]*>|^\s*(?:&gt;|>).*$", re.DOTALL | re.MULTILINE)
_QUESTION_MARK = re.compile(r"[?？؟](?=[\s\"')\]!?？؟:]|$)")
_EMOJI = re.compile(r":[a-z0-9_+-]+:")

# A name before the sentence: one person speaks to another ("petra, can you look?").
_VOCATIVE = re.compile(
    r"^@?(?!(?:so|and|but|ok|okay|hi|hey|well|then|also|wait|sorry|bot|thanks|und|aber|also|y|pero|entonces)\b)"
    r"[^\W\d_]+\s*[,:]\s+(?:can|could|would|will|did|do|have|are|were|kannst|könntest|hast|bist|puedes|podrías|has)\s+"
    r"(?:you|u|du|tú)?\b",
    re.IGNORECASE,
)
# Without a question mark: a question word and what follows it in a question, but not in "what a mess".
_ASKS = re.compile(
    r"^(?:(?:and|so|but|ok|hey|hi|bot)[,\s]+)*(?!which is (?:why|how|when|where|what)\b)(?:"
    r"(?:what|why|how|when|where|which|who)(?:'s|\s+(?:is|are|was|were|do|does|did|has|have|had|can|could|should|would|will|"
    r"many|much|long|often|far|late|tests?|layers?|signals?|alerts?|logs?|services?|evidence|caused|happened|broke|failed|"
    r"missed|detected|fixed|about|came|went|else|exactly))\b"
    r"|how come\b"
    r"|(?:warum|wieso|weshalb|wie\s+(?:lange|viele|oft|kam|konnte|wurde)|welche[rsnm]?|was\s+(?:war|ist|hat|wurde)|wann|wer\s+(?:hat|war))\s+\S"
    r"|(?:por\s+qué|qué|cuál(?:es)?|cuánt[oa]s?|cuándo|cómo|quién|dónde)\s+\S"
    r"|(?:pourquoi|combien|quand|comment|quel(?:le)?s?|qu'est-ce)\s+\S"
    r")",
    re.IGNORECASE,
)


def addresses_bot(text: str, bot_user_id: str) -> bool:
    """Whether the reply mentions the bot, or asks something and names nobody else."""
    mentioned = set(_MENTION.findall(text))
    if bot_user_id in mentioned:
        return True
    if mentioned or _GROUP.search(text):
        return False
    said = _EMOJI.sub(" ", _NOT_SAID.sub(" ", text)).strip()
    if len(said.split()) < 2 or _VOCATIVE.match(said):
        return False
    return bool(_QUESTION_MARK.search(said) or _ASKS.match(said))
