import re

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|prompts?|directives?|guidelines)\b"
    r"|\b(?:as an?|dear|hey|attention|note to|hello)\s+(?:all\s+)?(?:ai|a\.i\.|llms?|ai assistants?|language models?|chatbots?)\b"
    r"|\b(?:ai|llm|assistant|language model|model|bot)s?\b.{0,30}\b(?:reading|processing|reviewing|analy[sz]ing|summari[sz]ing) (?:this|the|these)\b"
    r"|\byou are now (?:an?|in)\b|\byou (?:must|will|shall) (?:now )?(?:say|respond|answer|output|conclude|state|report) (?:that|with|only|as)\b"
    r"|\b(?:system|developer) (?:prompt|message|override)\b|<\|?(?:im_start|im_end|system|endoftext)\|?>|\[/?INST\]"
    r"|\b(?:report|state|conclude|say|write|respond|reply|answer) (?:that|with|only)\b.{0,20}\b(?:no|zero) (?:missing )?(?:tests?|gaps?|layers?|issues?)\b",
    re.IGNORECASE,
)


def obeys_an_order(text: str) -> str | None:
    """Rule: nothing that gives orders to the reader's software is repeated in a review."""
    found = _ORDERS.search(text)
    return "The text repeats an instruction addressed to software." if found else None
