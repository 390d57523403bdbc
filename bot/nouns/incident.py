"""The incident as gathered, raw (`Incident`) and redacted (`CleanIncident`).

The two are different types on purpose: a stage that takes `CleanIncident` cannot be given raw text.
"""

from datetime import datetime

from bot.nouns.base import Noun


class Person(Noun):
    """A Slack user or bot; deleted users keep their id as name."""

    id: str
    name: str
    real_name: str = ""
    is_bot: bool = False
    tz: str | None = None  # IANA name, as Slack gives it


class Card(Noun):
    """A bot attachment or alert card, flattened to text."""

    title: str = ""
    text: str = ""
    color: str | None = None  # "danger", "good", "warning" or a hex code, as sent
    fields: tuple[tuple[str, str], ...] = ()


class Reaction(Noun):
    """An emoji and how many people set it."""

    name: str
    count: int


class FileRef(Noun):
    """A file as named in the channel; its content is read apart from it."""

    id: str
    name: str
    mimetype: str = ""
    size: int = 0  # bytes, as Slack says
    message_ts: str = ""
    url: str | None = None  # url_private in Slack, a path for files; never posted


class Missing(Noun):
    """Something that could not be seen, and why."""

    what: str
    why: str


class Channel(Noun):
    """The channel that holds the incident."""

    id: str
    name: str
    topic: str = ""
    purpose: str = ""
    created_at: datetime | None = None
    is_private: bool = False
    is_shared: bool = False
    is_archived: bool = False


class Message(Noun):
    """One message after edits; `text` is plain text (mentions and links resolved), cards apart."""

    ts: str  # Slack's id, "1485889540.921300"; seconds since the epoch
    text: str
    user: str | None = None
    author: str = ""  # display name; bots too
    is_bot: bool = False
    subtype: str | None = None  # "channel_topic", "bot_message", ...
    thread_ts: str | None = None  # ts of the parent; its own ts for a parent; None outside threads
    cards: tuple[Card, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    files: tuple[str, ...] = ()  # names
    edited: bool = False
    permalink: str | None = None


class Incident(Noun):
    """The raw channel. Never written to disk, logged, posted or shown to a model."""

    channel: Channel
    messages: tuple[Message, ...]  # oldest first, thread replies in line
    people: tuple[Person, ...] = ()
    files: tuple[FileRef, ...] = ()
    missing: tuple[Missing, ...] = ()
    workspace_url: str | None = None  # "https://acme.slack.com", for permalinks


class CleanMessage(Message):
    """A message that went through redaction."""


class CleanText(Noun):
    """An attached text after unpacking and redaction; the lines lie in the case file, numbered from 1."""

    name: str  # as cited in evidence: "db1.log.gz", "bundle.zip/app.log"
    path: str  # relative to the case file's folder
    lines: int
    size: int  # bytes of the redacted text
    message_ts: str = ""
    problem: str | None = None  # "stopped at line 4,100: the gzip stream is corrupt"


class CleanIncident(Noun):
    """The incident without secrets and personal data; all later stages start here."""

    channel: Channel
    messages: tuple[CleanMessage, ...]
    people: tuple[Person, ...] = ()
    texts: tuple[CleanText, ...] = ()
    missing: tuple[Missing, ...] = ()
    redactions: dict[str, int] = {}  # kind -> count, over messages and texts
    input_sha256: str = ""  # of the raw channel and files, so that a rerun can tell whether anything changed
    workspace_url: str | None = None
