"""Network addresses become pseudonyms: the same address is the same placeholder, private ranges say so, no octet stays."""

import ipaddress
import re
from functools import lru_cache

from bot.redact.placeholders import Mask

_IPV4_TAIL = re.compile(r"\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}")  # dots are rarer than digits: twice as quick
_VERSION_BEFORE = re.compile(
    r"(?:\bv|\bver(?:sion)?[\"']?\s*[:=]?\s*[\"']?v?|\brelease\s+|\bbuild\s+|\brev\s+)$", re.IGNORECASE
)
_DUMPED_PORT = re.compile(r"\.\d{1,5}(?= >|:? )")  # tcpdump writes 192.0.2.1.443 >
_MAC = re.compile(
    r"(?<![0-9A-Fa-f:.-])[0-9A-Fa-f]{2}(?P<mark>[:-])(?:[0-9A-Fa-f]{2}(?P=mark)){4}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:-])"
)
_IPV6 = re.compile(
    r"(?<![0-9A-Za-z:._-])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{1,4})?(?![0-9A-Za-z:]|\.\d)"
)
_IPV6_START = re.compile(r"(?:[23][0-9a-f]{3}|f[cdef][0-9a-f]{2}|64:ff9b|::ffff:)", re.IGNORECASE)
_SAME_EVERYWHERE = frozenset(["0.0.0.0", "255.255.255.255", "169.254.169.254"])  # noqa: S104 - compared, not bound


def hide_ipv4(text: str, mask: Mask) -> str:
    """Addresses in any number of lines. Loopback and masks stay, and so do versions as far as their surroundings tell."""
    pieces: list[str] = []
    done = 0
    for tail in _IPV4_TAIL.finditer(text):
        start, end = _first_octet(text, tail.start()), tail.end()
        if start < tail.start() and start >= done and (name := _pseudonym(text, start, end, mask)):
            pieces += [text[done:start], name]
            done = end
    return "".join([*pieces, text[done:]]) if pieces else text


def _first_octet(text: str, dot: int) -> int:
    start = dot
    while start > max(0, dot - 3) and text[start - 1] in "0123456789":
        start -= 1
    return start


def _pseudonym(text: str, start: int, end: int, mask: Mask) -> str | None:
    value = text[start:end]
    kind = _ipv4_kind(value)
    if kind is None or not _stands_alone(start, end, text, certain=kind == "private-ip"):
        return None
    if _VERSION_BEFORE.search(text[max(0, start - 16) : start]) or (
        kind == "ip" and _reads_as_version(value, text, start, end)
    ):
        return None
    return mask(kind, value)


@lru_cache(maxsize=65_536)
def _ipv4_kind(value: str) -> str | None:
    """None for what is no address, and for addresses that are the same on every machine."""
    octets = value.split(".")
    if octets[0] in ("127", "255", "0") or value in _SAME_EVERYWHERE:
        return None
    if any(len(octet) > 1 and (octet[0] == "0" or int(octet) > 255) for octet in octets):
        return None
    return "private-ip" if _is_private(int(octets[0]), int(octets[1])) else "ip"


def _is_private(first: int, second: int) -> bool:
    return (
        first == 10
        or (first == 172 and 16 <= second <= 31)
        or (first == 192 and second == 168)
        or (first == 100 and 64 <= second <= 127)
        or (first == 169 and second == 254)
    )


def _stands_alone(start: int, end: int, text: str, *, certain: bool) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if before.isalnum() or before == "." or after.isalnum():
        return False
    if before == "-" and not (certain or text[start - 2 : start - 1].isdigit()):
        return False  # a package: name-1.2.3.4
    if after == "." and text[end + 1 : end + 2].isalnum():
        return _DUMPED_PORT.match(text, end) is not None
    return True


def _reads_as_version(value: str, text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 16) : start], text[end : end + 2]
    if before.endswith("/") and before[-2:-1].isalnum() and not after.startswith(":"):
        return True  # a product: Agent/1.2.3.4
    if after[:1] in ("-", "+", "~") and after[1:].isalnum() and int(value.partition(".")[0]) < 30:
        return True  # a package: 1.2.3.4-5
    single = len(value) == 7  # all octets of one digit: a section or a version more often than an address
    return single and not after.startswith((":", "/")) and not before.endswith(("=", "@", "/", "from ", "ip "))


def hide_colon_addresses(line: str, mask: Mask) -> str:
    """IPv6 and hardware addresses of one line."""
    line = _MAC.sub(lambda match: mask("mac", match.group().lower().replace("-", ":")), line)
    return _IPV6.sub(lambda match: _hidden_ipv6(match.group(), mask), line)


def _hidden_ipv6(text: str, mask: Mask) -> str:
    tail = ":" if text.endswith(":") and not text.endswith("::") else ""  # "2001:db8::1: connection refused"
    value = text.removesuffix(":") if tail else text
    try:
        address = ipaddress.IPv6Address(value)
    except ValueError:
        return text
    groups = [group for group in value.split(":") if group]
    if address.is_loopback or not (len(groups) > 3 or _IPV6_START.match(value)) or len(groups) < 2:
        return text
    mapped = address.ipv4_mapped
    if mapped is not None:
        return hide_ipv4(str(mapped), mask) + tail
    private = address.is_link_local or value.lower().startswith(("fc", "fd"))
    return mask("private-ip" if private else "ip", address.compressed) + tail
