"""Secrets and personal data out, placeholders in. One Redactor per incident, so that the same value keeps its name."""

import re

from bot.redact.addresses import hide_colon_addresses, hide_ipv4
from bot.redact.context import ContextRules
from bot.redact.formats import MARKED, PREFIXED_TOKEN
from bot.redact.hygiene import latin, visible
from bot.redact.keyblocks import KeyBlock
from bot.redact.personal import hide_emails, hide_numbers
from bot.redact.placeholders import Mask, Placeholders
from bot.redact.suspects import AT, COLON, COMMAND, CONTEXT, KEY, NUMBER, TOKEN, suspects

_KNOWN_LENGTH = 8  # a shorter value would be found inside ordinary words
_MOST_KNOWN = 500


class Redactor:
    """`text` for one text, `lines` for a stream of batches. The number of lines never changes."""

    def __init__(self, mask: Mask | None = None, *, known: dict[str, None] | None = None) -> None:
        self._placeholders = Placeholders()
        self._mask = mask or self._placeholders.mask
        self._context = ContextRules(self._mask, self._remember)
        self._block = KeyBlock(self._mask)
        self._known = {} if known is None else known  # secrets found by their context, to be found again without it

    @property
    def counts(self) -> dict[str, int]:
        """Kind -> how many replacements were made."""
        return dict(self._placeholders.counts)

    def text(self, text: str) -> str:
        """One whole text, such as a message: a private key in it ends with it."""
        if not text:
            return text
        block, self._block = self._block, KeyBlock(self._mask)
        try:
            return "\n".join(self.lines(text.split("\n")))
        finally:
            self._block = block

    def lines(self, batch: list[str]) -> list[str]:
        """The next lines of one text, without line ends. `end_text` after the last."""
        joined = "\n".join(batch)
        shown = visible(joined, latin(joined))
        lines = shown.split("\n")
        data = latin(shown)
        self._block.hide(lines, data)
        for index, sorts in suspects(data).items():
            lines[index] = self._line(lines[index], sorts)
        whole = self._without_known("\n".join(lines))
        return hide_ipv4(whole, self._mask).split("\n")

    def learn(self, text: str) -> None:
        """Finds the secrets that their surroundings give away, so that they are known in texts that come before."""
        Redactor(lambda _, value: value, known=self._known).text(text)

    def end_text(self) -> None:
        """Forgets an open private key; call it between texts."""
        self._block = KeyBlock(self._mask)

    def _line(self, line: str, sorts: int) -> str:
        if sorts & TOKEN:
            line = self._without_formats(line)
        if sorts & AT:
            line = self._context.hide_in_addresses(line)
        if sorts & COMMAND:
            line = self._context.hide_in_commands(line)
        if sorts & CONTEXT:
            line = self._context.hide(line)
        elif sorts & KEY:
            line = self._context.hide_near_key(line)
        if sorts & AT:
            line = hide_emails(line, self._mask)
        if sorts & NUMBER:
            line = hide_numbers(line, self._mask)
        if sorts & COLON:
            line = hide_colon_addresses(line, self._mask)
        return line

    def _without_formats(self, line: str) -> str:
        def swap(match: re.Match[str]) -> str:
            return self._mask("secret", match.group())

        line = PREFIXED_TOKEN.sub(swap, line)
        low = line.lower()
        for mark, pattern in MARKED:
            if mark.decode() in low:
                line = pattern.sub(swap, line)
        return line

    def _without_known(self, text: str) -> str:
        for value in self._known:
            if value in text:
                text = re.sub(_alone(value), lambda _, value=value: self._mask("secret", value), text)  # type: ignore[misc]
        return text

    def _remember(self, value: str) -> None:
        if len(value) >= _KNOWN_LENGTH and "\n" not in value and len(self._known) < _MOST_KNOWN:
            self._known[value] = None


def _alone(value: str) -> str:
    return rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])"
