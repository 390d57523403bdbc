"""What kind of log a text is, and how one of its lines is shown to people."""

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LEVEL = re.compile(
    r"\b(?:(?P<error>ERROR|FATAL|PANIC|CRITICAL|CRIT|SEVERE|EMERG|ALERT|Error|error|err|fatal|panic|critical|crit|severe)"
    r"|(?P<warning>WARNING|WARN|Warning|Warn|warning|warn)"
    r"|(?P<info>INFO|NOTICE|LOG|Information|Info|info|notice)"
    r"|(?P<debug>DEBUG|TRACE|VERBOSE|Debug|debug|trace|verbose))\b"
)
_KLOG_LEVELS = {"I": "info", "W": "warning", "E": "error", "F": "error"}
_LEVEL_KEYS = ("level", "lvl", "severity", "loglevel", "log.level", "levelname", "@level")
_TEXT_KEYS = ("msg", "message", "event", "error", "err", "log", "text", "@message", "body")
_SOURCE_KEYS = ("src", "source", "logger", "component", "service", "module", "name", "caller", "app")
_TIME_KEYS = ("ts", "t", "time", "timestamp", "@timestamp", "@t", "date", "datetime", "asctime")
_NUMERIC_LEVELS = {10: "debug", 20: "debug", 30: "info", 40: "warning", 50: "error", 60: "error"}
_LOGFMT = re.compile(r'([A-Za-z_][\w.@-]*)=("(?:[^"\\]|\\.)*"|[^\s"]+)')
_ACCESS = re.compile(r'^\S+ \S+ .{0,60}\[\d\d/\w{3}/\d{4}:[^\]]+\] "[^"]*" (?P<status>\d{3})')
_POSTGRES = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? \w+ .*\b(?:LOG|ERROR|FATAL|PANIC|WARNING|STATEMENT|DETAIL|HINT): "
)
_KLOG = re.compile(r"^[IWEF]\d{4} \d\d:\d\d:\d\d")
_SYSLOG = re.compile(
    r"^(?:<\d+>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) \S+ [\w./ -]+(?:\[\d+\])?: "
)
_STATUS_MARKS = ('"status":', '"status": ', '"status_code":', '"code":', "status=", "resp=", "code=", "status_code=")
SHOWN_LENGTH = 320


@dataclass(frozen=True, slots=True)
class Format:
    """`name` for people; `columns` of a CSV; `status_mark` the text before an HTTP status, to keep 2xx and 5xx apart."""

    name: str
    columns: tuple[str, ...] = ()
    status_mark: str = ""


def sniff(sample: Sequence[str]) -> Format:
    """The format of a text by its first lines; "plain" when most lines fit nothing known."""
    lines = [line for line in sample if line.strip()][:200]
    if not lines:
        return Format("empty")
    votes = {
        "jsonl": sum(line.startswith("{") and line.rstrip().endswith("}") for line in lines),
        "access": sum(bool(_ACCESS.match(line)) for line in lines),
        "klog": sum(bool(_KLOG.match(line)) for line in lines),
        "postgres": sum(bool(_POSTGRES.match(line)) for line in lines),
        "syslog": sum(bool(_SYSLOG.match(line)) for line in lines),
        "logfmt": sum(len(_LOGFMT.findall(line)) >= 4 for line in lines),
    }
    name = max(votes, key=lambda key: votes[key])
    if votes[name] * 2 >= len(lines):
        return Format(name, status_mark=_status_mark(lines))
    columns = _csv_columns(lines)
    if columns:
        return Format("csv", columns=columns)
    return Format("plain", status_mark=_status_mark(lines))


def _status_mark(lines: Sequence[str]) -> str:
    for mark in _STATUS_MARKS:
        hits = [line[place + len(mark) :][:3] for line in lines if (place := line.find(mark)) >= 0]
        if len(hits) * 5 >= len(lines) and sum(hit.isdigit() and hit[0] in "12345" for hit in hits) * 10 >= 9 * len(
            hits
        ):
            return mark
    return ""


