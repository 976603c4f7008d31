"""Conversations that go on elsewhere: their clients end here, idle ones at once, others after."""

from collections.abc import Callable

from consumer.archive.lane_gates import LaneGates
from consumer.sessions.pool.hot_sessions import HotSessions
from consumer.sessions.pool.letting_go import LettingGo
from shared.lane import Lane


class Departures:
    """Closes clients; that their lanes are free is told when their processes have ended.

    The service tells it what the queue knows of a lane; nothing here waits for that to be done.
    """

    def __init__(self, hot: HotSessions, gates: LaneGates, letting_go: LettingGo) -> None:
        self.open_no_more: Callable[[], None] = lambda: None
        """Called before all is left: nothing is opened ahead of a turn from then on."""
        self.run = letting_go.run
        """Lets lanes go that nothing here needs, now and then; never returns."""
        self._hot = hot
        self._gates = gates
        self._all = False
        self._to_go: set[Lane] = set()
        self._stale: set[Lane] = set()
        letting_go.on_elsewhere = self._close

    def send_away(self, lane: Lane) -> None:
        """Another may answer the lane: close its client now, or when who is at it is done."""
        self._to_go.add(lane)
        if not self._gates.is_held(lane):
            self.end_of_hold(lane)
            self._hot.on_free(lane)

    def leave(self) -> None:
        """The same for every lane, those that are still opened here as well. Idempotent."""
        self.open_no_more()
        self._all = True
        for session in self._hot:
            if session.lane is not None:
                self.send_away(session.lane)

    def end_of_hold(self, lane: Lane) -> None:
        """Whoever was at the lane is done; still under its gate."""
        if self._all or lane in self._to_go:
            self._to_go.discard(lane)
            self._close(lane)

    def settled(self, lane: Lane) -> None:
        """A message of the lane has ended: where nothing here is open for it, it may go."""
        self._hot.on_free(lane)

    def moved(self, lane: Lane) -> None:
        """The lane was answered elsewhere since its client was here, which knows nothing of that.

        Call it before the lane's next turn here begins. The client ends at once, with what it may
        be at: that was claimed by another meanwhile.
        """
        self._stale.add(lane)
        self._close(lane)

    def was_elsewhere(self, lane: Lane) -> bool:
        """Whether it moved, and nobody asked since: what is connected came too early to know."""
        stale = lane in self._stale
        self._stale.discard(lane)
        return stale

    def _close(self, lane: Lane) -> None:
        session = self._hot.take_out(lane)
        if session is not None:
            self._hot.close_soon(session)
