"""Lines that instruct a reading machine: data, never a finding.

Somebody who controls a log line or a message can write orders for the model that reads it. The review may not
follow them, and may not quote them as a cause, a layer, a signal or a test either.
"""

import re

_READER = (
    r"(?:(?:ai|a\.i\.|llm|language model|chat\s?gpt|gpt|claude|copilot|gemini)(?:[ -](?:assistant|model|agent|bot|reviewer|system))?s?|"
    r"(?:ai|automated|virtual) (?:assistants?|reviewers?|agents?|summari[sz]ers?)|assistants?|ki-assistent\w*|asistentes?(?: de ia)?)"
)
_ORDER = re.compile(
    rf"""
    \b(?:ignore|disregard|forget|override|skip)\b[^.\n]{{0,40}}\b(?:previous|prior|above|earlier|preceding|all|your|any|other)\b[^.\n]{{0,30}}
        \b(?:instructions?|prompts?|rules?|context|guidelines?|directions?|orders)\b
    | \b(?:ignorier\w*|vergiss|missachte)\b[^.\n]{{0,40}}\b(?:anweisung\w*|vorgaben|regeln)\b
    | \b(?:ignora|ignore|olvida|descarta)\b[^.\n]{{0,40}}\b(?:instrucciones|indicaciones|reglas)\b
    | \b(?:note|notice|message|instructions?|attention|important|hinweis|nota|aviso)\s+(?:to|for|an|für|para)\s+(?:the\s+|any\s+|all\s+|los\s+|la\s+)?{_READER}\b
    | (?:^|[\s"'=:\[(])(?:(?:dear|hey|hello|attention|to)\s+)?(?:any\s+|all\s+|the\s+)?{_READER}\s*[:,]\s*(?:please\s+)?
        (?:say|state|write|report|conclude|ignore|do\s+not|don't|you\s+must|respond|reply|answer|output|include|repeat|reveal|print|omit|approve|mark|summari[sz]e|set|rate)\b
    | \b(?:if\s+you\s+are|you\s+are(?:\s+now)?|as)\s+an?\s+{_READER}\b
    | <\|?(?:im_start|im_end|system|endoftext|assistant)\|?>
    | \[/?INST\] | \#{{2,}}\s*(?:system|instruction)s?\b\s*: | \bsystem\s+prompt\b | \bnew\s+instructions?\s*:
    | \b(?:reviewers?|summari[sz]ers?|summary|report|review)\b[^.\n]{{0,30}}\b(?:must|should|shall)\s+(?:only\s+)?(?:say|state|conclude|report|write)\b[^.\n]{{0,40}}\bno\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


_TRACES = re.compile(
    r"ignor|disregard|forget|overr|skip|vergiss|missacht|olvid|descart|assist|asist|gpt|llm|claude|copilot|gemini|"
    r"\bai\b|a\.i\.|model|review|summar|prompt|instruct|inst\]|<\|?(?:im_|sys|end)|###",
    re.IGNORECASE,
)


def addresses_a_machine(text: str) -> bool:
    """Whether a message or log line gives orders to an AI, an assistant or a reviewer instead of telling something."""
    return bool(_TRACES.search(text) and _ORDER.search(text))
