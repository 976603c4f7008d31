"""Runs the consumer: with Claude as its agent, or with any other."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from redis.exceptions import RedisError

from consumer.approvals.approvals import Approvals
from consumer.campfire.client import Campfire
from consumer.campfire_tools.from_settings import RoomParts, campfire_toolbox, room_from_settings
from consumer.composition.agent_parts import AgentParts
from consumer.composition.claude_parts import claude
from consumer.composition.consumer import Consumer
from consumer.foundation import Foundation, foundation
from consumer.knowledge.toolbox import Knowledge
from consumer.metrics.from_settings import metrics_from_settings
from consumer.posted_files.from_settings import files_from_settings
from consumer.settings import ConsumerSettings
from consumer.toolboxes import Toolbox
from consumer.web.toolbox import WebToolbox
from shared.bots import Roster
from shared.redis.client import redis_client
from shared.startup.process import begun

OFFERS_S = 2.0
"""How long the start waits for Campfire's word on what it offers."""


def toolboxes(base: Foundation, room: RoomParts) -> Sequence[Toolbox]:
    """The tools of our own that a bot's file may grant: each toolbox is one line here."""
    return (
        campfire_toolbox(base, room),
        Knowledge(base.knowledge.index_of, base.knowledge.to_do_of),
        WebToolbox(),
        files_from_settings(base.settings, base.roster),
    )


async def consume(settings: ConsumerSettings, roster: Roster) -> None:
    """Run the service with Claude as its agent, until SIGTERM or SIGINT."""
    async with _neighbours(settings, roster) as base:
        with suppress(TimeoutError):  # agents are offered what Campfire can, as far as it says
            async with asyncio.timeout(OFFERS_S):
                await base.campfire.probe()
        room = room_from_settings(base)
        async with claude(base, toolboxes(base, room)) as agent:
            await _run(settings, Consumer(base, room, agent))


async def serve(
    settings: ConsumerSettings,
    roster: Roster,
    agent: AgentParts,
    *,
    hand_out: Callable[[Sequence[Toolbox], Approvals], None] = lambda _, __: None,
) -> None:
    """Run the service with any agent, until SIGTERM or SIGINT; `hand_out` gives it its tools, and
    whom it asks before it uses some."""
    async with _neighbours(settings, roster) as base:
        room = room_from_settings(base)
        hand_out(toolboxes(base, room), base.approvals.approvals)
        await _run(settings, Consumer(base, room, agent))


@asynccontextmanager
async def _neighbours(settings: ConsumerSettings, roster: Roster) -> AsyncIterator[Foundation]:
    # BLPOP holds a connection for seconds: its client needs a longer patience than 2 s.
    redis = redis_client(settings.redis_url, max_connections=64, socket_timeout_s=10)
    try:
        async with Campfire(
            str(settings.campfire_url), keys=settings.campfire_keys(roster)
        ) as campfire:
            yield foundation(settings, roster, redis, campfire)
    finally:
        await redis.aclose()


async def _run(settings: ConsumerSettings, consumer: Consumer) -> None:
    """Until stopped."""
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, consumer.service.stop)
    begun()
    with metrics_from_settings(settings, consumer.metrics()):
        await consumer.service.run()
    # This consumer's sessions are gone; its successor writes its own.
    with suppress(RedisError):  # or they lapse by themselves
        await consumer.board.clear()
