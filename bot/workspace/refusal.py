"""A Web API call that Slack would refuse, in Slack's own word."""

from typing import Any


class SlackRefusal(Exception):
    """Answered as `{"ok": false, "error": error, **more}`; status is 200, as Slack does, but for rate limits."""

    def __init__(self, error: str, *, status: int = 200, headers: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.headers = headers or {}
        self.more = more
