"""E-mail addresses, telephone numbers, payment cards and bank accounts; the numbers are proved by their check digits."""

import re

from bot.redact.placeholders import Mask

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+/-])([A-Za-z0-9][A-Za-z0-9._%+'-]{0,63}|\"[^\"\s@]{1,40}\")(?:@|%40)"
    r"((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}([A-Za-z]{2,24}))(?![A-Za-z0-9@])"
)
_UNICODE_EMAIL = re.compile(r"(?<![\w.%+/-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?!\w)")
_NOT_MAIL = frozenset(  # unit files, pictures: `getty@tty1.service`, `logo@2x.png`
    [
        "service",
        "socket",
        "timer",
        "mount",
        "target",
        "slice",
        "scope",
        "path",
        "device",
        "swap",
        "png",
        "jpg",
        "svg",
        "webp",
        "gif",
    ]
)
_SYSTEM_ACCOUNTS = frozenset(
    ["root", "git", "postgres", "ubuntu", "ec2-user", "centos", "debian", "core", "nobody", "www-data", "hg"]
)

_CARD = re.compile(
    r"(?<![\w.+-])(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}|3[47]\d{2}([ -]?)\d{6}\2\d{5}|3[068]\d{12})(?![\w-]|\.\d)"
)
_CARD_ISSUER = re.compile(r"4|5[1-5]|2[2-7]|3[0-9]|6(?:011|4[4-9]|5)")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
_PHONES = (
    re.compile(
        r"(?<![\w.+/=-])\+[1-9]\d{0,2}(?:[ .-]?\(\d{1,4}\))?[ .-]?\d{1,4}(?:[ .-]?\d{2,4}){1,5}(?![\w:]|[.-]\d)"
    ),
    re.compile(r"(?<![\w.+/-])(?:1[ .-])?\([2-9]\d{2}\) ?\d{3}[ .-]\d{4}(?![\w-]|\.\d)"),
    re.compile(r"(?<![\w.+/:=-])(?:1([.-]))?[2-9]\d{2}([ .-])[2-9]\d{2}\2\d{4}(?![\w:-]|\.\d)"),
    re.compile(
        r"(?i)(?<=\b)(?:phone|tel|telephone|mobile|cell|whatsapp|sms|call|ring|text|reach)\b[^\d\n+]{1,24}?"
        r"(\(?0\d{1,5}\)?[ /.-]?\d[\d /.-]{4,12}\d)(?![\w:])"
    ),
)


def hide_emails(line: str, mask: Mask) -> str:
    """Addresses of people. `root@db1.example` is a shell prompt, not a person."""

    def swap(match: re.Match[str]) -> str:
        name, _, domain = match.group().replace("%40", "@").rpartition("@")
        if domain.rpartition(".")[2].lower() in _NOT_MAIL or name.lower() in _SYSTEM_ACCOUNTS:
            return match.group()
        return mask("email", f"{name}@{domain}".lower())

    hidden = _EMAIL.sub(swap, line)
    return hidden if hidden.isascii() or "@" not in hidden else _UNICODE_EMAIL.sub(swap, hidden)


def hide_numbers(line: str, mask: Mask) -> str:
    """Cards, accounts, telephone numbers, in this order: a card's groups look like a telephone number."""
    line = _CARD.sub(
        lambda match: mask("card", _digits(match.group())) if _is_card(match.group()) else match.group(), line
    )
    line = _IBAN.sub(lambda match: _hidden_iban(match.group(), mask), line)
    for pattern in _PHONES:
        line = pattern.sub(lambda match: _hidden_phone(match, mask), line)
    return line


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _is_card(text: str) -> bool:
    digits = _digits(text)
    return _CARD_ISSUER.match(digits) is not None and len(set(digits)) > 1 and luhn(digits)


def luhn(digits: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        double = int(digit) * (1 + place % 2)
        total += double - 9 if double > 9 else double
    return total % 10 == 0


def is_iban(text: str) -> bool:
    """The check digits of a bank account number (ISO 13616): remainder 1 modulo 97."""
    compact = text.replace(" ", "")
    if not 15 <= len(compact) <= 34:
        return False
    return int("".join(str(int(letter, 36)) for letter in compact[4:] + compact[:4])) % 97 == 1


def _hidden_iban(text: str, mask: Mask) -> str:
    """A following word in capitals may have been taken along: shorten until the check digits agree."""
    pieces = text.split(" ")
    for count in range(len(pieces), 0, -1):
        if is_iban("".join(pieces[:count])):
            return " ".join([mask("iban", "".join(pieces[:count])), *pieces[count:]])
    return text


def _hidden_phone(match: re.Match[str], mask: Mask) -> str:
    whole = match.group()
    number = match.group(1) if match.re is _PHONES[3] else whole
    digits = _digits(number)
    if not 8 <= len(digits) <= 15 or len(set(digits)) < 3:
        return whole
    if number.startswith("+") and number[1:].isdigit() and len(digits) < 10:
        return whole  # "+12345678" is a difference more often than a telephone number
    return whole.replace(number, mask("phone", digits))
