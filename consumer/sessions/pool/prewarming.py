"""Resumes conversations before their next message is answered, which then meets a live client.

After a start those that were talked in lately; later those whose message waits for a slot.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

import structlog
from redis.exceptions import RedisError

from consumer.agent.settings import SessionSettings
from consumer.archive.archive import Archive
from consumer.archive.lane_gates import LaneGates
from consumer.archive.records import Clock, SessionRecord
from consumer.sessions.pool.hot_sessions import HotSessions
from consumer.sessions.pool.own_lanes import OwnLanes
from consumer.sessions.pool.removal import Removal
from consumer.sessions.pool.session_maker import SessionMaker
from shared.bots import Bot
from shared.errors import AgentError
from shared.lane import Lane

LATELY = timedelta(hours=1)
MOST = 20
"""Which conversations: used within the hour, so many at most, and half of the bound."""
MOST_LOOKED_AT = 200
"""Among so many: some are of bots that are no more, or answered elsewhere."""

log = structlog.get_logger(__name__)


class Prewarming:
    """Resumes one session at a time, and only where no turn wants the place."""

    def __init__(
        self,
        settings: SessionSettings,
        archive: Archive,
        hot: HotSessions,
        gates: LaneGates,
        maker: SessionMaker,
        removal: Removal,
        own: OwnLanes,
        clock: Clock,
    ) -> None:
        self._most = min(MOST, settings.hot_limit // 2)
        self._archive = archive
        self._hot = hot
        self._gates = gates
        self._maker = maker
        self._removal = removal
        self._own = own
        self._clock = clock
        self._stopped = False
        self._hopeless: set[Lane] = set()
        """Lanes that wait and could not be resumed: their turn sees to it."""

    async def run(self, bots: Mapping[str, Bot]) -> None:
        """After a start, newest first, while nothing else runs; nothing is evicted for it.

        Where several answer: the lanes whose home we were, then, by the first member, those that
        have none.
        """
        try:
            for lane in await self._lately_used(bots):
                await self._hot.until_idle()
                if not await self._resume(lane, bots[lane.bot_id]):
                    return
        except (OSError, RedisError) as error:
            log.warning("prewarm_ended", reason=type(error).__name__)

    async def get_ready(self, lanes: Sequence[Lane], bots: Mapping[str, Bot]) -> None:
        """The messages of these lanes wait for a slot, the next one first.

        The least recently used idle session goes for one of them, but none of their own.
        """
        self._hopeless &= set(lanes)
        try:
            for lane in [lane for lane in lanes if lane not in self._hopeless]:
                bot = bots.get(lane.bot_id)
                if bot is not None and not await self._resume(lane, bot, keep=lanes):
                    return
        except (OSError, RedisError) as error:
            log.warning("prewarm_ended", reason=type(error).__name__)

    def stop(self) -> None:
        """Resume no more."""
        self._stopped = True

    async def _lately_used(self, bots: Mapping[str, Bot]) -> list[Lane]:
        since = self._clock() - LATELY
        records = [
            record
            for record in await self._archive.newest(MOST_LOOKED_AT, since)
            if record.lane.bot_id in bots
        ]
        ours = await self._own.those_at_home_first(record.lane for record in records)
        return ours[: self._most]

    async def _resume(self, lane: Lane, bot: Bot, keep: Collection[Lane] | None = None) -> bool:
        """False when there is no room for more; a message that comes meanwhile waits for it."""
        if self._gates.is_held(lane):
            return True  # its message is here already
        async with self._removal.hold(lane):
            if self._stopped or self._hot.use(lane) is not None:
                return not self._stopped
            if not await self._own.take(lane):
                return True  # it is answered elsewhere
            record = await self._archive.load(lane)
            if self._stopped or record is None:
                return not self._stopped
            try:
                return await self._connect(record, bot.in_room(lane.room_id), keep)
            except AgentError as error:
                self._hopeless.add(lane)
                log.info("not_resumed_ahead", lane=str(lane), reason=type(error).__name__)
                return True

    async def _connect(
        self, record: SessionRecord, bot: Bot, keep: Collection[Lane] | None
    ) -> bool:
        """Resume a session that nobody asked for yet; False where there is no room for it.

        For the room the least recently used idle session goes, but none of the lanes to `keep`;
        None keeps all. Raises AgentError when it cannot be resumed: left to the lane's next
        message.
        """
        lane = record.lane
        is_over = not record.resumable or self._archive.is_stale(lane, record.last_used)
        if is_over or await self._archive.was_reset(record):
            return True  # nothing to resume: its message begins anew
        await self._hot.closed(lane)
        if not await self._hot.room_ahead(lane, keep):
            return False
        fence = await self._archive.own(lane)
        session = await self._maker.resumed(record, bot)
        session.conversation.begins(fence, record, lost=False)
        if not await self._hot.start_ahead(lane, session):
            return False
        log.info("session_warm", lane=str(lane), ahead=True, pid=session.pid)
        return True
