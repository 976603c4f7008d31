"""The bot API of one Campfire, complete: what a turn, its progress and a catch-up need of it."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TypeVar

from consumer import instruments
from consumer.campfire.answer import CampfireAnswer
from consumer.campfire.errors import BadKey, Gone, NoIndex, NotInRoom, NotOffered
from consumer.campfire.messages import Boost, Message, Page
from consumer.campfire.own_posts import is_own_file, is_own_post
from consumer.campfire.probe import WRONG_KEY, Offers, Probe
from consumer.campfire.recent_ids import RecentIds
from consumer.campfire.requests import boosts, index, posts
from consumer.campfire.requests.http import Asks
from consumer.campfire.requests.wire import Wire
from consumer.campfire.room import Room
from shared.bots import campfire_user_id
from shared.errors import CampfireError
from shared.lane import Lane

MOST_SEARCHED = 400
"""Messages `find_own` looks at: ten pages."""

T = TypeVar("T")


class Campfire:
    """Speaks as any bot whose key it is given; use as an async context manager.

    Every method raises CampfireUnavailable, CampfireUnclear (posts and boosts only) or a
    CampfireRefused (errors.py); all but the posts also NotOffered on a release without them.
    """

    def __init__(
        self,
        base_url: str,
        http: Asks | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        keys: Mapping[str, str] | None = None,
    ) -> None:
        """`keys` of the bots that take part, by bot id: they stay in here."""
        self._keys = keys if keys is not None else {}
        self.own = RecentIds()
        """What was posted through this client, and still stands."""
        self.on_read: Callable[[Sequence[Message]], None] = lambda messages: None
        """Called with the messages that Campfire showed us, in its index or after an edit."""
        self._wire = Wire(base_url, http)
        self._wire.on_post = self._measured
        self._probe = Probe(self._wire, monotonic)

    @property
    def bot_ids(self) -> Collection[str]:
        """The bots that it can speak as."""
        return self._keys.keys()

    def room(self, lane: Lane) -> Room:
        """The lane's bot in the lane's room; raises BadKey when it takes no part any more."""
        if lane.bot_id not in self._keys:
            raise BadKey("the bot takes no part any more")
        return Room(self, lane.room_id, self._keys[lane.bot_id])

    async def __aenter__(self) -> "Campfire":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._wire.aclose()

    @property
    def offers(self) -> Offers:
        """What this Campfire was last known to offer; POST alone before the first probe."""
        return self._probe.offers

    @property
    def known_offers(self) -> Offers | None:
        """What it offers, as far as it has said so yet."""
        return self._probe.known

    @property
    def offers_at_hand(self) -> Offers | None:
        """What `probe` gives, where it need not ask."""
        return self._probe.at_hand

    def on_trouble(self, act: Callable[[], None]) -> None:
        """Have `act` called whenever Campfire cannot be reached."""
        self._wire.on_trouble = act

    def on_answer(self, act: Callable[[str, CampfireAnswer], None]) -> None:
        """Have `act` called with every answer to one of our bots, and the bot's id."""

        def hear(key: str, answer: CampfireAnswer) -> None:
            for bot_id in self._called(key):
                act(bot_id, answer)

        self._wire.on_answer = hear

    def _called(self, key: str) -> list[str]:
        return [bot_id for bot_id, known in self._keys.items() if known == key]

    def _measured(self, key: str, status: int | None, seconds: float) -> None:
        for bot_id in self._called(key)[:1]:
            instruments.posted(bot_id, status, seconds)

    @property
    def is_failing(self) -> bool:
        """Whether the last request got no answer, or a proxy's."""
        return self._wire.is_failing

    async def ask(self) -> None:
        """Make contact once, in nobody's name; `is_failing` then says how it went."""
        with suppress(CampfireError):
            await self._wire.again("GET", 1, WRONG_KEY, "")

    async def probe(self) -> Offers:
        """What it offers, asked for at the first call, and again a day later. Never raises."""
        return await self._probe.fresh()

    async def post(self, room_id: int, key: str, html: str) -> str:
        """Post one message; Campfire's id of it."""
        message_id = await posts.create(self._wire, room_id, key, html)
        self.own.add(message_id)
        return message_id

    async def post_file(
        self, room_id: int, key: str, filename: str, content: bytes, *, plain: bool = False
    ) -> str:
        """Post a file as a message of its own; Campfire's id of it. `plain`: as of no type."""
        message_id = await posts.attach(self._wire, room_id, key, filename, content, plain=plain)
        self.own.add(message_id)
        return message_id

    async def edit(self, room_id: int, key: str, message_id: str, html: str) -> Message:
        """Replace the body of an own message. Raises Gone, NotYours."""
        edited = await self._offered(posts.edit(self._wire, room_id, key, message_id, html))
        self.on_read([edited])
        return edited

    async def delete(self, room_id: int, key: str, message_id: str) -> None:
        """Take an own message away. Raises Gone, NotYours."""
        self.own.discard(message_id)
        await self._offered(posts.delete(self._wire, room_id, key, message_id))

    async def boost(self, room_id: int, key: str, message_id: str, content: str) -> Boost:
        """Put a sign of at most 16 characters on anybody's message. Raises Gone."""
        return await self._offered(boosts.create(self._wire, room_id, key, message_id, content))

    async def unboost(self, room_id: int, key: str, message_id: str, boost_id: int) -> None:
        """Take an own boost away. Raises Gone."""
        await self._offered(boosts.delete(self._wire, room_id, key, message_id, boost_id))

    async def page(
        self, room_id: int, key: str, *, before: int | None = None, after: int | None = None
    ) -> Page:
        """At most 40 messages before or after one of the room's; the newest without either.

        Raises NoIndex, and Gone when `before` or `after` is not in this room.
        """
        call = index.page(self._wire, room_id, key, before=before, after=after)
        found = await self._listed(call, pivot=before or after)
        self.on_read(found.messages)
        return found

    async def newer(self, room_id: int, key: str, after: int) -> AsyncIterator[Message]:
        """Every message after one of the room's, oldest first. Raises as `page`."""
        found = index.forwards(self._wire, room_id, key, after)
        async for message in self._each(found, pivot=after):
            yield message

    async def older(
        self, room_id: int, key: str, before: int | None = None
    ) -> AsyncIterator[Message]:
        """Every message before one of the room's, or all of it, newest first. Raises as `page`."""
        found = index.backwards(self._wire, room_id, key, before)
        async for message in self._each(found, pivot=before):
            yield message

    async def find_own(self, room_id: int, key: str, html: str, after: int) -> str | None:
        """The id of the bot's own message with this body, posted after message `after`.

        Raises NoIndex on a Campfire without one, and CampfireError as `post` does.
        """
        return await self._find(
            room_id, key, is_own_post(campfire_user_id(key), html, after), after
        )

    async def find_own_file(self, room_id: int, key: str, filename: str, after: int) -> str | None:
        """The id of the bot's own message with this file, posted after message `after`.

        Raises as `find_own`.
        """
        return await self._find(
            room_id, key, is_own_file(campfire_user_id(key), filename, after), after
        )

    async def _find(
        self, room_id: int, key: str, fits: Callable[[Message], bool], after: int
    ) -> str | None:
        if after:
            with suppress(Gone):  # `after` was deleted, or is another room's: search from the end
                return await _first(self.newer(room_id, key, after), fits, after)
        return await _first(self.older(room_id, key), fits, after)

    async def _each(
        self, messages: AsyncIterator[Message], *, pivot: int | None
    ) -> AsyncIterator[Message]:
        while (message := await self._listed(_next(messages), pivot=pivot)) is not None:
            self.on_read([message])
            yield message

    async def _listed(self, call: Awaitable[T], *, pivot: int | None) -> T:
        missing: CampfireError
        try:
            return await self._offered(call)
        except NotOffered as error:
            missing = NoIndex(*error.args)
        except Gone as error:
            missing = error if pivot else NotInRoom(*error.args)
        raise missing

    async def _offered(self, call: Awaitable[T]) -> T:
        """The call's result; a 404 is told apart: no such call, or no such message."""
        try:
            return await call
        except NotInRoom as error:
            status = str(error)
        if not (await self._probe.surprised()).edit:
            raise NotOffered(status)
        raise Gone(status)


async def _next(messages: AsyncIterator[Message]) -> Message | None:
    return await anext(messages, None)


async def _first(
    messages: AsyncIterator[Message], fits: Callable[[Message], bool], after: int
) -> str | None:
    looked_at = 0
    async for message in messages:
        looked_at += 1
        if fits(message):
            return str(message.id)
        if message.id <= after or looked_at >= MOST_SEARCHED:
            return None
    return None
