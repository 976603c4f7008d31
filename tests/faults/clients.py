"""The real sessions over scripted clients, for runs in which several consumers share the lanes.

A client takes a moment to start and to end, as the CLI does, and says both: so that of each
conversation is known who had it open, and when.
"""

import asyncio
import os
import re
import signal
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count

import structlog

from consumer.agent.agent_client import (
    AgentMessage,
    BeforeTool,
    ClientOptions,
    Ended,
    Said,
    at_once,
)
from consumer.agent.events import TextDelta
from consumer.composition.agent_parts import AgentParts
from consumer.foundation import Foundation
from consumer.sessions import SessionManager, session_settings
from consumer.toolboxes import Asking, Toolbox
from shared.between_processes.commands import Reset
from shared.lane import Lane
from shared.redis.client import redis_client
from tests.faults.records import ToldRecords

STARTS_S = ENDS_S = 0.1
ORDER = re.compile(r"say-(?P<id>\d+)(?: slow=(?P<seconds>[\d.]+))?(?: stops=(?P<member>\w+))?")

log = structlog.get_logger()
_numbers = count(1)


class ScriptedClient:
    """Answers `answer to <id>`, after the seconds of a `slow`; see consumer.agent.AgentClient.

    `stops`: the process of the member of this name stands still (SIGSTOP) when it has the answer,
    and before anything of it is on record.
    """

    def __init__(self, options: ClientOptions) -> None:
        self._options = options
        self._number = next(_numbers)
        self._is_open = False
        self._turns = 0
        self._interrupted = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """It has no process."""
        return None

    async def connect(self) -> None:
        """Resumes whatever it is told to."""
        self._is_open = True
        self._tell("client_opened")
        await asyncio.sleep(STARTS_S)

    async def ask(
        self, prompt: str, before_tool: BeforeTool = at_once, asking: Asking | None = None
    ) -> AsyncIterator[AgentMessage]:
        """Obey the last order in the prompt."""
        del before_tool, asking
        order = list(ORDER.finditer(prompt))[-1]
        if await self._is_interrupted_within(float(order["seconds"] or 0)):
            yield Ended(session_id=self._session, is_error=True, subtype="error_during_execution")
            return
        self._turns += 1
        text, entry = f"answer to {order['id']}.", str(uuid.uuid4())
        yield TextDelta(text)
        yield Said(text=text, message_id=entry, entry=entry)
        if order["member"] and order["member"] == os.environ.get("MEMBER"):
            os.kill(os.getpid(), signal.SIGSTOP)
        yield Ended(session_id=self._session, result=text, total_cost=0.01 * self._turns)

    async def interrupt(self) -> None:
        """Its turn ends at once."""
        self._interrupted.set()

    async def close(self) -> None:
        """It is open until this returns."""
        if self._is_open:
            await asyncio.sleep(ENDS_S)
            self._tell("client_closed")
            self._is_open = False

    async def _is_interrupted_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._interrupted.wait()
        except TimeoutError:
            return False
        self._interrupted.clear()
        return True

    def _tell(self, event: str) -> None:
        log.info(event, session=self._session, client=self._number)

    @property
    def _session(self) -> str:
        return self._options.session_id


@asynccontextmanager
async def scripted(base: Foundation, toolboxes: Sequence[Toolbox]) -> AsyncIterator[AgentParts]:
    """In the place of consumer.composition.claude_parts.claude."""
    del toolboxes
    own, member = session_settings(base.settings, base.roster), base.queue.member
    redis = redis_client(base.settings.redis_url)
    sessions = SessionManager(
        own,
        records=ToldRecords(redis, base.keys, own.ttl.for_lane, member.me),
        make_client=ScriptedClient,
        member=member.name,
        homes=base.queue.homes,
        is_first=lambda: member.is_first,
    )
    bots = {bot.id: bot for bot in base.roster.taking_part}

    async def prewarm() -> None:
        await sessions.prewarm(bots)
        await asyncio.Event().wait()

    async def get_ready(lanes: Sequence[Lane]) -> None:
        await sessions.get_ready(lanes, bots)

    try:
        async with sessions:
            yield AgentParts(
                agent=sessions,
                stats=sessions.stats,
                commands={Reset: sessions.reset},
                side_tasks={
                    "clean_up": sessions.keep_clean,
                    "homes": sessions.departures.run,
                    "prewarm": prewarm,
                },
                close=sessions.shutdown_all,
                departures=sessions.departures,
                get_ready=get_ready,
                sessions=sessions,
            )
    finally:
        await redis.aclose()


def are_wanted() -> bool:
    """Whether this process is told to have real sessions."""
    return "FAULT_SESSIONS" in os.environ
