"""The format: the version of what this program keeps in Redis. Two versions never mix.

1, of the first releases: names without a hash tag, no version stored (shared.keys.format_1).
2: today's names (shared.keys), and the version under `{prefix}:format`.
Whoever changes a name or the sense of a value raises FORMAT and has the consumer that owns the
queue carry over what is there (consumer.upgrade). The key of the version itself stays.

What no release acts on may be told anew within a version: an older one beside a newer, or put back
in its place, then tells less of it and does nothing else. So within 2: how many ended of a day, and
how long they took (shared.operating.reading.days); how a message ended, which stood in a key of its
own beside arq's result (an older release answers a second "stop" of it with "too late").
"""

from redis.asyncio import Redis

from shared.errors import QueueError
from shared.keys import Keys
from shared.keys.format_1 import Format1

FORMAT = 2


class OtherFormat(QueueError):
    """What Redis holds is another release's; nothing of it was touched."""


class OlderFormat(OtherFormat):
    """Redis holds what an older release left: messages wait until this release's worker ran."""

    def __init__(self) -> None:
        super().__init__(
            "Redis holds what an older release left: start this release's worker, which carries it"
            " over; until then messages wait on disk"
        )


class NewerFormat(OtherFormat):
    """A newer release has carried over what was there: this one can neither read nor write it."""

    def __init__(self, stored: int) -> None:
        super().__init__(
            f"Redis holds format {stored}, and this release knows none above {FORMAT}: start the"
            " release that was running before, or a newer one"
        )


class Format:
    """What one deployment's part of Redis holds. Both raise redis.RedisError."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self._redis, self._keys = redis, keys
        self._format_1 = Format1(keys.prefix)

    async def check(self) -> None:
        """Return when it is today's, as an empty one becomes; raises OlderFormat, NewerFormat."""
        if await self._stored() == FORMAT:
            return
        if await self._redis.exists(*self._format_1.signs):
            raise OlderFormat
        await self._redis.set(self._keys.format, FORMAT, nx=True)

    async def refuse_newer(self) -> None:
        """Raises NewerFormat."""
        await self._stored()

    async def _stored(self) -> int:
        """0: none is stored."""
        stored = int(await self._redis.get(self._keys.format) or 0)
        if stored > FORMAT:
            raise NewerFormat(stored)
        return stored
