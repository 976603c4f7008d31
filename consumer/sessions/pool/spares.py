"""Spares: clients connected ahead of time, so that a new lane has only its first turn to wait for.

What is fixed at connect (model, prompt, tools) makes a spare one bot's. It counts as a hot
session and is the first to go when a lane needs the place.
"""

import asyncio
from collections.abc import Callable, Iterable

import structlog

from consumer.agent.settings import SessionSettings
from consumer.archive.workspaces import Workspaces
from consumer.sessions.pool.hot_sessions import HotSessions
from consumer.sessions.session.session import Session
from consumer.tool_calls.tooling import Tooling
from shared.bots import Bot
from shared.errors import AgentError

log = structlog.get_logger(__name__)


class Spares:
    """Keeps `settings.spares` connected clients for each bot it was told of."""

    def __init__(
        self,
        settings: SessionSettings,
        hot: HotSessions,
        make: Callable[[Bot], Session],
        workspaces: Workspaces,
        tooling: Tooling,
    ) -> None:
        self._settings = settings
        self._hot = hot
        self._make = make
        self._workspaces = workspaces
        self._tooling = tooling
        self._bots: dict[str, Bot] = {}
        self._waiting: list[Session] = []
        self._connecting: asyncio.Task[None] | None = None
        hot.give_up_spare = self._give_one_up

    def __len__(self) -> int:
        return sum(session.is_open for session in self._waiting)

    def keep(self, bots: Iterable[Bot]) -> None:
        """Keep spares of these bots, as they are now; a changed bot's old spare is closed.

        None is for a room with an override, where the bot is another one: `take` finds none.
        """
        self._bots = {bot.id: bot.in_other_rooms() for bot in bots}
        for session in list(self._waiting):
            if self._bots.get(session.bot.id) != session.bot:
                self._close(session)
        self.replenish()

    def take(self, bot: Bot) -> Session | None:
        """A connected spare of the bot, whose place it keeps; another one is connected soon."""
        for session in list(self._waiting):
            if self._is_of(session, bot) and session.is_open:
                self._waiting.remove(session)
                self.replenish()
                return session
        if not all(map(self._is_fit, self._waiting)):
            self.replenish()  # in the place of those that would never be taken
        return None

    def replenish(self) -> None:
        """Connect what is missing as soon as nothing else is going on."""
        if self._connecting is None or self._connecting.done():
            self._connecting = asyncio.create_task(self._connect_missing(), name="spares")

    async def stop(self) -> None:
        """Close every spare and connect no more. Idempotent."""
        self._bots = {}
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait({self._connecting})
        for session in list(self._waiting):
            self._close(session)
        await self._hot.settled()

    async def _connect_missing(self) -> None:
        while (bot := self._missing()) is not None:
            await self._hot.until_idle()
            if not await self._connect(bot):
                return

    def _missing(self) -> Bot | None:
        for session in [spare for spare in self._waiting if not self._is_fit(spare)]:
            self._close(session)
        for bot in self._bots.values():
            have = sum(self._is_of(session, bot) for session in self._waiting)
            if have < self._settings.spares:
                return bot
        return None

    async def _connect(self, bot: Bot) -> bool:
        """Connect one; False where there is no room, or it does not start: not now, then."""
        session = self._make(bot)
        try:
            if await self._hot.start_spare(session):
                if self._bots.get(bot.id) != bot:  # its file changed while it connected
                    self._hot.close_soon(session)
                    return True
                self._waiting.append(session)
                log.info("spare_connected", bot_id=bot.id, pid=session.pid)
                return True
        except AgentError as error:
            log.warning("spare_not_connected", bot_id=bot.id, reason=type(error).__name__)
        finally:
            if session not in self._waiting:
                self._workspaces.remove(session.folder)
        return False

    def _is_fit(self, spare: Session) -> bool:
        return spare.is_open and self._is_of(spare, spare.bot)

    def _is_of(self, spare: Session, bot: Bot) -> bool:
        """Whether it is the bot's, with what there is of tools now."""
        return spare.bot == bot and spare.tools == self._tooling.names(bot)

    def _give_one_up(self) -> bool:
        if not self._waiting:
            return False
        self._close(self._waiting[0])
        return True

    def _close(self, session: Session) -> None:
        self._waiting.remove(session)
        self._hot.close_soon(session)
        self._workspaces.remove(session.folder)
