"""Reminders and people's zones in Redis: kept with the answer that tells of them, taken away."""

from collections.abc import Awaitable, Iterator
from contextlib import suppress
from typing import Any, cast

from redis.asyncio import Redis

from consumer.on_time.lua import ON_TIME_SCRIPTS
from consumer.queue.claim import Claim
from consumer.queue.errors import Fenced
from shared.keys import Keys
from shared.lane import Lane
from shared.on_time import Reminder
from shared.redis.message_hash import Field
from shared.redis.outages import despite_outages
from shared.redis.scripts import Scripts


class Reminders:
    """Reads, where every method raises redis.RedisError; and changes under a claim."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis, self._keys = redis, keys
        self._scripts = Scripts(redis, ON_TIME_SCRIPTS)

    async def of(self, lane: Lane) -> list[Reminder]:
        """The lane's reminders, in the order in which they come."""
        stored = self._redis.hgetall(self._keys.reminders(lane))
        found = await cast(Awaitable[dict[bytes, bytes]], stored)
        return sorted(_read(found), key=lambda it: (it.due_ms, it.number))

    async def find(self, lane: Lane, number: int) -> Reminder | None:
        """The lane's reminder of this number; None: there is none that can be read."""
        stored = self._redis.hget(self._keys.reminders(lane), str(number))
        found = await cast(Awaitable[bytes | None], stored)
        return next(_read({b"": found}), None) if found else None

    async def count_of(self, user_id: int) -> int:
        """How many reminders a person has, in all lanes."""
        counted = self._redis.scard(self._keys.reminders_of(user_id))
        return await cast(Awaitable[int], counted)

    async def new_number(self, lane: Lane) -> int:
        """One that no reminder of the lane has, or had."""
        given = self._redis.hincrby(self._keys.reminders(lane), "next", 1)
        return await cast(Awaitable[int], given)

    async def cancel(self, claim: Claim, reminder: Reminder) -> bool:
        """Take it away; the same however often it is asked. Raises Fenced."""
        keys = self._keys
        names = [keys.due, keys.reminders(reminder.lane), keys.reminders_of(reminder.user_id)]
        gone = await self._under_claim("cancel", claim, names, reminder.number, reminder.called)
        if gone < 0:
            raise Fenced(claim.job_id)
        return gone > 0

    async def was_cancelled_by(self, claim: Claim) -> bool:
        """Whether an earlier attempt at this message took one away; outlives an outage."""
        gone = await despite_outages("cancelled", self._gone, claim)
        return gone == b"1"

    async def keep_zone(self, claim: Claim, user_id: int, zone: str) -> None:
        """Make this zone theirs from now on; raises Fenced."""
        if not await self._under_claim("keep_zone", claim, [self._keys.zones], user_id, zone):
            raise Fenced(claim.job_id)

    async def _gone(self, claim: Claim) -> bytes | None:
        stored = self._redis.hget(self._keys.message(claim.job_id), Field.REMINDER_GONE)
        return await cast(Awaitable[bytes | None], stored)

    async def _under_claim(self, script: str, claim: Claim, names: list[str], *said: Any) -> int:
        names = [self._keys.message(claim.job_id), *names]
        given: int = await self._scripts.run_patiently(script, names, [claim.token, *said])
        return given


def _read(stored: dict[bytes, bytes]) -> Iterator[Reminder]:
    """What still reads as a reminder; `next` is none."""
    for field, value in stored.items():
        if field != b"next":
            with suppress(ValueError):
                yield Reminder.model_validate_json(value)