def _csv_columns(lines: Sequence[str]) -> tuple[str, ...]:
    for mark in (",", ";", "\t"):
        header = next(csv.reader([lines[0]], delimiter=mark))
        if len(header) < 3 or any(not cell.strip() or cell.strip()[0].isdigit() for cell in header):
            continue
        widths = [len(next(csv.reader([line], delimiter=mark), [])) for line in lines[1:21]]
        if widths and sum(width == len(header) for width in widths) * 10 >= 9 * len(widths):
            return tuple(cell.strip() for cell in header)
    return ()


def json_record(line: str) -> dict[str, Any] | None:
    """The object of a JSON line, or None."""
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def level_of(line: str, name: str) -> str:
    """ "error", "warning", "info", "debug" or "": the field's value in JSON and logfmt, else the first level word."""
    if name == "jsonl":
        record = json_record(line) or {}
        for key in _LEVEL_KEYS:
            value = record.get(key)
            if isinstance(value, int):
                return _NUMERIC_LEVELS.get(value, "")
            if isinstance(value, str) and (match := LEVEL.search(value)):
                return match.lastgroup or ""
        return ""
    if name == "klog":
        return _KLOG_LEVELS.get(line[:1], "")
    if name == "access":
        match = _ACCESS.match(line)
        return "error" if match and match["status"][0] == "5" else ""
    match = LEVEL.search(line, 0, 160)
    return match.lastgroup or "" if match else ""


def show(line: str, log_format: Format) -> str:
    """A line for people: JSON as "source: message key=value", CSV as "column=value", the rest as it stands; clipped."""
    text = line.strip()
    if log_format.name == "jsonl" and (record := json_record(text)) is not None:
        text = _show_record(record)
    elif log_format.name == "csv":
        text = _show_row(text, log_format.columns)
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"


def _show_record(record: dict[str, Any]) -> str:
    time_key = next((key for key in _TIME_KEYS if key in record), "")
    text_key = next((key for key in _TEXT_KEYS if isinstance(record.get(key), str)), "")
    source_key = next((key for key in _SOURCE_KEYS if isinstance(record.get(key), str)), "")
    head = " ".join(str(record[key]) for key in (time_key,) if key)
    body = ": ".join(str(record[key]) for key in (source_key, text_key) if key)
    rest = " ".join(
        f"{key}={value if not isinstance(value, dict | list) else json.dumps(value, separators=(',', ':'))}"
        for key, value in record.items()
        if key not in {time_key, text_key, source_key}
    )
    return " ".join(part for part in (head, body, rest) if part)


def _show_row(line: str, columns: Sequence[str]) -> str:
    mark = next((char for char in (",", ";", "\t") if line.count(char) >= len(columns) - 1), ",")
    cells = next(csv.reader([line], delimiter=mark), [])
    return " ".join(f"{name}={cell}" for name, cell in zip(columns, cells, strict=False))


def numbers(line: str, log_format: Format) -> dict[str, float]:
    """Numeric fields by name: JSON values, key=value pairs, CSV cells. Empty for free text."""
    if log_format.name == "jsonl":
        record = json_record(line) or {}
        return {
            key: float(value)
            for key, value in record.items()
            if isinstance(value, int | float) and not isinstance(value, bool) and key not in _TIME_KEYS
        }
    if log_format.name == "csv":
        cells = next(csv.reader([line]), [])
        return {
            name: value
            for name, cell in zip(log_format.columns, cells, strict=False)
            if (value := _number(cell)) is not None
        }
    return {key: value for key, text in _LOGFMT.findall(line) if (value := _number(text.strip('"'))) is not None}


_NUMBER = re.compile(r"^(-?\d{1,12}(?:\.\d{1,9})?)(ms|us|µs|ns|s|m|%|B|KB|MB|GB|KiB|MiB|GiB)?$")
_SCALE = {"us": 0.001, "µs": 0.001, "ns": 1e-6, "s": 1000.0, "m": 60_000.0}


def _number(text: str) -> float | None:
    """A number with an optional unit; times in milliseconds."""
    match = _NUMBER.match(text)
    if not match:
        return None
    return float(match[1]) * _SCALE.get(match[2] or "", 1.0)
