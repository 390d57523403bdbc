"""The publisher for Slack: a status message that becomes the verdict, details, files, audio and answers in its thread.

Every call may come again after a crash. Each message carries metadata with request, part and digest; before a post the
thread is read for the part (Slack's own memory, so no record of ours can disagree with it). Files carry the request in
their name. Links unfurl nowhere. All text passes the second redaction scan on its way out.
"""

import asyncio
import hashlib
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import PublishError
from bot.nouns.answer import Answer, Narration, Posted
from bot.nouns.digest import Digest
from bot.nouns.request import Progress, Question, ReviewRequest
from bot.nouns.review import Review
from bot.publish import status
from bot.publish.blocks import Post
from bot.publish.details import details
from bot.publish.refusals import code_of, translated
from bot.publish.report import FILES, report_files
from bot.publish.scrubbing import Scrub, scrubbed_post, scrubbed_review, scrubbed_text
from bot.publish.thread import ROOT_PARTS, Memory, Said, metadata
from bot.publish.verdict import verdict

log = structlog.get_logger(__name__)

_PROGRESS_TIMEOUT_S = 5.0
_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})


@dataclass
class _Live:
    """The status message of a review in this process: when it was last touched, and whether something replaced it."""

    at: float = float("-inf")
    stage: str = ""
    closed: bool = False


