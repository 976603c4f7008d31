"""One stand-in Campfire, put together: database, chat, jobs, bot API, logs, faults."""

import sqlite3
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.campfire.bot_api.answers import Mode
from sandbox.campfire.bot_api.call_log import BotCallLog
from sandbox.campfire.bot_api.faults import Faults
from sandbox.campfire.bot_api.routes import BotApi
from sandbox.campfire.chat.chat import Chat, Clock, utc_now
from sandbox.campfire.chat.events import EventHub
from sandbox.campfire.chat.jobs import Jobs
from sandbox.campfire.chat.posting import Posting
from sandbox.campfire.chat.push_log import PushLog
from sandbox.campfire.stored.database import open_database
from sandbox.campfire.stored.seed import BotSeed, seed
from sandbox.campfire.webhooks.delivery_log import DeliveryLog
from sandbox.campfire.webhooks.sender import TIMEOUT_SECONDS, WebhookSender


class Campfire:
    """Use as an async context manager; `database_path` None keeps everything in memory.

    Raises `SeedConflict` when a bot's id is a person's; `sqlite3.Error` for an unusable file.
    """

    def __init__(
        self,
        bots: Sequence[BotSeed] = (),
        *,
        database_path: Path | None = None,
        mode: Mode = "main",
        webhook_timeout: float = TIMEOUT_SECONDS,
        clock: Clock = utc_now,
    ) -> None:
        self._database: sqlite3.Connection = open_database(database_path)
        self.hub = EventHub()
        self.chat = Chat(self._database, self.hub, clock)
        try:
            seed(self.chat.people, self.chat.rooms, bots)
        except BaseException:
            self._database.close()
            raise
        self.jobs = Jobs()
        self.pushes = PushLog()
        self.posting = Posting(self.chat, self.jobs, self.pushes)
        self.deliveries = DeliveryLog(clock)
        self.webhooks = WebhookSender(
            self.chat, self.posting, self.jobs, self.deliveries, webhook_timeout
        )
        self.calls = BotCallLog(clock)
        self.faults = Faults()
        self.bot_api = BotApi(self.chat, self.posting, self.webhooks, self.calls, self.faults, mode)
        self._lifetime = AsyncExitStack()

    async def settled(self) -> None:
        """Wait until every background job has ended."""
        await self.jobs.settled()

    async def __aenter__(self) -> Self:
        await self._lifetime.enter_async_context(self.jobs)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.hub.close()
        await self._lifetime.aclose()
        self._database.close()
