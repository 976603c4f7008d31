"""The consumer's composition root: builds the parts from the settings and wires them."""

import asyncio
import json
import signal
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from typing import Any

from redis.asyncio import ConnectionPool, Redis
from redis.exceptions import RedisError

from consumer.campfire.room import Campfire
from consumer.queue.cancelling import Cancelling
from consumer.queue.control import Control
from consumer.queue.heartbeat import Heart
from consumer.queue.lanes import Lanes
from consumer.queue.lease import Lease
from consumer.queue.lock_file import LockFile
from consumer.queue.repairs import Repairs
from consumer.queue.waiting import WaitingRoom
from consumer.queue.wakeup import WakeUp
from consumer.queue.worker import LaneWorker
from consumer.service import Service
from consumer.sessions.session_manager import SessionManager
from consumer.sessions.settings import SessionSettings
from consumer.settings import ConsumerSettings
from consumer.stats_board import StatsBoard
from consumer.turn.agent import Agent
from consumer.turn.delivery import Delivery
from consumer.turn.notices import Notices
from consumer.turn.pipeline import Pipeline
from shared.bots import Bot
from shared.keys import Keys
from shared.redis_client import redis_client


async def consume(settings: ConsumerSettings, bots: dict[str, Bot]) -> None:
    """Run the service with Claude as its agent."""
    async with SessionManager(session_settings(settings)) as sessions:
        await serve(settings, bots, sessions, sessions.stats)


async def serve(
    settings: ConsumerSettings,
    bots: dict[str, Bot],
    agent: Agent,
    stats: Callable[[], dict[str, Any]],
) -> None:
    """Build the parts around an agent, run them until stopped, take them down in reverse."""
    async with AsyncExitStack() as stack:
        # BLPOP holds a connection for seconds: its client needs a longer patience than 2 s.
        redis = redis_client(settings.redis_url, max_connections=64, socket_timeout_s=10)
        stack.push_async_callback(redis.aclose)
        campfire = await stack.enter_async_context(Campfire(str(settings.campfire_url)))
        service, worker = assemble(settings, bots, agent, stats, redis, campfire)
        stack.push_async_callback(worker.pool.aclose, close_connection_pool=True)
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(signal_number, service.stop)
        await service.run()
        # This consumer's sessions are gone; its successor writes its own.
        with suppress(RedisError):  # or they lapse by themselves
            await StatsBoard(redis, Keys(settings.redis_prefix), stats).clear()


def assemble(
    settings: ConsumerSettings,
    bots: dict[str, Bot],
    agent: Agent,
    stats: Callable[[], dict[str, Any]],
    redis: Redis,
    campfire: Campfire,
) -> tuple[Service, LaneWorker]:
    """Wire the parts; nothing is connected or started yet."""
    keys, url = Keys(settings.redis_prefix), settings.redis_url
    lease_ms = round(settings.lease_seconds * 1000)
    lock_file = settings.data_dir / f"consumer-{settings.redis_prefix}.lock"
    lease = Lease(redis, keys, lease_ms=lease_ms, lock_file=LockFile(lock_file))
    lanes = Lanes(redis, keys, lease.me, lease_ms=lease_ms)
    repairs = Repairs(redis, keys, lease.me)
    board = StatsBoard(redis, keys, stats)
    wakeup = WakeUp(redis, keys)
    cancelling = Cancelling(lanes)
    delivery = Delivery(campfire, lanes, bot_keys(settings, bots))
    pipeline = Pipeline(
        lanes,
        agent,
        delivery,
        bots,
        cancelling,
        max_age_s=settings.message_max_age_minutes * 60,
        now=lambda: datetime.now().astimezone(),
        on_turn_end=board.changed,
    )
    worker = LaneWorker(
        ConnectionPool.from_url(url),
        keys,
        lanes,
        repairs,
        wakeup,
        pipeline.answer,
        max_turns=settings.max_turns_at_once,
    )
    heart = Heart(
        url,
        keys,
        lease.me,
        lease_ms=lease_ms,
        stuck_after_s=settings.stuck_after_seconds,
        state=lambda: json.dumps({"at": time.time(), "running": worker.busy}),
    )
    notices = Notices(WaitingRoom(redis, keys), delivery.say, lambda: worker.busy)
    control = Control(redis, keys, cancelling.cancel)
    service = Service(
        lease,
        heart,
        repairs,
        wakeup,
        worker,
        grace_s=settings.shutdown_grace_seconds,
        more={"board": board.run, "control": control.listen, "notices": notices.run},
    )
    return service, worker


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
