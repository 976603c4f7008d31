"""Waits for what comes from outside: Campfire's call for a bot, and the end of its message."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Self

from redis.asyncio import Redis
from redis.exceptions import RedisError

from operate.shell.made_up import redis_url
from shared.keys import Keys
from shared.operating.bots import Refusal
from shared.operating.machines import Machines
from shared.operating.messages import Filter, Message
from shared.operating.reading.machine_list import read_machines
from shared.operating.reading.message_list import Messages
from shared.redis import clock
from shared.redis.client import redis_client

PAUSE_S = 0.5
"""Between two looks: Redis tells nobody of a call, and for a person that is at once."""
BEHIND_MS = 1000
"""What a web process says of the time may be late: by as long as Redis's answer was on its way."""


class Watch:
    """What comes for one bot from now on, by Redis's clock. Every method raises RedisError."""

    @classmethod
    async def begin(cls, redis: Redis, keys: Keys, bot_id: str) -> Self:
        """Begin to watch."""
        watch = cls(redis, keys, bot_id, await clock.now_ms(redis))
        watch._told = await watch._last()
        watch._known = {it.job for it in await watch._lately()}
        return watch

    def __init__(self, redis: Redis, keys: Keys, bot_id: str, since_ms: int) -> None:
        """As `begin` makes it."""
        self._redis, self._keys = redis, keys
        self._messages = Messages(redis, keys, [bot_id])
        self._bot_id, self.since_ms = bot_id, since_ms
        self._told: list[bytes | None] = [None, None]
        self._known = set[str]()

    async def call(self) -> int | Refusal:
        """When Campfire called for it, or how that was turned away; waits for ever."""
        least_ms = self.since_ms - BEHIND_MS
        while True:
            pairs = zip(await self._last(), self._told, strict=True)
            delivered, refused = (now if now != before else None for now, before in pairs)
            if delivered and int(delivered) >= least_ms:
                return max(int(delivered), self.since_ms)
            if refused and (found := Refusal.model_validate_json(refused)).at_ms >= least_ms:
                return found
            await asyncio.sleep(PAUSE_S)

    async def first(self) -> Message:
        """The first message that was taken in for it; waits for ever."""
        while True:
            if found := [it for it in await self._lately() if it.job not in self._known]:
                return min(found, key=lambda it: it.accepted_ms)
            await asyncio.sleep(PAUSE_S)

    async def heard(self, message_id: str) -> Message:
        """This one of Campfire's as it was taken in for the bot, or refused; waits for ever."""
        while True:
            for message in await self._messages.find(message_id):
                if message.bot_id == self._bot_id:
                    return message
            await asyncio.sleep(PAUSE_S)

    async def end(self, message: Message) -> Message:
        """The same message once it has ended, with its timeline; waits for ever."""
        if message.state == "refused":
            return message
        while True:
            now = await self._messages.one(message.job)
            if now is not None and now.state == "ended":
                return now
            await asyncio.sleep(PAUSE_S)

    async def _last(self) -> list[bytes | None]:
        """The last call for it that was taken, and the last that was turned away."""
        pipe = self._redis.pipeline(transaction=False)
        pipe.hget(self._keys.deliveries, self._bot_id)
        pipe.hget(self._keys.refusals, self._bot_id)
        return await pipe.execute()

    async def _lately(self) -> list[Message]:
        least_ms = self.since_ms - BEHIND_MS
        wanted = Filter(bot_id=self._bot_id, since_ms=least_ms)
        waiting = (await self._messages.waiting(wanted)).rows
        ended = (await self._messages.ended(wanted)).rows
        return [it for it in (*waiting, *ended) if it.accepted_ms >= least_ms]


@asynccontextmanager
async def when_there(values: Mapping[str, str]) -> AsyncIterator[tuple[Redis, Keys]]:
    """Redis as the settings name it, or the launcher's, as soon as it answers; waits for ever."""
    while True:
        redis = await _answering(values)
        if redis is not None:
            break
        await asyncio.sleep(PAUSE_S)
    try:
        yield redis, Keys(values.get("REDIS_PREFIX", "campfire"))
    finally:
        await redis.aclose()


async def when_served(redis: Redis, keys: Keys) -> None:
    """Wait for both processes, for ever: Redis may be there long before, and what Campfire calls
    for before the web process listens never comes again. Raises RedisError."""
    while True:
        if is_served(await read_machines(redis, keys)):
            return
        await asyncio.sleep(PAUSE_S)


def is_served(found: Machines) -> bool:
    """Whether somebody takes Campfire's calls, and somebody answers them."""
    takes_turns = any(it.lease_s is not None and not it.draining for it in found.consumers)
    return bool(found.webs) and takes_turns


async def _answering(values: Mapping[str, str]) -> Redis | None:
    url = redis_url(values)
    if url is None:
        return None
    redis = redis_client(url, max_connections=4)
    try:
        await redis.ping()
    except RedisError:
        await redis.aclose()
        return None
    return redis
