"""Makes sessions, not started yet: for a spare, for a new conversation, or for one on record."""

import uuid
from collections.abc import Callable
from pathlib import Path

from consumer.agent.agent_client import ClientOptions, ConnectClient
from consumer.agent.events import Tier
from consumer.agent.settings import SessionSettings
from consumer.archive.archive import Archive
from consumer.archive.records import Clock, SessionRecord
from consumer.archive.workspaces import Workspaces
from consumer.sessions.session.conversation import Conversation
from consumer.sessions.session.session import Session
from consumer.tool_calls.tooling import Tooling
from shared.bots import Bot
from shared.lane import Lane


class SessionMaker:
    """Gives each session its client and its working directory.

    A session that ends without a record takes its transcript and its directory with it.
    """

    def __init__(
        self,
        settings: SessionSettings,
        archive: Archive,
        workspaces: Workspaces,
        on_change: Callable[[Session], None],
        make_client: ConnectClient,
        clock: Clock,
        tooling: Tooling,
    ) -> None:
        self._settings = settings
        self._archive = archive
        self._workspaces = workspaces
        self._on_change = on_change
        self._make_client = make_client
        self._clock = clock
        self._tooling = tooling

    def spare(self, bot: Bot) -> Session:
        """For no lane yet, in a folder that becomes the lane's."""
        return self._new(bot, self._workspaces.new_spare())

    def new(self, lane: Lane, bot: Bot) -> Session:
        """A new conversation, in the lane's own folder."""
        return self._new(bot, self._workspaces.folder(lane, None))

    async def resumed(self, record: SessionRecord, bot: Bot) -> Session:
        """The conversation on record, in its folder."""
        options = ClientOptions(
            bot=bot,
            folder=self._workspaces.folder(record.lane, record),
            session_id=record.session_id,
            resume=True,
            resume_at=record.last_entry,
        )
        counted, files = await self._archive.counted(record), self._workspaces.files_of(record)
        return self._session(options, Conversation(record, counted, files), Tier.WARM)

    def _new(self, bot: Bot, folder: Path) -> Session:
        options = ClientOptions(bot=bot, folder=folder, session_id=str(uuid.uuid4()))
        return self._session(options, Conversation(), Tier.COLD)

    def _session(self, options: ClientOptions, conversation: Conversation, tier: Tier) -> Session:
        session = Session(
            self._make_client(options),
            bot=options.bot,
            tools=self._tooling.names(options.bot),
            folder=options.folder,
            settings=self._settings,
            clock=self._clock,
            conversation=conversation,
            tier=tier,
            on_change=self._on_change,
            on_end=lambda: self._ended(session, options.session_id),
        )
        return session

    async def _ended(self, session: Session, session_id: str) -> None:
        if session.conversation.record is None:
            await self._archive.forget_unrecorded(session_id, session.lane, session.folder)
