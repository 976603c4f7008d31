"""The homes of lanes: which member has a lane's conversation open in its memory."""

from collections.abc import Mapping
from typing import Any

from redis.asyncio import Redis

from consumer.queue.lua import QUEUE_SCRIPTS
from consumer.queue.ownership.membership import Membership
from shared.keys import Keys
from shared.lane import Lane
from shared.members import ask, read
from shared.redis.scripts import Scripts


class Homes:
    """What one member knows and does of homes; without a shared store all lanes are its own, and
    Redis is not asked. All raise redis.RedisError."""

    def __init__(self, redis: Redis, keys: Keys, member: Membership) -> None:
        self._redis = redis
        self._keys = keys
        self._member = member
        self._scripts = Scripts(redis, QUEUE_SCRIPTS)

    async def take(self, lane: Lane) -> bool:
        """Whether this member may open the lane's conversation: it is its home, or is now."""
        if not self._member.shared:
            return True
        keys = self._keys
        names = [keys.members, keys.homes, keys.leaving, keys.wake]
        return bool(await self._scripts.run("take_home", names, [self._member.me, str(lane)]))

    async def let_go(self, *lanes: Lane) -> None:
        """Be the home of these no longer, but for those whose turn runs here.

        Call it only after their clients are closed, and while none can be opened.
        """
        if self._member.shared and lanes:
            keys = self._keys
            names = [keys.homes, keys.running, keys.wake, keys.members]
            await self._scripts.run("let_go", names, [self._member.me, *map(str, lanes)])

    async def mine(self) -> set[Lane] | None:
        """The lanes whose home is this member; None: every lane is, for nobody else may be one."""
        if not self._member.shared:
            return None
        homes, _ = await self._known()
        return {lane for lane, home in homes.items() if home == self._member.name}

    async def elsewhere(self) -> set[Lane]:
        """The lanes whose home is another living member."""
        if not self._member.shared:
            return set()
        homes, living = await self._known()
        others = living - {self._member.name}
        return {lane for lane, home in homes.items() if home in others}

    async def _known(self) -> tuple[Mapping[Lane, str], set[str]]:
        """All homes, and the names of those that live."""
        pipe: Any = self._redis.pipeline(transaction=True)
        pipe.hgetall(self._keys.homes)
        ask(pipe, self._keys)
        homes, *members = await pipe.execute()
        living = {member.name for member in read(members)}
        return {Lane.parse(lane.decode()): home.decode() for lane, home in homes.items()}, living
