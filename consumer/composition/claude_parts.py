"""Claude as the service's agent: its sessions, its bots' cages and files, and the start's check."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from consumer.briefing.briefed import Briefed
from consumer.cage_check.cage_check import CageCheck
from consumer.campfire.inspection import Inspection
from consumer.claude.uncaged import check_shell_tools
from consumer.composition.agent_parts import AgentParts
from consumer.foundation import Foundation
from consumer.mcp.probe import Probe
from consumer.mcp.watch import ServerWatch
from consumer.neighbours.from_settings import messages_api
from consumer.sessions import SessionManager, manager_from_settings, session_settings
from consumer.start_check.agent_memory import checked_memory
from consumer.start_check.start_check import start_check
from consumer.stories.costs import CostsTold
from consumer.tool_calls.tooling import Tooling
from consumer.toolboxes import Toolbox
from shared.between_processes.commands import Reset
from shared.bots import Bot
from shared.bots.tool_names import FILES
from shared.lane import Lane
from shared.redis.client import redis_client


@asynccontextmanager
async def claude(base: Foundation, toolboxes: Sequence[Toolbox]) -> AsyncIterator[AgentParts]:
    """Claude's parts while they live; raises ConfigurationError where a cage does not hold."""
    settings, roster = base.settings, base.roster
    async with AsyncExitStack() as stack:
        redis = redis_client(settings.redis_url)
        stack.push_async_callback(redis.aclose)
        inspection = Inspection(str(settings.campfire_url), settings.campfire_keys(roster))
        stack.push_async_callback(inspection.aclose)
        own = await checked_memory(session_settings(settings, roster))
        audit = CostsTold(base.queue.lanes.stories, base.audit)
        tooling = Tooling(toolboxes=toolboxes, audit=audit, approving=base.approvals.approvals)
        sessions = manager_from_settings(
            *(settings, own, redis, tooling),
            member=base.queue.member,
            homes=base.queue.homes,
            clock=base.queue.lanes.time.now,
        )
        await stack.enter_async_context(sessions)
        check_cage = CageCheck(own)
        await check_cage(*roster.taking_part)
        parts = _ClaudeParts(base, sessions, check_cage, Briefed(redis, base.keys))
        roster.on_change(parts.keep_spares)
        yield AgentParts(
            agent=sessions,
            stats=sessions.stats,
            commands={Reset: parts.reset},
            side_tasks={
                "bot_files": parts.watch_bot_files,
                "clean_up": sessions.keep_clean,
                "homes": sessions.departures.run,
                "mcp_servers": parts.watch_servers(own.variables).run,
                "prewarm": parts.prewarm,
                "start_check": start_check(messages_api(settings), roster, inspection).run,
            },
            close=sessions.shutdown_all,
            departures=sessions.departures,
            get_ready=parts.get_ready,
            sessions=sessions,
            opens_files=partial(_has_any_of, toolboxes, FILES),
            contact_at_start=True,
        )


class _ClaudeParts:
    """The sessions, told which bots there are."""

    def __init__(
        self, base: Foundation, sessions: SessionManager, check_cage: CageCheck, briefed: Briefed
    ) -> None:
        self._roster, self._sessions = base.roster, sessions
        self._check_cage, self._briefed = check_cage, briefed
        self._loop = asyncio.get_running_loop()
        self._bot_files = base.settings.bot_files(base.roster, self._check)

    def keep_spares(self) -> None:
        """Keep spares for the bots as they are now."""
        self._sessions.keep_spares(self._roster.taking_part)

    async def reset(self, which: Reset) -> None:
        """Forget conversations, and what their agents were told of their rooms."""
        # The mark first: a turn that begins meanwhile would be told the old talk.
        await self._briefed.reset(which)
        await self._sessions.reset(which)

    async def prewarm(self) -> None:
        """Resume the latest conversations; then idle, as no part of the service may end."""
        await self._sessions.prewarm(self._bots())
        await asyncio.Event().wait()

    async def get_ready(self, lanes: Sequence[Lane]) -> None:
        """Get these lanes' conversations ready: they come next."""
        await self._sessions.get_ready(lanes, self._bots())

    def watch_servers(self, variables: Mapping[str, str]) -> ServerWatch:
        """The part that looks at the bots' servers over HTTP."""
        return ServerWatch(
            lambda: self._roster.taking_part, self._sessions.servers, Probe(variables)
        )

    async def watch_bot_files(self) -> None:
        """Take in bot files as they change; never returns."""
        self.keep_spares()
        await self._bot_files.watch()

    def _bots(self) -> dict[str, Bot]:
        return {bot.id: bot for bot in self._roster.taking_part}

    def _check(self, bot: Bot) -> None:
        """Of a bot whose file changed; called in a thread beside the loop."""
        check_shell_tools(bot)
        asyncio.run_coroutine_threadsafe(self._check_cage(bot), self._loop).result()


def _has_any_of(toolboxes: Sequence[Toolbox], name: str, bot: Bot) -> bool:
    return any(box.name == name and bool(box.tools(bot)) for box in toolboxes)
