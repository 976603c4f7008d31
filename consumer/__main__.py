"""`python -m consumer`: the worker process, and its composition root."""

import asyncio
import json
import signal
import time
from contextlib import AsyncExitStack
from datetime import datetime

import structlog
from redis.asyncio import ConnectionPool

from consumer.campfire.room import Campfire
from consumer.queue.heartbeat import Heart
from consumer.queue.lanes import Lanes
from consumer.queue.lease import Lease
from consumer.queue.wakeup import WakeUp
from consumer.queue.worker import LaneWorker
from consumer.service import Service
from consumer.sessions.environment import check_shell_tools, forget_secrets
from consumer.sessions.session_manager import SessionManager
from consumer.sessions.settings import SessionSettings
from consumer.settings import ConsumerSettings
from consumer.stats_board import StatsBoard
from consumer.turn.delivery import Delivery
from consumer.turn.pipeline import Pipeline
from shared.bots import Bot
from shared.keys import Keys
from shared.logs import configure_logs
from shared.process import exit_on_bad_configuration
from shared.redis_client import redis_client
from shared.settings import load_settings

log = structlog.get_logger()


def main() -> None:
    """Run until SIGTERM or SIGINT; raises ConfigurationError before anything starts."""
    settings = load_settings(ConsumerSettings)
    bots = settings.bots()
    check_shell_tools((bot.id, bot.tools) for bot in bots.values())
    forget_secrets()
    configure_logs(settings.log_format, settings.log_level, process="worker")
    asyncio.run(consume(settings, bots))


async def consume(settings: ConsumerSettings, bots: dict[str, Bot]) -> None:
    """Build the parts, run them until stopped, and take them down in the opposite order."""
    keys = Keys(settings.redis_prefix)
    lease_ms = round(settings.lease_seconds * 1000)
    async with AsyncExitStack() as stack:
        # BLPOP holds a connection for seconds: its client needs a longer patience than 2 s.
        redis = redis_client(settings.redis_url, max_connections=64, socket_timeout_s=10)
        stack.push_async_callback(redis.aclose)
        sessions = await stack.enter_async_context(SessionManager(session_settings(settings)))
        campfire = await stack.enter_async_context(Campfire(str(settings.campfire_url)))
        lock_file = settings.data_dir / f"consumer-{settings.redis_prefix}.lock"
        lease = Lease(redis, keys, lease_ms=lease_ms, lock_file=lock_file)
        lanes = Lanes(redis, keys, lease.me, lease_ms=lease_ms)
        wakeup = WakeUp(redis, keys)
        delivery = Delivery(campfire, lanes, bot_keys(settings, bots))
        board = StatsBoard(redis, keys, sessions.stats)
        pipeline = Pipeline(
            lanes,
            sessions,
            delivery,
            bots,
            now=lambda: datetime.now().astimezone(),
            on_turn_end=board.changed,
        )
        pool = ConnectionPool.from_url(settings.redis_url)
        worker = LaneWorker(
            pool, keys, lanes, wakeup, pipeline.answer, max_turns=settings.max_turns_at_once
        )
        stack.push_async_callback(worker.pool.aclose, close_connection_pool=True)
        heart = Heart(
            settings.redis_url,
            keys,
            lease.me,
            lease_ms=lease_ms,
            stuck_after_s=settings.stuck_after_seconds,
            state=lambda: json.dumps({"at": time.time(), "running": worker.busy}),
        )
        grace = settings.shutdown_grace_seconds
        service = Service(lease, heart, lanes, wakeup, worker, grace_s=grace, board=board)
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(signal_number, service.stop)
        await service.run()


def session_settings(settings: ConsumerSettings) -> SessionSettings:
    """The session manager's part of the settings."""
    base_url = settings.anthropic_base_url
    return SessionSettings(
        data_dir=settings.data_dir,
        api_key=settings.anthropic_api_key.get_secret_value(),
        base_url=str(base_url) if base_url else None,
        ttl_hours=settings.session_ttl_hours,
        turn_timeout=settings.turn_timeout_seconds,
        max_turns=settings.max_turns,
    )


def bot_keys(settings: ConsumerSettings, bots: dict[str, Bot]) -> dict[str, str]:
    """The Campfire keys of the bots that take part, by bot id."""
    return {bot.id: key for bot in bots.values() if (key := settings.key_of(bot))}


if __name__ == "__main__":
    exit_on_bad_configuration(main)
