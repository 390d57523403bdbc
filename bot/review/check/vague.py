import re

from bot.nouns.review import RecommendedTest
from bot.review.prose import content_words, word_count

_EMPTY_ADVICE = re.compile(
    r"\b(?:improve|enhance|ensure|consider|increase coverage|be more careful|more tests?|better monitoring|best practices?|robust(?:ness)?|"
    r"thorough(?:ly)?|properly|appropriate(?:ly)?|as needed|etc)\b",
    re.IGNORECASE,
)
FAULT = re.compile(
    r"\b(?:add|abort|allocate|apply|block|break|change|clear|copy|corrupt|crash|cut|delay|delete|deny|disable|drain|drive|drop|duplicate|empty|exhaust|expire|"
    r"fail|feed|fill|fire|flood|force|freeze|hold|inject|interrupt|interleave|introduce|kill|leave|lose|mute|overload|partition|pause|point|push|put|race|raise|refuse|reject|"
    r"remove|rename|repeat|replace|replay|restart|restore|return|revoke|rotate|run|send|serve|set|shift|shrink|skip|slow|stall|start|starve|stop|swap|"
    r"switch|take|throttle|time out|truncate|unplug|use|wipe|withhold|write)\w*\b",
    re.IGNORECASE,
)


def vague_advice(test: RecommendedTest) -> str | None:
    """Rule: a recommended test names layer, scope, fault, metric, operator, number, unit, window and provenance.

    And it says them in the open: "improve monitoring" is no test.
    """
    return _vague_words(test) or vague_fault(test.failure_injection) or _unmeasurable(test)


def _vague_words(test: RecommendedTest) -> str | None:
    if not 4 <= word_count(test.title) <= 18:
        return "The title must have 4 to 18 words."
    if len(content_words(test.scope)) < 2:
        return "The scope does not say which components are tested."
    empty = _EMPTY_ADVICE.search(f"{test.title} {test.success_criteria}")
    return f'"{empty.group()}" is advice, not a test.' if empty else None


def _unmeasurable(test: RecommendedTest) -> str | None:
    if not re.search(r"\d", test.success_criteria):
        return "The success criterion has no number."
    limit = test.threshold
    if not (limit.metric.strip() and limit.unit.strip() and limit.window.strip()):
        return "The threshold needs a metric, a unit and a window."
    return None


def vague_fault(text: str) -> str | None:
    """Rule: the fault to inject is an action on a named thing."""
    if not FAULT.search(text):
        return "Say which fault to inject with a verb such as stop, delay, delete, fill or cut."
    if len(content_words(text)) < 4:
        return "Say what exactly the fault is done to."
    empty = _EMPTY_ADVICE.search(text)
    return f'"{empty.group()}" is advice, not a fault.' if empty else None
