"""The consumer's composition root: builds the parts from the settings and wires them."""

import asyncio
import json
import signal
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from redis.asyncio import ConnectionPool, Redis
from redis.exceptions import RedisError

from consumer.bot_files import BotFiles
from consumer.campfire.client import Campfire
from consumer.catch_up.catch_up import CatchUp
from consumer.catch_up.known_rooms import KnownRooms
from consumer.control_words.control_words import ControlWords
from consumer.control_words.sessions import NoSessions, Sessions
from consumer.live.broadcast import Broadcast
from consumer.progress.first_sight import FirstSight
from consumer.progress.showing import Rule, Showing
from consumer.queue.cancelling import Cancelling
from consumer.queue.control import Control, Words
from consumer.queue.heartbeat import Heart
from consumer.queue.lanes import Lanes
from consumer.queue.lease import Lease
from consumer.queue.lock_file import LockFile
from consumer.queue.next_up import Expect, NextUp, nothing_ahead
from consumer.queue.outages import outlive_outages
from consumer.queue.repairs import Repairs
from consumer.queue.waiting import WaitingRoom
from consumer.queue.wakeup import WakeUp
from consumer.queue.worker import LaneWorker
from consumer.service import Service
from consumer.sessions.opening import session_manager
from consumer.settings import ConsumerSettings
from consumer.stats_board import StatsBoard
from consumer.turn.agent import Agent
from consumer.turn.briefing import Briefing
from consumer.turn.collecting import Collecting
from consumer.turn.delivery import Delivery
from consumer.turn.foreign_bots import ForeignBots
from consumer.turn.notices import Notices
from consumer.turn.outbox import Bounds, Outbox
from consumer.turn.outgoing import Outgoing
from consumer.turn.pipeline import Pipeline
from consumer.turn.told import Told
from consumer.turn.turns import Turns
from shared.acceptance.queue import RedisQueue
from shared.bots import Bot
from shared.keys import Keys
from shared.lane import Lane
from shared.redis_client import redis_client

Parts = Mapping[str, Callable[[], Coroutine[Any, Any, None]]]
"""What runs beside the queue's own parts, by name."""


async def consume(settings: ConsumerSettings, bots: dict[str, Bot]) -> None:
    """Run the service with Claude as its agent."""
    async with AsyncExitStack() as stack:
        redis = redis_client(settings.redis_url)
        stack.push_async_callback(redis.aclose)
        keys = bot_keys(settings, bots)
        sessions = session_manager(settings, bots, redis)
        await stack.enter_async_context(sessions)

        def keep_spares() -> None:
            sessions.keep_spares(bots[bot_id] for bot_id in keys)

        async def reset(which: Mapping[str, Any]) -> None:
            # The mark first: a turn that begins meanwhile would be told the old talk.
            await Told(redis, Keys(settings.redis_prefix)).reset(which)
            await sessions.reset(which)

        async def prewarm() -> None:
            await sessions.prewarm({bot_id: bots[bot_id] for bot_id in keys})
            await asyncio.Event().wait()  # a part that ends would end the consumer

        async def expect(lanes: Sequence[Lane]) -> None:
            await sessions.expect(lanes, {bot_id: bots[bot_id] for bot_id in keys})

        bot_files = BotFiles(settings.bots_dir, bots, keep_spares)
        await serve(
            settings,
            bots,
            sessions,
            sessions.stats,
            words={"reset": reset},
            parts={"bot_files": bot_files.watch, "prewarm": prewarm},
            expect=expect,
            sessions=sessions,
        )


