"""From a ref ("1485889540.921300", "db1.log:4711") to something that a reader can follow."""

from collections.abc import Iterable

from bot.nouns.digest import Digest, Evidence
from bot.nouns.review import Review
from bot.publish.mrkdwn import clip, code, escape, inert
from bot.publish.wording import clock, is_message, message_time, spans_days

_MOST_LINKS, _LABEL, _LINK = 4, 40, 500


class Citations:
    """The labels and links of one review's evidence."""

    def __init__(self, digest: Digest, *, with_day: bool) -> None:
        self._evidence = digest.evidence
        self._with_day = with_day

    @classmethod
    def of(cls, review: Review, digest: Digest) -> "Citations":
        """Labels say the day when the incident has more than one."""
        return cls(digest, with_day=spans_days(review))

    def evidence(self, ref: str) -> Evidence | None:
        return self._evidence.get(ref)

    def label(self, ref: str) -> str:
        """ "petra 23:27" for a message, the ref itself for a log line. Plain text."""
        if not is_message(ref):
            return ref
        found = self._evidence.get(ref)
        at = found.at if found and found.at else message_time(ref)
        author = inert(found.speaker or "") if found else ""
        return f"{clip(author, _LABEL) or 'message'} {clock(at, day=self._with_day) if at else ''}".strip()

    def permalink(self, ref: str) -> str | None:
        """Slack's own address of a message; anything that is not one is no link."""
        found = self._evidence.get(ref)
        link = (found.permalink or "") if found else ""
        plain = link.isascii() and link.isprintable() and not set(link) & set("<>| \"'`")
        return link if plain and link.startswith(("https://", "http://")) and len(link) <= _LINK else None

    def mrkdwn(self, refs: Iterable[str]) -> str:
        """The citations for Slack, in brackets; the first four, and how many more there are. Empty for none."""
        unique = list(dict.fromkeys(refs))
        if not unique:
            return ""
        shown = [self._mrkdwn(ref) for ref in unique[:_MOST_LINKS]]
        more = [f"{len(unique) - _MOST_LINKS} more"] if len(unique) > _MOST_LINKS else []
        return f"[{', '.join([*shown, *more])}]"

    def _mrkdwn(self, ref: str) -> str:
        if not is_message(ref):
            return code(clip(ref, 120))
        label = escape(self.label(ref).replace("|", " "))
        link = self.permalink(ref)
        return f"<{escape(link)}|{label}>" if link else label
