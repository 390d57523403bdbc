"""A plain transcript, as people paste it: `14:05 alice: text`, `[2024-05-01 14:05] <alice> text`, Slack's own copy, prose."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from bot.errors import NotAnIncident
from bot.gather.clocktimes import Clock, date_in, read_clock
from bot.nouns.incident import Channel, Incident, Message, Missing, Person

_BULLET = re.compile(r"^\s*(?:[-*>|•]\s+|\|\s*)*")
_NAME = r"(?P<name>[\w][\w .'@/-]{0,38}?[\w.)]|\w)"
_SAID = re.compile(
    rf"^[\s|,–—-]*(?:<@?{_NAME.replace('name', 'bracketed')}>:?\s|\*{{0,2}}@?{_NAME}\*{{0,2}}\s?:\*{{0,2}}\s)\s*"
)
_PASTED = re.compile(  # "alice  2:05 PM", "PagerDuty APP  2:05 PM", "alice [14:05]"
    r"^@?(?P<name>\w[\w .'@()-]{0,48}?)(?P<app>\s+APP)?\s{1,4}\[?(?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?)\]?\s*$"
)
_NAME_ALONE = re.compile(r"^@?(?P<name>\w[\w.'@-]{0,24}(?: [\w.'()-]{1,24}){0,3}?)(?P<app>\s+APP)?\s*$")
_SEPARATOR = re.compile(r"^[\s|,:–—-]+")
_BOT_NAME = re.compile(r"(?i)(?:bot|pagerduty|alertmanager|opsgenie|grafana|datadog|statuspage)$")
_CALENDAR_WORDS = frozenset(
    ["today", "yesterday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
)
_BACKWARDS = timedelta(hours=6)  # a clock that jumps back by more has passed midnight
_SPEAKERS = 0.5  # share of lines of the form "name: text" from which it is a dialogue


class _Said(NamedTuple):
    clock: Clock | None
    name: str
    is_bot: bool
    lines: list[str]


def read_transcript(lines: Iterable[str], *, name: str, day: date | None, written: date) -> Incident:
    """`day` is what the person who asked says; `written` is when the file was, for want of anything better.

    Raises NotAnIncident for a text without words.
    """
    kept = [line.rstrip() for line in lines]
    said = _timed(kept)
    if not any(item.clock for item in said):
        said = _untimed(kept)
    said = [item for item in said if any(line.strip() for line in item.lines)]
    if not said:
        raise NotAnIncident(f"{name} holds no text. Paste the channel's messages into it.")
    start, missing = _start_day(said, kept, name, day, written)
    messages = _messages(said, start)
    people = {item.name: Person(id=item.name, name=item.name, is_bot=item.is_bot) for item in said if item.name}
    return Incident(
        channel=Channel(id=name, name=name, topic=_heading(kept)),
        messages=messages,
        people=tuple(people.values()),
        missing=tuple(missing),
    )


def _timed(lines: list[str]) -> list[_Said]:
    """A line that starts with a time, or names a person and a time, begins a message; other lines continue it."""
    said: list[_Said] = []
    noted: date | None = None
    for index, line in enumerate(lines):
        if heading := _date_heading(line):
            noted = heading
            continue
        begun = _begun(line, lines[index + 1] if index + 1 < len(lines) else "")
        if begun is not None:
            begun = _with_name_above(begun, said)
            clock = begun.clock
            if clock is not None and clock.day is None and noted is not None:
                begun, noted = begun._replace(clock=clock._replace(day=noted)), None
            said.append(begun)
        elif said:
            said[-1].lines.append(line)
        elif line.strip() and not line.lstrip().startswith("#"):
            said.append(_Said(None, "", is_bot=False, lines=[line]))
    return said


def _with_name_above(begun: _Said, said: list[_Said]) -> _Said:
    """Slack's copy may put the name on a line of its own, and the time on the next."""
    if begun.name or any(begun.lines) or not said or not said[-1].lines:
        return begun
    match = _NAME_ALONE.match(said[-1].lines[-1])
    if match is None:
        return begun
    said[-1].lines.pop()
    return begun._replace(name=match["name"], is_bot=bool(match["app"]) or _is_bot(match["name"]))


