"""The homes of lanes: in which member's memory a conversation is open."""

from redis.asyncio import Redis

from consumer.queue.ownership.membership import Membership
from shared.keys import Keys
from shared.lane import Lane


class Homes:
    """What one member knows and does of homes; without a shared store all lanes are its own, and
    Redis is not asked. All raise redis.RedisError."""

    def __init__(self, redis: Redis, keys: Keys, member: Membership) -> None:
        self._redis = redis
        self._keys = keys
        self._member = member

    async def take(self, lane: Lane) -> bool:
        """Whether this member may open the lane's conversation: it is its home, or is now."""
        del lane
        return True

    async def let_go(self, *lanes: Lane) -> None:
        """Be the home of these no longer; call it only after their clients are closed."""
        del lanes

    async def mine(self) -> set[Lane] | None:
        """The lanes whose home is this member; None: every lane is, for nobody else may be one."""
        return None

    async def elsewhere(self) -> set[Lane]:
        """The lanes whose home is another living member."""
        return set()
