"""An incident read from a Slack channel: all messages with their threads, and the attached texts."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChannelUnreadable, NotAnIncident, UnreadableFile
from bot.gather.messages import read_channel, read_files, read_messages
from bot.gather.slack_channel import enter_channel
from bot.gather.slack_client import refuse
from bot.gather.slack_files import Download, refusal
from bot.gather.slack_history import OwnMessages, read_history
from bot.gather.slack_people import SlackPeople
from bot.gather.unpack import unpack
from bot.nouns.incident import FileRef, Incident, Missing
from bot.nouns.ports import Report, SourceText
from bot.nouns.request import ReviewRequest

Json = dict[str, Any]
log = structlog.get_logger(__name__)

_MB = 1_000_000
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=15, sock_read=60)
_QUIET_SUBTYPES = frozenset(
    {"channel_join", "channel_leave", "group_join", "group_leave", "channel_archive", "channel_unarchive"}
)


class SlackSource:
    """Implements IncidentSource. Sizes in MB are of 1,000,000 bytes; one instance serves all reviews."""

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        max_messages: int = 20_000,
        max_file_mb: int = 64,
        max_unpacked_mb: int = 512,
        allow_shared: bool = False,
    ) -> None:
        """`max_unpacked_mb` counts one attachment with all its members."""
        self._client = client
        self._people = SlackPeople(client)
        self._max_messages = max_messages
        self._max_file = max_file_mb * _MB
        self._max_unpacked = max_unpacked_mb * _MB
        self._allow_shared = allow_shared

    async def incident(self, request: ReviewRequest, report: Report) -> Incident:
        """The raw channel. Raises ChannelUnreadable, or NotAnIncident when nobody has said anything."""
        try:
            return await self._incident(request, report)
        except (aiohttp.ClientError, TimeoutError) as error:
            name = request.channel_name or request.channel_id
            raise ChannelUnreadable(
                f"Slack did not answer while #{name} was read. Try again: /testing-postmortem rerun"
            ) from error

    async def _incident(self, request: ReviewRequest, report: Report) -> Incident:
        identity = await self._identity(request.channel_id)
        raw = await enter_channel(self._client, request.channel_id, allow_shared=self._allow_shared)
        own = OwnMessages(user_id=identity.get("user_id") or "", bot_id=identity.get("bot_id") or "")
        history = await read_history(self._client, raw, own, report, max_messages=self._max_messages)
        people, unknown = await self._people.of(history.messages)
        url = identity.get("url")
        messages = read_messages(history.messages, people, channel_id=raw["id"], workspace_url=url)
        channel = read_channel(raw)
        if all(message.subtype in _QUIET_SUBTYPES for message in messages):
            raise NotAnIncident(
                f"#{channel.name} has no messages to review. Run the command in the channel of the incident."
            )
        files = read_files(history.messages)
        return Incident(
            channel=channel,
            messages=messages,
            people=people,
            files=files,
            missing=(*history.missing, *unknown, *self._unread(files)),
            workspace_url=url.rstrip("/") if url else None,
        )

    async def _identity(self, channel_id: str) -> Json:
        try:
            answer = await self._client.auth_test()
        except SlackApiError as error:
            refuse(error, channel_id)
        return answer.data if isinstance(answer.data, dict) else {}

    def _unread(self, files: tuple[FileRef, ...]) -> list[Missing]:
        reasons = ((file, refusal(file, self._max_file)) for file in files)
        return [Missing(what=file.name, why=why) for file, why in reasons if why]

    async def texts(self, incident: Incident) -> AsyncIterator[SourceText]:
        """The readable attachments, downloaded one after another while their lines are read."""
        files = [file for file in incident.files if refusal(file, self._max_file) is None]
        if not files:
            return
        trust = self._client.trust_env_in_session
        async with aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=trust) as session:
            download = Download(
                session=session,
                token=self._client.token or "",
                own_host=urlsplit(self._client.base_url).netloc,
                max_bytes=self._max_file,
                proxy=self._client.proxy,
            )
            for file in files:
                log.info("reading_file", name=file.name, size=file.size)
                try:
                    async for text in unpack(file, download.chunks(file), max_unpacked=self._max_unpacked):
                        yield text
                except UnreadableFile as why:
                    yield SourceText(name=file.name, file=file, batches=_unreadable(why))


async def _unreadable(why: UnreadableFile) -> AsyncIterator[list[str]]:
    """Raises where the lines are read, so that the next file goes on."""
    for problem in (why,):
        raise problem
    yield []
