"""Renewal: a client that has had its turns, or has grown, is replaced between two turns.

Left to the lane's next message, whoever wrote that would wait for the resume.
"""

import asyncio

import structlog

from consumer.sessions.hot_sessions import HotSessions
from consumer.sessions.lane_gates import LaneGates
from consumer.sessions.lane_sessions import worn
from consumer.sessions.prewarming import Prewarming
from consumer.sessions.removal import Removal
from consumer.sessions.settings import SessionSettings
from consumer.sessions.spares import PATIENCE
from shared.bots import Bot
from shared.lane import Lane

log = structlog.get_logger(__name__)


class Renewal:
    """Closes worn sessions and resumes them at once, while nothing else runs."""

    def __init__(
        self,
        settings: SessionSettings,
        hot: HotSessions,
        gates: LaneGates,
        removal: Removal,
        prewarming: Prewarming,
    ) -> None:
        self._settings = settings
        self._hot = hot
        self._gates = gates
        self._removal = removal
        self._prewarming = prewarming
        self._under_way: dict[Lane, asyncio.Task[None]] = {}
        self._stopped = False

    def turn_ended(self, lane: Lane, bot: Bot) -> None:
        """Look at the lane's session, and renew it by and by if need be."""
        if self._stopped or lane in self._under_way or self._worn(lane) is None:
            return
        task = asyncio.create_task(self._renew(lane, bot), name="renewal")
        self._under_way[lane] = task
        task.add_done_callback(lambda _: self._under_way.pop(lane))

    async def stop(self) -> None:
        """Renew no more; what is connecting is closed with all the others."""
        self._stopped = True
        under_way = list(self._under_way.values())
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def _renew(self, lane: Lane, bot: Bot) -> None:
        await self._hot.until_idle(PATIENCE)
        try:
            if await self._close(lane):
                await self._prewarming.resume(lane, bot)
        except Exception:
            # Nobody waits for this: the lane's next turn connects by itself, and tells.
            log.exception("session_not_renewed", lane=str(lane))

    async def _close(self, lane: Lane) -> bool:
        """Close the lane's session; False where its next message is here, and sees to it."""
        if self._gates.is_held(lane):
            return False
        async with self._gates.only(lane):
            if (reason := self._worn(lane)) is None:
                return False
            log.info("session_closed", lane=str(lane), reason=reason, ahead=True)
            await self._removal.close(lane)
            return True

    def _worn(self, lane: Lane) -> str | None:
        session = self._hot.peek(lane)
        return None if session is None else worn(session, self._settings)
