"""The real Bolt app with signed requests, a desk that records, and a small Slack."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette

from bot.gather.slack_client import make_client
from bot.nouns.request import Question, ReviewRequest, Ticket
from bot.trigger import ResolveRules, http_route, make_app
from tests.trigger.fake_slack import TOKEN, FakeSlack

SECRET = "not-a-real-secret"
Json = dict[str, Any]


@dataclass
class RecordingDesk:
    """`nouns.ports.Desk` that writes down what it was given."""

    submitted: list[ReviewRequest] = field(default_factory=list)
    rerun_asked: list[ReviewRequest] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    cancelled: list[tuple[str, str]] = field(default_factory=list)
    status_asked: list[str | None] = field(default_factory=list)
    review_threads: set[tuple[str, str]] = field(default_factory=set)
    answer: Ticket = field(default_factory=lambda: Ticket(request_id="review:C0INC:r1", state="started"))
    failure: Exception | None = None

    async def submit(self, request: ReviewRequest) -> Ticket:
        if self.failure:
            raise self.failure
        self.submitted.append(request)
        return self.answer

    async def rerun(self, request: ReviewRequest) -> Ticket:
        self.rerun_asked.append(request)
        return self.answer

    async def status(self, channel_id: str | None) -> str:
        self.status_asked.append(channel_id)
        return "1 running, 0 waiting."

    async def cancel(self, channel_id: str, user: str) -> str:
        self.cancelled.append((channel_id, user))
        return "Cancelled."

    async def ask(self, question: Question) -> None:
        self.questions.append(question)

    async def is_review_thread(self, channel_id: str, thread_ts: str) -> bool:
        return (channel_id, thread_ts) in self.review_threads


def addresses_bot(text: str, bot_user: str) -> bool:
    return text.endswith("?")


def make_rules(**more: Any) -> ResolveRules:
    return ResolveRules.from_patterns(r"^(inc|incident)[-_]", r"\b(resolved|closed|all[ -]clear)\b", **more)


@dataclass
class Door:
    """Sends what Slack would send, and waits until the listeners are through."""

    slack: FakeSlack
    desk: RecordingDesk
    rules: ResolveRules = field(default_factory=make_rules)
    secret: str = SECRET

    def __post_init__(self) -> None:
        client = make_client(TOKEN, self.slack.api_url)
        self.app = make_app(client, self.desk, self.rules, addresses_bot, signing_secret=SECRET)
        self.asgi = Starlette(routes=[http_route(self.app, SECRET)])

    async def post(self, body: str, content_type: str) -> httpx.Response:
        stamp = str(int(time.time()))
        signature = SignatureVerifier(self.secret).generate_signature(timestamp=stamp, body=body)
        headers = {
            "content-type": content_type,
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": signature or "",
        }
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.asgi), base_url="http://bot") as client:
            answer = await client.post("/slack/events", content=body, headers=headers)
        await self._finished()
        return answer

    async def command(self, text: str = "", channel_id: str = "C0INC", user: str = "U1") -> httpx.Response:
        form = {
            "command": "/testing-postmortem",
            "text": text,
            "channel_id": channel_id,
            "channel_name": "x",
            "user_id": user,
            "team_id": "T1",
            "response_url": self.slack.url("/respond"),
            "trigger_id": "1.2",
        }
        return await self.post(urlencode(form), "application/x-www-form-urlencoded")

    async def interact(self, payload: Json) -> httpx.Response:
        full = {"team": {"id": "T1"}, "response_url": self.slack.url("/respond"), "user": {"id": "U1"}, **payload}
        return await self.post(urlencode({"payload": json.dumps(full)}), "application/x-www-form-urlencoded")

    async def event(self, event: Json) -> httpx.Response:
        body = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event_time": 1, "event": event}
        body["authorizations"] = [{"team_id": "T1", "user_id": "UBOT", "is_bot": True}]
        return await self.post(json.dumps(body), "application/json")

    async def _finished(self) -> None:
        """Bolt acknowledges first; its listeners run on as tasks."""
        while tasks := [t for t in asyncio.all_tasks() if "run_ack_function" in t.get_coro().__qualname__]:
            await asyncio.wait(tasks)

    @property
    def said(self) -> list[str]:
        """The texts that the person got through response URLs."""
        return [answer["text"] for answer in self.slack.said]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        fake.channel("C0INC", "inc-1-checkout")
        yield fake


@pytest.fixture
async def door(slack: FakeSlack) -> Door:
    return Door(slack, RecordingDesk())
