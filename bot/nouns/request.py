"""Who asked for what, and where the answer goes."""

from datetime import datetime
from typing import Literal

from bot.nouns.base import Noun

Trigger = Literal["command", "mention", "shortcut", "resolved", "archived", "rerun", "files"]


class ReviewRequest(Noun):
    """One wish for a review. `id` is the durable workflow id: the same id never runs twice."""

    id: str  # "review:C0123:r1"; for files "files:<name>"
    channel_id: str
    channel_name: str = ""
    trigger: Trigger
    revision: int = 1
    requested_by: str | None = None  # Slack user id; None when the channel's own events asked
    post_channel: str = ""  # where the review is posted; differs from channel_id for archived channels
    thread_ts: str | None = None  # thread to post into; None: the bot opens one
    source: str | None = None  # a path, for trigger "files"
    requested_at: datetime | None = None


class Question(Noun):
    """A follow-up that addresses the bot in a review thread. `id` is its durable workflow id."""

    id: str  # "ask:C0123:1485889540.921300"
    channel_id: str
    thread_ts: str
    message_ts: str
    user: str
    text: str


class Ticket(Noun):
    """What the desk answers to a request at once."""

    request_id: str
    state: Literal["started", "queued", "already-running", "already-done", "refused"]
    position: int = 0  # reviews ahead of this one
    message: str = ""  # a plain sentence for the person who asked


class Progress(Noun):
    """One step forward, for the live status message or the terminal."""

    stage: str  # "gather", "digest", "review", "speak", "publish"
    note: str = ""  # "41 of 99 messages"
    done: int = 0
    total: int = 0
    elapsed_s: float = 0.0