class SlackPublisher:
    """`nouns.ports.Publisher`. Raises PublishError with what to do; progress raises nothing."""

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        scrub: Scrub,
        clock: Callable[[], float] = time.monotonic,
        least_s: float = 1.5,
    ) -> None:
        """`least_s`: between two progress updates within a stage; a new stage is shown at once."""
        self._client, self._scrub, self._clock, self._least_s = client, scrub, clock, least_s
        self._memory = Memory(client)
        self._live: dict[str, _Live] = {}

    async def acknowledge(self, request: ReviewRequest) -> Posted:
        """The status message: found again, or posted."""
        channel = _channel(request)
        self._live[request.id] = _Live()
        with translated(channel):
            ts = await self._root(request)
            if ts is None:
                ts = await self._send(channel, request.thread_ts, request.id, status.status(request))
            return Posted(channel_id=channel, root_ts=ts, permalink=await self._permalink(channel, ts))

    async def progress(self, request: ReviewRequest, posted: Posted, progress: Progress) -> None:
        """Best effort. The stages after the verdict say nothing here: the verdict stands in the status's place."""
        live = self._live.setdefault(request.id, _Live())
        early = self._clock() - live.at < self._least_s and progress.stage == live.stage
        if live.closed or early or progress.stage == "speak":
            return
        live.at, live.stage = self._clock(), progress.stage
        try:
            with translated(posted.channel_id):
                async with asyncio.timeout(_PROGRESS_TIMEOUT_S):
                    await self._update(posted.channel_id, posted.root_ts, request.id, status.status(request, progress))
        except PublishError as error:
            log.info("progress_not_shown", why=str(error), details=error.details)

    async def review(
        self, request: ReviewRequest, posted: Posted, review: Review, digest: Digest, folder: Path
    ) -> Posted:
        """The verdict in the status's place, five messages with the details, and the report files."""
        self._live.setdefault(request.id, _Live()).closed = True
        clean = scrubbed_review(review, self._scrub)
        channel = posted.channel_id
        with translated(channel):
            said = await self._memory.thread(channel, _thread(request, posted), request.id)
            root = await self._put_verdict(request, posted, verdict(clean, digest, request.id), said)
            thread = request.thread_ts or root
            parts = [
                said.parts.get(post.part) or await self._send(channel, thread, request.id, post)
                for post in details(clean, digest)
            ]
            link = await self._permalink(channel, root)
        await self._put_files(request, channel, thread, said, await _written(review, digest, folder, self._scrub))
        return Posted(channel_id=channel, root_ts=root, permalink=link, parts=tuple(parts))

    async def audio(self, request: ReviewRequest, posted: Posted, review: Review, narration: Narration) -> None:
        """The mp3 with its transcript as the message's text; the transcript alone where Slack takes no file."""
        channel, thread = posted.channel_id, _thread(request, posted)
        name = f"{file_stem(request.id)}.mp3"
        clean = scrubbed_review(review, self._scrub)
        try:
            with translated(channel):
                said = await self._memory.thread(channel, thread, request.id)
                if name in said.files or "audio" in said.parts:
                    return
                upload = {"file": narration.path, "filename": name, "title": status.audio_title(narration)}
                await self._upload(channel, thread, [upload], status.transcript(clean))
        except PublishError as error:
            log.warning("audio_not_uploaded", why=str(error), details=error.details)
            await self._say_no_audio(request, posted, str(error), clean.audio_summary)

    async def no_audio(self, request: ReviewRequest, posted: Posted, review: Review, why: str) -> None:
        clean = scrubbed_review(review, self._scrub)
        await self._say_no_audio(request, posted, why, clean.audio_summary)

    async def _say_no_audio(self, request: ReviewRequest, posted: Posted, why: str, text: str) -> None:
        """Why there is no audio, with the text that would have been spoken."""
        with translated(posted.channel_id):
            await self._once(posted.channel_id, _thread(request, posted), request.id, status.no_audio(why, text))

    async def failed(self, request: ReviewRequest, posted: Posted | None, why: str) -> None:
        """In the status's place; below the verdict if there is one already, which stays."""
        self._live.setdefault(request.id, _Live()).closed = True
        channel = posted.channel_id if posted and posted.channel_id else _channel(request)
        with translated(channel):
            root = posted.root_ts if posted and posted.root_ts else await self._root(request)
            if root is None:
                await self._send(channel, request.thread_ts, request.id, status.failure(request, why))
                return
            thread = request.thread_ts or root
            said = await self._memory.thread(channel, thread, request.id)
            if "verdict" in said.parts:
                if "failed-later" not in said.parts:
                    await self._send(channel, thread, request.id, status.late_failure(why))
                return
            await self._replace(channel, root, request, status.failure(request, why))

    async def answer(self, question: Question, answer: Answer, digest: Digest) -> None:
        with translated(question.channel_id):
            post = status.answer_post(answer, digest)
            await self._once(question.channel_id, question.thread_ts, question.id, post)

    async def _root(self, request: ReviewRequest) -> str | None:
        """The review's first message if it was posted: in the thread that was asked for, or in the channel."""
        channel = _channel(request)
        if request.thread_ts:
            said = await self._memory.thread(channel, request.thread_ts, request.id)
            return next((ts for part, ts in said.parts.items() if part in ROOT_PARTS), None)
        found = await self._memory.root(channel, request.id, request.requested_at)
        return found[0] if found else None

    async def _put_verdict(self, request: ReviewRequest, posted: Posted, post: Post, said: Said) -> str:
        """Returns the ts that carries the verdict."""
        root = said.parts.get("verdict") or posted.root_ts
        return await self._replace(posted.channel_id, root, request, post)

    async def _replace(self, channel: str, ts: str, request: ReviewRequest, post: Post) -> str:
        """Update, or post anew where somebody deleted the message or Slack no longer lets it be edited."""
        try:
            await self._update(channel, ts, request.id, post)
        except SlackApiError as error:
            code = code_of(error)
            if code not in _GONE:
                raise
            thread = request.thread_ts or (None if code == "message_not_found" else ts)
            return await self._send(channel, thread, request.id, post)
        return ts

    async def _once(self, channel: str, thread: str, request_id: str, post: Post) -> None:
        said = await self._memory.thread(channel, thread, request_id)
        if post.part not in said.parts:
            await self._send(channel, thread, request_id, post)

    async def _send(self, channel: str, thread: str | None, request_id: str, post: Post) -> str:
        answer = await self._client.chat_postMessage(
            channel=channel, thread_ts=thread, unfurl_links=False, unfurl_media=False, **self._content(request_id, post)
        )
        return str(answer["ts"])

    async def _update(self, channel: str, ts: str, request_id: str, post: Post) -> None:
        await self._client.chat_update(channel=channel, ts=ts, **self._content(request_id, post))

    def _content(self, request_id: str, post: Post) -> dict[str, Any]:
        clean = scrubbed_post(post, self._scrub)
        blocks = list(clean.blocks)
        digest = hashlib.sha256(json.dumps(blocks, sort_keys=True).encode()).hexdigest()[:12]
        return {"text": clean.text, "blocks": blocks, "metadata": metadata(request_id, post.part, digest)}

    async def _put_files(
        self, request: ReviewRequest, channel: str, thread: str, said: Said, paths: Sequence[Path]
    ) -> None:
        """The report files that are not there yet. The review stands without them, so a refusal is said and no more."""
        stem = file_stem(request.id)
        wanted = {
            f"{stem}{path.name.removeprefix('review')}"
            if path.name.startswith("review.")
            else f"{stem}-{path.name}": path
            for path in paths
            if path.name in FILES
        }
        uploads = [
            {"file": str(path), "filename": name, "title": FILES[path.name]}
            for name, path in wanted.items()
            if name not in said.files
        ]
        if not uploads:
            return
        try:
            with translated(channel):
                await self._upload(channel, thread, uploads, "The review as files.")
        except PublishError as error:
            log.warning("files_not_uploaded", why=str(error), details=error.details)
            if "files" not in said.parts:
                with translated(channel):
                    await self._send(channel, thread, request.id, status.no_files(str(error)))

    async def _upload(self, channel: str, thread: str, uploads: list[dict[str, Any]], comment: str) -> None:
        """One message with all files. Their content was scanned when it was written."""
        await self._client.files_upload_v2(
            file_uploads=uploads,
            channel=channel,
            thread_ts=thread,
            initial_comment=scrubbed_text(comment, self._scrub),
        )

    async def _permalink(self, channel: str, ts: str) -> str | None:
        try:
            answer = await self._client.chat_getPermalink(channel=channel, message_ts=ts)
        except SlackApiError:
            return None  # a link is a convenience
        return str(answer.get("permalink") or "") or None


async def _written(review: Review, digest: Digest, folder: Path, scrub: Scrub) -> tuple[Path, ...]:
    return await asyncio.to_thread(report_files, review, digest, folder, scrub)


def _channel(request: ReviewRequest) -> str:
    return request.post_channel or request.channel_id


def _thread(request: ReviewRequest, posted: Posted) -> str:
    return request.thread_ts or posted.root_ts


def file_stem(request_id: str) -> str:
    """ "review-C0123-r1" for "review:C0123:r1": names the request in a file's name."""
    return re.sub(r"[^\w-]+", "-", request_id).strip("-") or "review"
