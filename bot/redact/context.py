"""Secrets that are told by the words beside them: addresses with a password, headers, assignments, command lines, prose.

Patterns are run on the line in lower case (`re` is several times quicker without its own case folding) and their group
`value` is then judged, and replaced, in the line as it stands.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.redact.placeholders import Mask
from bot.redact.secrecy import is_basic, is_bearer, is_opaque, is_stand_in, is_strong, looks_random, reads_as_identifier

_PASS_WORDS = "pass(?:word|wd|phrase|code|wort)?|pwd|pw|contrase[nñ]a|mot de passe"  # noqa: S105 - words, not a password
_KEY_NAMES = (
    "(?:api|app|access|secret|private|auth|account|signing|encryption|master|service|shared|storage|session|client|"
    "consumer|license|ssh|deploy|webhook|integration|routing)[ _-]?(?:access[ _-]?)?key(?:[ _-]?id)?"
)
_KEY_WORDS = (
    f"secret|token|jwt|credentials?|cred|auth|authorization|bearer|otp|pin|{_KEY_NAMES}|"
    "(?:session|sess|jsession|phpsess)[_-]?(?:id|token)|csrf|xsrf|signature"
)
_QUOTE = r"\\{0,3}[\"'`]"
_BARE = (
    r"(?:[^\s\"'`<>&,;|)}\]\\]"
    r"|[,;|)}\]\\](?![\s,;|)}\]\\\"'`<>]|$|[\w.-]{1,40}\\?[\"']?\s?[=:]))+"  # a comma inside, not one before the next key
)


_ANY_DIGIT = str.maketrans("123456789", "000000000")
_MOST_DULL = 20_000  # forms of lines, about 200 bytes each


@dataclass(frozen=True)
class Rule:
    """`clues`: one of them is in every line that the pattern can match. `judge` says whether a value is a secret."""

    clues: tuple[str, ...]
    pattern: re.Pattern[str]
    judge: Callable[[re.Match[str], str], bool]


def _not_stand_in(_: re.Match[str], value: str) -> bool:
    """For places that hold nothing but secrets: all is taken but what plainly stands for one."""
    return not is_stand_in(value)


def _assigned(match: re.Match[str], value: str) -> bool:
    word = match["word"]
    before = match.string[max(0, match.start() - 8) : match.start()]
    short = word in ("pass", "pw", "auth", "pin", "otp", "cred", "jwt")
    if is_stand_in(value) or (short and before[-1:].isalpha()):  # compass=, spin:
        return False
    if word in ("pin", "otp"):
        return value.isdigit() and 4 <= len(value) <= 8
    if word in ("auth", "bearer", "cred", "pass", "signature"):
        return looks_random(value) or (word == "auth" and is_basic(value))
    if re.fullmatch(_PASS_WORDS, word):
        return len(value) >= 3
    if value.isdigit():
        return len(value) >= 6 and not before.endswith(("max_", "max-", "num_", "min_", "per_"))
    return looks_random(value) and not (word == "secret" and reads_as_identifier(value))


def _told(match: re.Match[str], value: str) -> bool:
    """Prose: "the password is hunter2". Without a linking word only what cannot be a word at all."""
    if is_stand_in(value) or not looks_random(value):
        return False
    if match["link"].strip() or is_opaque(value):
        return True
    return is_strong(value) and not reads_as_identifier(value)


def _nearby(_: re.Match[str], value: str) -> bool:
    return not is_stand_in(value) and is_strong(value) and not reads_as_identifier(value)


_ADDRESS_RULES = (
    Rule(
        ("://",),
        re.compile(r"://[^\s/@:\"'<>\[]*:(?P<value>(?!\d{1,5}(?:[/?#]|$))[^\s\"'<>]{1,256})@(?=[\w\[.-])"),
        _not_stand_in,
    ),
    Rule((":thin:",), re.compile(r":thin:[^\s/@]{1,64}/(?P<value>[^\s@]{1,128})@"), _not_stand_in),
    Rule(("://",), re.compile(r"://(?P<value>[\w.%~+=-]{16,256})@(?=[\w\[.-])"), lambda _, value: looks_random(value)),
)
_RULES = (
    Rule(
        ("cookie",),
        re.compile(r"cookie\\{0,3}[\"']?\s{0,3}[:=]\s{0,3}\\{0,3}[\"']?(?P<value>[^\s\"'=;]{1,80}=[^\"'\n\\]+)"),
        _not_stand_in,
    ),
    Rule(
        ("authorization", "x-", "private-token", "api-key"),
        re.compile(
            r"(?:authorization|x-[\w-]{0,30}(?:token|key|auth|secret)|private-token|api-key)"
            r"\\{0,3}[\"']?\s{0,3}[:=]\s{0,3}\\{0,3}[\"']?(?:(?:bearer|basic|token|digest|negotiate|apikey|bot)\s+)?"
            r"(?P<value>[^\s\"'<>\\]{4,})"
        ),
        _not_stand_in,
    ),
    Rule(("bearer",), re.compile(r"\bbearer\s+(?P<value>[\w.~+/-]{8,}=*)"), lambda _, value: is_bearer(value)),
    Rule(
        ("basic",),
        re.compile(r"\bbasic\s+(?P<value>[a-z0-9+/]{8,}={0,2})(?![a-z0-9])"),
        lambda _, value: is_basic(value),
    ),
    Rule(
        ("=", ":"),
        re.compile(
            rf"(?P<word>{_PASS_WORDS}|{_KEY_WORDS})(?:[_-]?(?:value|prod|dev|live|test|old|new)?\d{{0,3}})"
            rf"\]?(?:\\{{0,3}}[\"'`*])?\]?\s{{0,3}}(?P<sign>=>|:=|==?|:)\s{{0,3}}"
            rf"(?:[bruf]?(?P<quote>{_QUOTE})(?P<value>.{{1,1024}}?)(?P=quote)|(?P<bare>{_BARE}))"
        ),
        _assigned,
    ),
    Rule(
        ("</",),
        re.compile(rf"<[\w:.-]{{0,40}}(?:{_PASS_WORDS}|{_KEY_WORDS})>(?P<value>[^<]{{3,1024}})</"),
        _not_stand_in,
    ),
    Rule(
        (" -",),
        re.compile(
            r"\s--?(?:[\w-]{0,30}(?:password|passwd|passphrase|token|secret|api-?key|access-key|secret-key)|pass|pw)(?:\s+|=)"
            r"(?:(?P<quote>[\"'])(?P<value>.{1,512}?)(?P=quote)|(?P<bare>[^\s\"'`;|&]+))"
        ),
        _not_stand_in,
    ),
    Rule(
        ("pass", "pw", "token", "secret", "key", "cred", "pin", "otp", "contrase"),
        re.compile(
            rf"\b(?:{_PASS_WORDS}|token|secret|{_KEY_NAMES}|creds?|credentials?|pin|otp)\b"
            r"(?P<link>(?:(?:\s+(?:for|of|on|to)\s+[\w.@-]{1,40})?(?:\s+(?:is|was|now|changed|set|back|to|still|again|are|es|ist)\b){1,4}"
            r"\s*:?|\s+(?:for|of|on|to)\s+[\w.@-]{1,40}:|\s*[:=]\s*[\w.@-]{1,40}\s*/|\s*->|\s+)\s*[\"'`*]?)(?P<value>[^\s\"'`*,;]{4,256}(?<![.!?)]))"
        ),
        _told,
    ),
    Rule(
        ("pass", "pwd"),
        re.compile(
            rf"\b(?:{_PASS_WORDS})\s+(?:(?:is|was|to|now|set)\s+){{0,2}}(?P<quote>[\"`])(?P<value>[^\"`\n]{{3,128}})(?P=quote)"
        ),
        _not_stand_in,
    ),
    Rule(
        ("key", "secret", "token", "pass", "cred", "auth", "signature"),
        re.compile(
            r"(?:secret|token|passw\w{0,8}|credential|auth\w{0,12}|signature|key)"
            r"\w{0,16}[^a-z0-9\n]{1,6}(?:\w{1,12}[^a-z0-9\n]{1,4}){0,2}?(?P<value>[a-z0-9+/_=-]{20,512})"
        ),
        _nearby,
    ),
)
_TOOL_RULES = tuple(
    Rule((tool,), re.compile(pattern), _not_stand_in)
    for tool, pattern in (
        (
            "-u",
            r"\b(?:curl|wget|https?)\b[^\n|;]{0,300}?\s(?:-u|--user|--proxy-user)[ =]?[\"']?[^\s:\"']{1,128}:(?P<value>[^\s\"'`]+)",
        ),
        (
            "-p",
            r"\b(?:mysql|mysqldump|mysqladmin|mariadb|mongo|mongosh)\b[^\n|;]{0,300}?\s-p[\"']?(?P<value>[^\s\"'`]{3,})",
        ),
        ("sshpass", r"\bsshpass\s+-p\s*[\"']?(?P<value>[^\s\"'`]+)"),
        ("redis-cli", r"\bredis-cli\b[^\n|;]{0,300}?\s-a\s+[\"']?(?P<value>[^\s\"'`]+)"),
        ("password", r"\blogin\s+\S{1,128}\s+password\s+(?P<value>\S+)"),  # .netrc
        ("login", r"\blogin\b[^\n|;]{0,300}?\s-p\s+[\"']?(?P<value>[^\s\"'`]+)"),
    )
)


class ContextRules:
    """Applies the rules to one line. A value that looks random goes to `seen`, to be found again without its words."""

    def __init__(self, mask: Mask, seen: Callable[[str], None]) -> None:
        self._mask = mask
        self._seen = seen
        self._dull: set[str] = set()

    def hide_in_addresses(self, line: str) -> str:
        """`scheme://user:password@host`: scheme, user and host stay."""
        return self._applied(_ADDRESS_RULES, line)[0]

    def hide_in_commands(self, line: str) -> str:
        return self._applied(_TOOL_RULES, line)[0]

    def hide_near_key(self, line: str) -> str:
        """For lines whose only clue is the word "key": the vaguest rule alone."""
        return self._applied(_RULES[-1:], line)[0]

    def hide(self, line: str) -> str:
        """From the surest rule to the vaguest, each on what the one before it left.

        Which digits a line has makes no difference to the patterns, so a form that none of them met is remembered.
        """
        form = lowered(line).translate(_ANY_DIGIT)
        if form in self._dull:
            return line
        hidden, met = self._applied(_RULES, line)
        if not met and len(self._dull) < _MOST_DULL:
            self._dull.add(form)
        return hidden

    def _applied(self, rules: tuple[Rule, ...], line: str) -> tuple[str, bool]:
        """The line, and whether any pattern met it."""
        low, met = lowered(line), False
        for rule in rules:
            if any(clue in low for clue in rule.clues):
                found = list(rule.pattern.finditer(low))
                met = met or bool(found)
                changed = self._replaced(rule, line, found)
                if changed is not line:
                    line, low = changed, lowered(changed)
        return line, met

    def _replaced(self, rule: Rule, line: str, found: list[re.Match[str]]) -> str:
        pieces: list[str] = []
        end = 0
        for match in found:
            group = "value" if match["value"] is not None else "bare"
            start, stop = match.span(group)
            value = line[start:stop]
            if rule.judge(match, value):
                pieces += [line[end:start], self._secret(value)]
                end = stop
        return "".join([*pieces, line[end:]]) if pieces else line

    def _secret(self, value: str) -> str:
        if looks_random(value):
            self._seen(value)
        return self._mask("secret", value)


def lowered(line: str) -> str:
    """Lower case of the same length: a few letters have a longer lower case, they stay."""
    low = line.lower()
    return low if len(low) == len(line) else "".join(c.lower() if len(c.lower()) == 1 else c for c in line)
