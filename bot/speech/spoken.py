"""Written English -> words that a speech engine says right, and the sentences to say one by one."""

import html
import re
import unicodedata

from bot.speech.grammar import RULES

_LINKED = (
    (re.compile(r"!?\[([^\]\n]{1,200})\]\([^)\s]{0,500}\)"), r"\1"),  # markdown link
    (re.compile(r"<[@#!][A-Z0-9^]+\|([^>\n]+)>"), r"\1"),  # Slack mention with a name
    (re.compile(r"<@[A-Z0-9]+>"), "someone"),
    (re.compile(r"<!(here|channel|everyone)>"), r"\1"),
    (re.compile(r"<(?:https?|mailto):[^|>\s]+\|([^>\n]+)>"), r"\1"),
    (re.compile(r"(?<![\w:]):(?=[a-z0-9_+-]*[a-z])[a-z0-9_+-]+:(?!\w)"), " "),  # emoji by name
)
_BULLET = re.compile(r"^\s*(?:[-*+•◦‣>|]|#{1,6}|\d{1,2}[.)])\s+")
_FENCE = re.compile(r"^\s*(?:```|~~~)\w*\s*$|^\s*(?:---+|===+|\*\*\*+)\s*$")
_ENDED = re.compile(r"[.!?:;,]['\")\]”’*_`]*$")
_STYLE = re.compile(r"[`*\"“”„]+|(?<!\w)[_~]{1,3}(?=\w)(?!~?\d)|(?<=\w)[_~]{1,3}(?!\w)")
_BRACKET = re.compile(r"\s*[()\[\]{}]\s*|\s+[-–—]+\s+|[–—]|\s*\|\s*")
_NOT_INSIDE_A_WORD = re.compile(r"(?<![^\W\d_])['-]|['-](?![^\W\d_])")
_POINTS = re.compile(r"\s*([.!?:;,])(?:\s*[.!?:;,])*\s*")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=\S)")
_CLAUSE_END = re.compile(r"(?<=[;:,])\s+(?=\S)")
_TITLES = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|vs|no|nr|fig|sec|approx|dept|est|incl|resp|cf|e\.g|i\.e|al|inc|ltd|co|corp|v)\.)$",
    re.IGNORECASE,
)


def spoken(text: str) -> str:
    """The text as it is said: no digits, no markup, letters and `. , ; : ? ! ' -` only."""
    return _tidied(_said(_unmarked(unicodedata.normalize("NFKC", text))))


def sentences(text: str, longest: int = 200) -> list[str]:
    """Split at sentence ends; a sentence over `longest` characters is split at clauses, then at words.

    Works on written text too: decimals, versions, host names and the usual abbreviations do not end a sentence.
    """
    pieces: list[str] = []
    for piece in _SENTENCE_END.split(text.strip()):
        if pieces and _TITLES.search(pieces[-1]):
            pieces[-1] = f"{pieces[-1]} {piece}"
        elif piece:
            pieces.append(piece)
    return [part for piece in pieces for part in _shortened(piece, longest)]


def _shortened(sentence: str, longest: int) -> list[str]:
    """Pieces of at most `longest` characters (a single longer word stays whole)."""
    for boundary in (_CLAUSE_END, re.compile(r"\s+")):
        if len(sentence) <= longest:
            break
        sentence = "\n".join(_packed(boundary, sentence, longest))
    return sentence.split("\n") if sentence else []


def _packed(boundary: re.Pattern[str], text: str, longest: int) -> list[str]:
    """Greedy: as many parts in a line as fit."""
    lines: list[str] = []
    for whole in text.split("\n"):
        fresh = True
        for part in boundary.split(whole):
            if not fresh and len(lines[-1]) + 1 + len(part) <= longest:
                lines[-1] = f"{lines[-1]} {part}"
            else:
                lines.append(part)
            fresh = False
    return lines


def _unmarked(text: str) -> str:
    """Without links, emoji names, list and heading marks; blocks become sentences."""
    text = html.unescape(text).replace("’", "'").replace("‘", "'")
    for pattern, kept in _LINKED:
        text = pattern.sub(kept, text)
    blocks = _blocks(text)
    ended = [block if _ENDED.search(block) else f"{block}." for block in blocks[:-1]]
    return _STYLE.sub("", " ".join([*ended, *blocks[-1:]]))


def _blocks(text: str) -> list[str]:
    """Paragraphs, list items and headings, each on one line."""
    blocks: list[str] = []
    fresh = True
    for line in text.splitlines():
        if not line.strip() or _FENCE.match(line):
            fresh = True
            continue
        bare, marks = _BULLET.subn("", line)
        if fresh or marks:
            blocks.append(bare.strip())
        else:
            blocks[-1] = f"{blocks[-1]} {bare.strip()}"
        fresh = line.lstrip().startswith("#")
    return blocks


def _said(text: str) -> str:
    said: list[str] = []
    at = 0
    while at < len(text):
        for rule in RULES:
            found = rule.pattern.match(text, at)
            if found and found.end() > at:
                words = rule.say(found)
                said.append(words if words == found[0] else f" {words} ")
                at = found.end()
                break
        else:
            said.append(text[at])
            at += 1
    return "".join(said)


def _tidied(text: str) -> str:
    text = _BRACKET.sub(", ", " ".join(text.split())).replace("…", ".")
    text = "".join(char if char.isalpha() or char in ".,;:?!'-" else " " for char in text)
    text = " ".join(_NOT_INSIDE_A_WORD.sub(" ", text).split())
    text = _POINTS.sub(_strongest, text)
    return " ".join(text.split()).lstrip(".,;:?! ").rstrip(",;: ")


def _strongest(found: re.Match[str]) -> str:
    return next(mark for mark in "?!.;:," if mark in found[0]) + " "
