"""The mention book: everybody's signed id, as far as Campfire has shown it, by user id in Redis.

It is read now and then, kept here, and written behind: what others learnt comes with the next look,
and what gets lost between is learnt again. Neighbours: campfire.bodies.sgids finds what there is to
learn.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import cast

import structlog
from redis.asyncio import Redis

from consumer.campfire.bodies.sgids import (
    Signed,
    readable_user_id,
    signed_by_an_editor,
    signed_by_campfire,
    void_in,
)
from consumer.campfire.messages import Message
from consumer.mentions.people import People
from shared.inbound import InboundMessage
from shared.keys import Keys
from shared.redis.outages import despite_outages

REMEMBER_S = 90 * 24 * 3600
"""After the last start, change or day of the service; a signed id itself has no end (a97, a99)."""
RENEW_EVERY_S = 24 * 3600.0
LOOK_EVERY_S = 300.0
"""Where others learn too."""
MOST_PEOPLE = 5_000
"""Beyond that only whom Campfire itself has drawn is added, and those exist."""
MOST_OF_A_MESSAGE = 20
"""Of what one person wrote: they can write any number of ids, of nobody."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SignedPerson:
    """One person or bot, by the name and the signed id that Campfire has shown."""

    sgid: str
    name: str
    sure: bool
    """Whether Campfire itself drew it, and not only an editor wrote it."""


@dataclass(frozen=True, slots=True)
class _Index:
    names: dict[int, str]
    people: People


class MentionBook:
    """Learns whatever passes by; what it is asked for it has in memory."""

    def __init__(self, redis: Redis, keys: Keys, *, shared: bool = False) -> None:
        """`shared`: other consumers may learn too."""
        self._every_s = LOOK_EVERY_S if shared else RENEW_EVERY_S
        self._redis = redis
        self._key = keys.mentions
        self._people: dict[int, SignedPerson] = {}
        self._indexed: _Index | None = None
        self._loaded, self._looked_s = False, 0.0
        self._unsaved: set[int] = set()
        self._learnt = asyncio.Event()

    async def load(self) -> None:
        """Read what was learnt before this process began, unless that was done; RedisError."""
        if not self._loaded:
            await self._look()

    async def _look(self) -> None:
        stored = self._redis.hgetall(self._key)
        found = dict(_read(await cast(Awaitable[dict[bytes, bytes]], stored)))
        # What we learnt and have not written yet is newer, also that there is nobody.
        ours, own = self._unsaved, self._people
        theirs = {user_id: it for user_id, it in found.items() if user_id not in ours}
        self._people = theirs | {user_id: own[user_id] for user_id in ours if user_id in own}
        self._indexed = None
        self._loaded, self._looked_s = True, time.monotonic()

    def sgid(self, user_id: int) -> str:
        """Their signed id; "" while it is unknown."""
        person = self._people.get(user_id)
        return person.sgid if person else ""

    def names(self) -> dict[int, str]:
        """What everybody is called, by user id; not to be changed."""
        return self._index().names

    @property
    def people(self) -> People:
        """All of them by name, without a signed id where the name is another's too."""
        return self._index().people

    def _index(self) -> "_Index":
        """Put together where something was learnt, not for each turn: they may be thousands."""
        if self._indexed is None:
            ids, names = self.ids(), {n: person.name for n, person in self._people.items()}
            signed = {name: self.sgid(user_id) for name, user_id in ids.items()}
            unsigned = dict.fromkeys((name.lower() for name in names.values()), "")
            self._indexed = _Index(names, People({**unsigned, **signed}))
        return self._indexed

    def ids(self) -> dict[str, int]:
        """User ids by lower-case name; whose name is another's too is not in it.

        What an editor wrote does not take a name from anybody whom Campfire has drawn.
        """
        names: dict[str, set[int]] = {}
        for sure in (True, False):
            taken = set(names)
            for user_id, person in self._people.items():
                name = person.name.lower()
                if person.sure is sure and name not in taken:
                    names.setdefault(name, set()).add(user_id)
        return {name: ids.pop() for name, ids in names.items() if len(ids) == 1}

    def read(self, messages: Iterable[Message]) -> None:
        """Learn from what the index or the answer to a PATCH shows.

        A signed id of ours that Campfire drew with another one, or with nobody, is not used again.
        """
        for message in messages:
            void = {sgid for sgid in void_in(message.html) if sgid}
            drawn_badly = [n for n, it in self._people.items() if it.sgid in void] if void else ()
            for user_id in drawn_badly:
                self._put(user_id, None)
            for signed in signed_by_campfire(message.html):
                self._put(signed.user_id, SignedPerson(signed.sgid, signed.name, sure=True))

    def told(self, message: InboundMessage) -> None:
        """Learn from a webhook: whom its author mentions, and what the author is called now."""
        for signed in islice(signed_by_an_editor(message.html or ""), MOST_OF_A_MESSAGE):
            self._believe(signed)
        known = self._people.get(message.user_id or 0)
        if message.user_id is not None and known and message.user_name.strip():
            self._put(message.user_id, replace(known, name=message.user_name))

    async def run(self) -> None:
        """Keep what is learnt; never returns, as every part."""
        await despite_outages("mentions", self.load)
        while True:
            await despite_outages("mentions", self._save)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._learnt.wait(), self._every_s)
            if time.monotonic() - self._looked_s >= self._every_s:
                await despite_outages("mentions", self._look)

    def _believe(self, signed: Signed) -> None:
        known = self._people.get(signed.user_id)
        full = known is None and len(self._people) >= MOST_PEOPLE
        if full or (known and known.sure):
            return
        self._put(signed.user_id, SignedPerson(signed.sgid, signed.name, sure=False))

    def _put(self, user_id: int, person: SignedPerson | None) -> None:
        if self._people.get(user_id) == person:
            return
        if person is None:
            del self._people[user_id]
        else:
            self._people[user_id] = person
        self._indexed = None
        log.info("mention_learnt" if person else "mention_dropped", user=user_id)
        self._unsaved.add(user_id)
        self._learnt.set()

    async def _save(self) -> None:
        self._learnt.clear()
        unsaved = frozenset(self._unsaved)
        pipe = self._redis.pipeline(transaction=False)
        for user_id in unsaved:
            person = self._people.get(user_id)
            if person:
                pipe.hset(self._key, str(user_id), json.dumps(asdict(person)))
            else:
                pipe.hdel(self._key, str(user_id))
        pipe.expire(self._key, REMEMBER_S)
        await pipe.execute()
        self._unsaved -= unsaved


def _read(stored: dict[bytes, bytes]) -> Iterator[tuple[int, SignedPerson]]:
    """Who can still be read: an id that Campfire cannot read is never posted."""
    for field, value in stored.items():
        with suppress(ValueError, TypeError):
            person = SignedPerson(**json.loads(value))
            if readable_user_id(person.sgid) == int(field):
                yield int(field), person
