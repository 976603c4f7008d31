"""The consumer's composition root: builds the parts from the settings and wires them."""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress

from redis.exceptions import RedisError

from consumer.assembly import Assembly, Wanted
from consumer.briefing.briefed import Briefed
from consumer.cage_check.cage_check import CageCheck
from consumer.campfire.client import Campfire
from consumer.campfire.inspection import Inspection
from consumer.sessions import check_shell_tools, manager_from_settings, session_settings
from consumer.settings import ConsumerSettings
from consumer.start_check.start_check import start_check
from consumer.stats_board import StatsBoard
from shared.bots import Bot, Roster
from shared.bots.watching import BotFiles
from shared.exchange.commands import Reset
from shared.keys import Keys
from shared.lane import Lane
from shared.redis.client import redis_client


async def consume(settings: ConsumerSettings, roster: Roster) -> None:
    """Run the service with Claude as its agent."""
    async with AsyncExitStack() as stack:
        redis = redis_client(settings.redis_url)
        stack.push_async_callback(redis.aclose)
        inspection = Inspection(str(settings.campfire_url), settings.campfire_keys(roster))
        stack.push_async_callback(inspection.aclose)
        sessions = manager_from_settings(settings, roster, redis)
        await stack.enter_async_context(sessions)
        check_cage = CageCheck(session_settings(settings, roster))
        await check_cage(*roster.taking_part)
        loop = asyncio.get_running_loop()

        def check(bot: Bot) -> None:
            """Of a bot whose file changed; called in a thread beside the loop."""
            check_shell_tools(bot)
            asyncio.run_coroutine_threadsafe(check_cage(bot), loop).result()

        def keep_spares() -> None:
            sessions.keep_spares(roster.taking_part)

        async def reset(which: Reset) -> None:
            # The mark first: a turn that begins meanwhile would be told the old talk.
            await Briefed(redis, Keys(settings.redis_prefix)).reset(which)
            await sessions.reset(which)

        async def prewarm() -> None:
            await sessions.prewarm({bot.id: bot for bot in roster.taking_part})
            await asyncio.Event().wait()  # a part that ends would end the consumer

        async def expect(lanes: Sequence[Lane]) -> None:
            await sessions.expect(lanes, {bot.id: bot for bot in roster.taking_part})

        bot_files = BotFiles(
            settings.bots_dir, roster, check=check, variables=settings.known_variables
        )
        roster.on_change(keep_spares)

        async def watch_bot_files() -> None:
            keep_spares()
            await bot_files.watch()

        wanted = Wanted(
            agent=sessions,
            stats=sessions.stats,
            commands={Reset: reset},
            side_tasks={
                "bot_files": watch_bot_files,
                "clean_up": sessions.keep_clean,
                "prewarm": prewarm,
                "start_check": start_check(settings, roster, inspection).run,
            },
            close=sessions.shutdown_all,
            expect=expect,
            sessions=sessions,
            contact_at_start=True,
        )
        await serve(settings, roster, wanted)


async def serve(settings: ConsumerSettings, roster: Roster, wanted: Wanted) -> None:
    """Build the parts around an agent, run them until stopped, take them down in reverse."""
    async with AsyncExitStack() as stack:
        # BLPOP holds a connection for seconds: its client needs a longer patience than 2 s.
        redis = redis_client(settings.redis_url, max_connections=64, socket_timeout_s=10)
        stack.push_async_callback(redis.aclose)
        campfire = Campfire(str(settings.campfire_url), keys=settings.campfire_keys(roster))
        await stack.enter_async_context(campfire)
        built = Assembly(settings, roster, wanted, redis, campfire)
        stack.push_async_callback(built.worker.pool.aclose, close_connection_pool=True)
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(signal_number, built.service.stop)
        await built.service.run()
        # This consumer's sessions are gone; its successor writes its own.
        with suppress(RedisError):  # or they lapse by themselves
            await StatsBoard(redis, Keys(settings.redis_prefix), wanted.stats).clear()