async def serve(
    settings: ConsumerSettings,
    bots: dict[str, Bot],
    agent: Agent,
    stats: Callable[[], dict[str, Any]],
    *,
    words: Words = MappingProxyType({}),
    parts: Parts = MappingProxyType({}),
    expect: Expect = nothing_ahead,
    sessions: Sessions | None = None,
) -> None:
    """Build the parts around an agent, run them until stopped, take them down in reverse.

    `words` are the agent's control words; its `parts` run while this consumer owns the queue;
    `expect` is told whose message waits for a slot; `sessions` are what control words ask of.
    """
    async with AsyncExitStack() as stack:
        # BLPOP holds a connection for seconds: its client needs a longer patience than 2 s.
        redis = redis_client(settings.redis_url, max_connections=64, socket_timeout_s=10)
        stack.push_async_callback(redis.aclose)
        campfire = await stack.enter_async_context(Campfire(str(settings.campfire_url)))
        service, worker = assemble(
            settings,
            bots,
            agent,
            stats,
            redis,
            campfire,
            words=words,
            parts=parts,
            expect=expect,
            sessions=sessions,
        )
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
    *,
    words: Words = MappingProxyType({}),
    parts: Parts = MappingProxyType({}),
    expect: Expect = nothing_ahead,
    sessions: Sessions | None = None,
) -> tuple[Service, LaneWorker]:
    """Wire the parts; nothing is connected or started yet."""
    keys, lease_ms = Keys(settings.redis_prefix), round(settings.lease_seconds * 1000)
    lock_file = LockFile(settings.data_dir / f"consumer-{settings.redis_prefix}.lock")
    lease = Lease(redis, keys, lease_ms=lease_ms, lock_file=lock_file)
    live = Broadcast(redis, keys, lease.me)
    lanes = Lanes(redis, keys, lease.me, lease_ms=lease_ms)
    repairs, wakeup = Repairs(redis, keys, lease.me), WakeUp(redis, keys)
    cancelling = Cancelling(lanes)
    language, key_by_bot = settings.words, bot_keys(settings, bots)
    outgoing, bounds = Outgoing(settings.data_dir / "outgoing"), outbox_bounds(settings)
    delivery = Delivery(campfire, lanes, key_by_bot, live, language, outgoing, bounds)
    outbox = Outbox(outgoing, bounds)
    board = StatsBoard(redis, keys, stats)
    rule = Rule(progress=settings.progress, rooms=settings.progress_rooms or {})
    showing = Showing(campfire, lanes, bots, key_by_bot, rule, language)
    first_sight = FirstSight(campfire, lanes, key_by_bot, showing.wants)
    lanes.on_settled(live.settled, first_sight.settled)
    told, foreign_bots = Told(redis, keys), ForeignBots(redis, keys)
    briefing = Briefing(campfire, lanes, told, foreign_bots, bots, key_by_bot)
    pipeline = Pipeline(
        lanes,
        Turns(
            agent,
            bots,
            cancelling,
            briefing,
            language,
            outbox,
            now=_local_time,
            on_turn_end=board.changed,
        ),
        ControlWords(lanes, cancelling, sessions or NoSessions(), bots, language, now=_local_time),
        delivery,
        Collecting(lanes, WaitingRoom(redis, keys), bots, settings.busy),
        showing,
        live,
        language,
        max_age_s=settings.message_max_age_minutes * 60,
        now=_local_time,
    )
    pool, most = ConnectionPool.from_url(settings.redis_url), settings.max_turns_at_once
    answer = cancelling.watched(pipeline.answer)
    worker = LaneWorker(pool, keys, lanes, repairs, wakeup, answer, max_turns=most)
    next_up = NextUp(redis, keys, worker.full, expect, most=most)
    notices = Notices(
        WaitingRoom(redis, keys),
        delivery.say,
        lambda: worker.busy,
        language,
        see=first_sight.note,
    )
    catch_up = catching_up(settings, bots, redis, campfire)
    looking: Parts = {"catch_up": catch_up.run} if settings.catch_up == "on" else {}
    own_words: Words = {"cancel": cancelling.cancel, "catch_up": catch_up.ask}
    control = Control(redis, keys, {**own_words, **words})
    service = Service(
        lease,
        heart(settings, lease.me, worker),
        repairs,
        wakeup,
        worker,
        grace_s=settings.shutdown_grace_seconds,
        more={
            "board": board.run,
            "control": control.listen,
            "first_sight": first_sight.run,
            "live": live.run,
            "notices": notices.run,
            "next_up": next_up.run,
            "outgoing": partial(tidy, outgoing, redis, keys),
            **looking,
            **parts,
        },
    )
    return service, worker


def catching_up(
    settings: ConsumerSettings, bots: dict[str, Bot], redis: Redis, campfire: Campfire
) -> CatchUp:
    """What looks for messages that never reached us; woken by trouble with Campfire too."""
    keys = Keys(settings.redis_prefix)
    catch_up = CatchUp(
        campfire,
        KnownRooms(redis, keys),
        RedisQueue(redis, keys),
        bots,
        bot_keys(settings, bots),
        max_age_s=settings.message_max_age_minutes * 60,
    )
    campfire.on_trouble(catch_up.troubled)
    return catch_up


def heart(settings: ConsumerSettings, me: str, worker: LaneWorker) -> Heart:
    """The heart of the consumer `me`; its sign of life tells how many turns run."""
    return Heart(
        settings.redis_url,
        Keys(settings.redis_prefix),
        me,
        lease_ms=round(settings.lease_seconds * 1000),
        stuck_after_s=settings.stuck_after_seconds,
        state=lambda: json.dumps({"at": time.time(), "running": worker.busy}),
    )


def bot_keys(settings: ConsumerSettings, bots: dict[str, Bot]) -> dict[str, str]:
    """The Campfire keys of the bots that take part, by bot id."""
    return {bot.id: key for bot in bots.values() if (key := settings.key_of(bot))}


def outbox_bounds(settings: ConsumerSettings) -> Bounds:
    """What one answer may bring of files."""
    return Bounds(
        files=settings.outbox_max_files,
        size=round(settings.outbox_file_mb * 1e6),
        total=round(settings.outbox_total_mb * 1e6),
    )


async def tidy(outgoing: Outgoing, redis: Redis, keys: Keys) -> None:
    """Drop the files of messages that are no more; never returns, as every part."""
    async for attempt in outlive_outages("outgoing"):
        with attempt:
            await outgoing.tidy(keys.prefix, lambda job: redis.exists(keys.message(job)))
    await asyncio.Event().wait()


def _local_time() -> datetime:
    return datetime.now().astimezone()
