"""One bot in one room of Campfire: everything it may do there, with its key inside."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from consumer.campfire.messages import Boost, Message, Page

if TYPE_CHECKING:
    from consumer.campfire.client import Campfire


class Room:
    """Made by `Campfire.room`; each method raises what Campfire's of the same name does.

    Whoever has it can speak as the bot in this room, and cannot tell the key.
    """

    def __init__(self, campfire: "Campfire", room_id: int, key: str) -> None:
        self._campfire, self._room_id, self._key = campfire, room_id, key

    async def post(self, html: str) -> str:
        """Post one message; Campfire's id of it."""
        return await self._campfire.post(self._room_id, self._key, html)

    async def post_file(self, filename: str, content: bytes, *, plain: bool = False) -> str:
        """Post a file as a message of its own; Campfire's id of it. `plain`: as of no type."""
        return await self._campfire.post_file(
            self._room_id, self._key, filename, content, plain=plain
        )

    async def edit(self, message_id: str, html: str) -> Message:
        """Replace the body of an own message."""
        return await self._campfire.edit(self._room_id, self._key, message_id, html)

    async def delete(self, message_id: str) -> None:
        """Take an own message away."""
        await self._campfire.delete(self._room_id, self._key, message_id)

    async def boost(self, message_id: str, content: str) -> Boost:
        """Put a sign of at most 16 characters on anybody's message."""
        return await self._campfire.boost(self._room_id, self._key, message_id, content)

    async def unboost(self, message_id: str, boost_id: int) -> None:
        """Take an own boost away."""
        await self._campfire.unboost(self._room_id, self._key, message_id, boost_id)

    async def page(self, *, before: int | None = None, after: int | None = None) -> Page:
        """At most 40 messages before or after one of the room's; the newest without either."""
        return await self._campfire.page(self._room_id, self._key, before=before, after=after)

    def older(self, before: int | None = None) -> AsyncIterator[Message]:
        """Every message before one of the room's, or all of it, newest first."""
        return self._campfire.older(self._room_id, self._key, before)

    async def find_own(self, html: str, after: int) -> str | None:
        """The id of the bot's own message with this body, posted after message `after`."""
        return await self._campfire.find_own(self._room_id, self._key, html, after)

    async def find_own_file(self, filename: str, after: int) -> str | None:
        """The id of the bot's own message with this file, posted after message `after`."""
        return await self._campfire.find_own_file(self._room_id, self._key, filename, after)
