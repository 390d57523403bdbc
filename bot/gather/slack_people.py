"""Who wrote and who is mentioned, asked once per person and kept."""

import re
from collections.abc import Iterable
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.gather.messages import read_people
from bot.gather.slack_client import error_code
from bot.nouns.incident import Missing, Person

Json = dict[str, Any]

_SINGLY = 25  # up to so many unknown people users.info is cheaper than the list of a large workspace
_PAGE = 200
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)")


class SlackPeople:
    """The workspace's people as far as they were needed. Somebody who cannot be found keeps the id as name."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: dict[str, Person] = {}
        self._listed = False

    async def of(self, messages: Iterable[Json]) -> tuple[tuple[Person, ...], tuple[Missing, ...]]:
        """Authors and mentioned people, in order of their ids, and what could not be asked."""
        wanted = sorted({person for message in messages for person in _people_in(message)})
        missing: tuple[Missing, ...] = ()
        try:
            await self._learn([person for person in wanted if person not in self._known])
        except SlackApiError as error:
            missing = (Missing(what="names of people", why=f"Slack refused them ({error_code(error)})"),)
        return tuple(self._known[person] for person in wanted if person in self._known), missing

    async def _learn(self, unknown: list[str]) -> None:
        if len(unknown) > _SINGLY and not self._listed:
            await self._list()
            unknown = [person for person in unknown if person not in self._known]
        for person in unknown[:_SINGLY]:
            await self._ask(person)

    async def _list(self) -> None:
        cursor: str | None = None
        while True:
            page = await self._client.users_list(limit=_PAGE, cursor=cursor)
            self._known.update({person.id: person for person in read_people(page.get("members") or [])})
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if not cursor:
                self._listed = True
                return

    async def _ask(self, person: str) -> None:
        try:
            found = read_people([(await self._client.users_info(user=person))["user"]])
        except SlackApiError as error:
            if error_code(error) not in {"user_not_found", "users_not_found", "user_not_visible"}:
                raise
            found = (Person(id=person, name=person),)
        self._known.update({each.id: each for each in found})


def _people_in(message: Json) -> Iterable[str]:
    if isinstance(message.get("user"), str):
        yield message["user"]
    yield from _MENTION.findall(str(message.get("text") or ""))
