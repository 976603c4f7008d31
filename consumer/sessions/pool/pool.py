"""Wires the pool: what connects sessions, what takes them away, and what decides which."""

from collections.abc import Callable, Iterable

from consumer.agent.agent_client import ConnectClient
from consumer.agent.settings import SessionSettings
from consumer.archive.archive import Archive
from consumer.archive.lane_gates import LaneGates
from consumer.archive.records import Clock
from consumer.archive.workspaces import Workspaces
from consumer.sessions.pool.connector import Connector
from consumer.sessions.pool.departures import Departures
from consumer.sessions.pool.hot_sessions import HotSessions
from consumer.sessions.pool.lane_sessions import LaneSessions
from consumer.sessions.pool.own_lanes import Homes, OwnLanes
from consumer.sessions.pool.prewarming import Prewarming
from consumer.sessions.pool.removal import Removal
from consumer.sessions.pool.session_maker import SessionMaker
from consumer.sessions.pool.spares import Spares
from consumer.tool_calls.tooling import Tooling
from shared.bots import Bot


class SessionPool:
    """Nothing is connected before a lane, a spare or a conversation ahead asks for it."""

    def __init__(
        self,
        settings: SessionSettings,
        archive: Archive,
        workspaces: Workspaces,
        make_client: ConnectClient,
        clock: Clock,
        tooling: Tooling,
        homes: Homes,
        is_first: Callable[[], bool],
    ) -> None:
        gates = LaneGates()
        self.hot = hot = HotSessions(settings, gates.is_held)
        """Those that are connected."""
        maker = SessionMaker(
            settings, archive, workspaces, hot.changed, make_client, clock, tooling
        )
        self._spares = Spares(settings, hot, maker.spare, workspaces, tooling)
        connector = Connector(archive, workspaces, hot, maker, self._spares)
        own = OwnLanes(homes, hot, gates, is_first)
        self.departures = departures = Departures(homes, hot, gates)
        """Ends clients whose conversation goes on elsewhere."""
        self.removal = removal = Removal(archive, hot, gates, own, departures)
        """Holds lanes, and takes their sessions away."""
        self.lanes = LaneSessions(settings, archive, hot, connector, departures, tooling)
        """Gives them to whoever holds their lane."""
        self.prewarming = Prewarming(settings, archive, hot, gates, maker, removal, own, clock)
        """Gets them ready ahead of a turn."""
        departures.open_no_more = self.prewarming.stop
        self._settings = settings

    @property
    def spares(self) -> int:
        """How many clients are connected without a lane."""
        return len(self._spares)

    def keep_spares(self, bots: Iterable[Bot]) -> None:
        """Keep as many as the settings say of each of these bots; returns at once."""
        if not self.lanes.refuse and self._settings.spares > 0:
            self._spares.keep(bots)

    async def close(self, grace: float) -> None:
        """Give no session any more, running turns `grace` seconds, then close all. Idempotent."""
        self.lanes.refuse = True
        self.prewarming.stop()
        if grace > 0:
            await self.hot.until_idle(grace)
        for session in self.hot:
            session.shut_down_turn()
        await self.hot.until_idle(self._settings.drain_timeout)
        await self._spares.stop()
        await self.hot.close_all()
        await self.departures.all_told()
