"""Says which lanes this consumer may open, clean up and reset where several share a queue."""

from collections.abc import Callable, Iterable
from typing import Protocol

from consumer.archive.lane_gates import LaneGates
from consumer.sessions.pool.hot_sessions import HotSessions
from shared.lane import Lane


class Homes(Protocol):
    """The homes of lanes: in which member's memory a conversation is open. Raises RedisError."""

    async def take(self, lane: Lane) -> bool:
        """Whether this member may open the lane's conversation: it is its home, or is now."""
        ...

    async def let_go(self, *lanes: Lane) -> None:
        """Be the home of these no longer; what runs here stays here."""
        ...

    async def mine(self) -> set[Lane] | None:
        """The lanes whose home is this member; None: every lane is, for nobody else may be one."""
        ...

    async def elsewhere(self) -> set[Lane]:
        """The lanes whose home is another living member."""
        ...


class NoOthers:
    """The homes where one consumer answers all: everything is its own, and nobody is asked."""

    async def take(self, lane: Lane) -> bool:
        """See Homes."""
        del lane
        return True

    async def let_go(self, *lanes: Lane) -> None:
        """See Homes."""

    async def mine(self) -> set[Lane] | None:
        """See Homes."""
        return None

    async def elsewhere(self) -> set[Lane]:
        """See Homes."""
        return set()


class OwnLanes:
    """Says which lanes are ours: a lane is its home's, and without a home the first member's."""

    def __init__(
        self, homes: Homes, hot: HotSessions, gates: LaneGates, is_first: Callable[[], bool]
    ) -> None:
        self._homes = homes
        self._hot = hot
        self._gates = gates
        self._is_first = is_first

    async def take(self, lane: Lane) -> bool:
        """Whether nobody else is the lane's home; from then on we are. Raises RedisError."""
        await self._hot.closed(lane)  # what we let go a moment ago is let go before
        return await self._homes.take(lane)

    async def of(self, lanes: Iterable[Lane]) -> list[Lane]:
        """Which of these lanes are ours to clean up and to reset; raises RedisError."""
        asked, mine = list(lanes), await self._homes.mine()
        if mine is None:
            return asked
        ours = set(asked) if self._is_first() else mine | self._here()
        ours -= await self._homes.elsewhere()
        return [lane for lane in asked if lane in ours]

    async def those_at_home_first(self, lanes: Iterable[Lane]) -> list[Lane]:
        """The same, with those whose home we are before those that have none."""
        ours, mine = await self.of(lanes), await self._homes.mine() or set()
        return sorted(ours, key=lambda lane: lane not in mine)

    def _here(self) -> set[Lane]:
        """Redis may have forgotten whose they are."""
        return {session.lane for session in self._hot if session.lane} | self._gates.held