def _begun(line: str, following: str) -> _Said | None:
    bare = _BULLET.sub("", line)
    if pasted := _PASTED.match(bare):
        clock, _ = read_clock(pasted["clock"])
        name = pasted["name"].strip(" :-")
        if name and name.lower() not in _CALENDAR_WORDS:
            return _Said(clock, name, bool(pasted["app"]) or _is_bot(name), [])
    clock, rest = read_clock(bare)
    if clock is None:
        return None
    rest = _SEPARATOR.sub("", rest) if not rest.lstrip().startswith("<") else rest
    if not rest and not following.strip():
        return None
    name, text = _speaker(rest)
    return _Said(clock, name, _is_bot(name), [text.rstrip(" |")])


def _speaker(text: str) -> tuple[str, str]:
    match = _SAID.match(text)
    if match is None:
        return "", text
    return (match["bracketed"] or match["name"]).strip("*@ "), text[match.end() :]


def _untimed(lines: list[str]) -> list[_Said]:
    """Order is all there is: `name: text` where most lines have it, else a message per line."""
    full = [line for line in lines if line.strip() and not _date_heading(line)]
    speakers = [_speaker(_BULLET.sub("", line)) for line in full]
    dialogue = sum(bool(name) for name, _ in speakers) >= _SPEAKERS * len(full)
    said: list[_Said] = []
    for line, (name, text) in zip(full, speakers, strict=True):
        if not dialogue or (name and " " not in name.strip()) or (name and not said):
            shown = (name, text) if dialogue else ("", line)
            said.append(_Said(None, shown[0], _is_bot(shown[0]), [shown[1]]))
        elif said:
            said[-1].lines.append(line)
        else:
            said.append(_Said(None, "", is_bot=False, lines=[line]))
    return said


def _is_bot(name: str) -> bool:
    return _BOT_NAME.search(name) is not None


def _date_heading(line: str) -> date | None:
    """A line that is a date and little else: `## 2024-05-01`, `--- Wednesday, May 1st, 2024 ---`."""
    bare = line.strip(" #*-—–=_|\t")
    if not 8 <= len(bare) <= 40 or ":" in bare:
        return None
    return date_in(bare)


def _heading(lines: list[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    return first.strip("# \t") if first.lstrip().startswith("#") else ""


def _start_day(
    said: list[_Said], lines: list[str], name: str, day: date | None, written: date
) -> tuple[date, list[Missing]]:
    """The day of the first message, and what had to be assumed about times."""
    clocks = [item.clock for item in said if item.clock]
    if not clocks:
        why = "the transcript has no times: only the order of the messages is known, and no duration can be computed"
        return day or date_in(name) or written, [Missing(what="times", why=why)]
    missing: list[Missing] = []
    if not any(clock.offset is not None for clock in clocks):
        missing.append(Missing(what="time zone", why="the transcript names none; its times are read as UTC"))
    if clocks[0].day or day:
        return clocks[0].day or day or written, missing
    hint, origin = date_in(name), "the file's name"
    if hint is None:
        hint, origin = next((clock.day for clock in clocks if clock.day), None), "a later line"
    if hint is None:
        hint, origin = next((found for line in lines[:40] if (found := date_in(line))), None), "the text"
    if hint is None:
        hint, origin = written, "the day on which the file was written"
    missing.append(Missing(what="dates", why=f"the times have no date; {hint.isoformat()} is taken from {origin}"))
    return hint, missing


def _messages(said: list[_Said], start: date) -> tuple[Message, ...]:
    """Slack-like ids: the seconds are the time, the last six digits keep them apart and in order."""
    now = datetime(start.year, start.month, start.day, tzinfo=UTC)
    offset = next((item.clock.offset for item in said if item.clock and item.clock.offset is not None), timedelta(0))
    first = next((item.clock for item in said if item.clock), None)
    if first is not None:
        now = first.on(first.day or start, offset)
    used: dict[int, int] = {}
    messages: list[Message] = []
    for item in said:
        if item.clock is not None:
            offset = item.clock.offset if item.clock.offset is not None else offset
            now = _next_time(item.clock, now, offset)
        second = int(now.timestamp())
        used[second] = used.get(second, 0) + 1
        messages.append(
            Message(
                ts=f"{second}.{used[second]:06d}",
                text="\n".join(item.lines).strip(),
                user=item.name or None,
                author=item.name,
                is_bot=item.is_bot,
            )
        )
    return tuple(sorted(messages, key=lambda message: message.ts.zfill(20)))


def _next_time(clock: Clock, before: datetime, offset: timedelta) -> datetime:
    if clock.day is not None:
        return clock.on(clock.day, offset)
    at = clock.on((before + offset).date(), offset)
    return at + timedelta(days=1) if before - at > _BACKWARDS else at
