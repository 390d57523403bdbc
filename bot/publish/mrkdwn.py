"""Text of other people's making, made safe for Slack's mrkdwn, and cut where a reader would cut it.

Source of the rules: Slack's "Formatting text for app surfaces". Only `&`, `<` and `>` are control characters there;
`<!channel>`, `<@U1>` and links need them, so that escaped data can neither notify nor link. What Slack's clients
detect by themselves (bare addresses, "@here") is broken by an invisible character, and `verbatim` is set as well.
"""

import re

_ZERO_WIDTH = "\u200b"
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_NOTIFIES = re.compile(r"@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)
_SCHEME = re.compile(r"\b([a-z][a-z0-9+.-]{1,20}):(?=//)|\b(mailto|tel|javascript|data):(?=\S)", re.IGNORECASE)
_WWW = re.compile(r"\bwww\.(?=\w)", re.IGNORECASE)
_MENTION = re.compile(r"&lt;(@[UW][A-Z0-9]{1,30})&gt;")
_SENTENCE_END = re.compile(r"[.!?…。！？](?=\s|$)")
_MARKS = re.compile("([*_~`])")


def one_line(text: str) -> str:
    """Without control characters (bidirectional overrides too) and line breaks."""
    return " ".join(_CONTROL.sub(" ", text).split())


def inert(text: str) -> str:
    """One line in which nothing notifies and nothing becomes a link; not yet escaped, good for plain_text too."""
    text = _NOTIFIES.sub("@" + _ZERO_WIDTH, one_line(text))
    text = _SCHEME.sub(lambda found: f"{found[1] or found[2]}:{_ZERO_WIDTH}", text)
    return _WWW.sub(f"www{_ZERO_WIDTH}.", text)


def escape(text: str) -> str:
    """The three control characters of mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def safe(text: str) -> str:
    """Data for a mrkdwn text: one line, inert, escaped. An odd backtick would turn the rest of the line into code."""
    text = inert(text).replace("```", "'")
    return escape(text if text.count("`") % 2 == 0 else text.replace("`", "'"))


def bold(text: str) -> str:
    """Data in bold: its own marks would end the bold too early. Empty for empty text."""
    inner = _MARKS.sub("", safe(text)).strip()
    return f"*{inner}*" if inner else ""


def code(text: str) -> str:
    """Data in code style, in which Slack detects nothing."""
    inner = escape(one_line(text).replace("`", "'"))
    return f"`{inner}`" if inner else ""


def with_mentions(text: str) -> str:
    """A sentence of the bot's own in which people may be mentioned by id; groups and channels may not."""
    return _MENTION.sub(r"<\1>", safe(text))


def length(text: str) -> int:
    """In UTF-16 units, the larger of the two ways in which Slack's servers and clients may count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clip(text: str, limit: int) -> str:
    """At most `limit` units: whole sentences if that keeps a third, else whole words, with an ellipsis."""
    if length(text) <= limit:
        return text
    head, _ = _cut(text, limit - 1)
    return head.rstrip(" ,;:") + "…"


def pieces(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit` units, cut at lines, sentences, words, and only then anywhere."""
    made = []
    while length(text) > limit:
        head, text = _cut(text, limit)
        made.append(head)
    return [*made, text] if text or not made else made


def _cut(text: str, limit: int) -> tuple[str, str]:
    most = _fitting(text, limit)
    window = text[:most]
    ends = [found.end() for found in _SENTENCE_END.finditer(window)]
    for at in (window.rfind("\n"), ends[-1] if ends else -1, window.rfind(" ")):
        if at > most // 3 and not _inside_token(text, at):
            return text[:at].rstrip(), text[at:].lstrip()
    while most > 1 and _inside_token(text, most):
        most -= 1
    return text[:most], text[most:]


def _fitting(text: str, limit: int) -> int:
    """How many characters of `text` have at most `limit` units."""
    most = min(len(text), limit)
    while length(text[:most]) > limit:
        most -= max(1, (length(text[:most]) - limit) // 2)
    return most


def _inside_token(text: str, at: int) -> bool:
    """Whether a cut at `at` would break a link, a mention or an escaped character."""
    opened, closed = text.rfind("<", 0, at), text.rfind(">", 0, at)
    entity = text.rfind("&", max(0, at - 5), at)
    return opened > closed or (entity >= 0 and ";" not in text[entity:at] and ";" in text[at : at + 5])
