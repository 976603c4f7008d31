"""Wires the consumer's parts around an agent; nothing is connected or started yet."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from redis.asyncio import ConnectionPool, Redis

from consumer.addressing.addressing import Addressing
from consumer.addressing.between import Between
from consumer.briefing.briefed import Briefed
from consumer.briefing.briefing import Briefing
from consumer.briefing.foreign_bots import ForeignBots
from consumer.campfire.client import Campfire
from consumer.commands import Acts, Commands
from consumer.contacts.contacts import Contacts
from consumer.contacts.keys import BotKeys
from consumer.control_words.control_words import ControlWords
from consumer.control_words.sessions import NoSessions, Sessions
from consumer.delivery.delivery import Delivery
from consumer.from_settings import (
    answered,
    catching_up,
    heart,
    model_contact,
    outbox_bounds,
)
from consumer.live.broadcast import Broadcast
from consumer.local_time import local_zone
from consumer.mentions.book import MentionBook
from consumer.outbox.outbox import Outbox
from consumer.outbox.outgoing import Outgoing
from consumer.progress.boost_ids import BoostIds
from consumer.progress.left_signs import LeftSigns
from consumer.progress.notices import Notices
from consumer.progress.showing import Rule, Showing
from consumer.progress.waiting_signs import WaitingSigns
from consumer.queue.aborts import Aborts
from consumer.queue.cancelling import Cancelling
from consumer.queue.lanes import Lanes
from consumer.queue.next_up import Expect, NextUp, nothing_ahead
from consumer.queue.ownership.lease import Lease
from consumer.queue.ownership.lock_file import LockFile
from consumer.queue.repairs import Repairs
from consumer.queue.waiting import WaitingRoom
from consumer.queue.wakeup import WakeUp
from consumer.queue.worker import LaneWorker
from consumer.service import Service, nothing_to_close
from consumer.settings import ConsumerSettings
from consumer.stats_board import StatsBoard
from consumer.turn.agent import Agent
from consumer.turn.collecting import Collecting
from consumer.turn.pipeline import Pipeline
from consumer.turn.skipping import Skipping
from consumer.turn.turns import Turns
from consumer.upgrade.upgrade import Upgrade
from shared.bots import Roster
from shared.exchange.commands import Cancel, CatchUp
from shared.exchange.heartbeat import Heartbeat
from shared.exchange.service_status import ServiceStatus
from shared.keys import Keys
from shared.redis.outages import outlive_outages

SideTasks = Mapping[str, Callable[[], Coroutine[Any, Any, None]]]
"""What runs beside the queue's own parts, by name."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The agent, and what else the service does for it."""

    agent: Agent
    stats: Callable[[], ServiceStatus]
    commands: Acts = field(default_factory=lambda: MappingProxyType({}))
    """Those that it carries out, beside the service's own."""
    side_tasks: SideTasks = field(default_factory=lambda: MappingProxyType({}))
    """They run while this consumer owns the queue."""
    close: Callable[[], Awaitable[None]] = nothing_to_close
    """Lets go of what is held of the lanes, before another consumer may take them."""
    expect: Expect = nothing_ahead
    """Told whose message waits for a slot."""
    sessions: Sessions = field(default_factory=NoSessions)
    """What typed control words ask of."""
    contact_at_start: bool = False
    """Whether Campfire and the model are asked at once whether they answer, for `/ready`."""


class Assembly:
    """The parts by what they do; each builds on those above it."""

    def __init__(
        self,
        settings: ConsumerSettings,
        roster: Roster,
        wanted: Wanted,
        redis: Redis,
        campfire: Campfire,
    ) -> None:
        self._settings, self._roster, self._wanted = settings, roster, wanted
        self._redis, self._campfire = redis, campfire
        self._keys = Keys(settings.redis_prefix)
        self._sentences = settings.sentences
        self._now = partial(datetime.now, local_zone(settings.tz))
        self._model = model_contact(settings, wanted.agent, roster)
        self._contacts = Contacts(
            {"campfire": campfire, "model": self._model},
            ask_at_start=wanted.contact_at_start,
        )
        self._queue()
        self._shut_out = BotKeys(
            campfire,
            ask_at_start=wanted.contact_at_start,
            on_change=self._board.changed,
        )
        self._room()
        self.pipeline = self._pipeline()
        self.worker = self._worker()
        self.service = self._service()

    def _queue(self) -> None:
        settings, redis, keys = self._settings, self._redis, self._keys
        lease_ms = round(settings.lease_seconds * 1000)
        lock_file = LockFile(settings.data_dir / f"consumer-{settings.redis_prefix}.lock")
        self._lease = Lease(redis, keys, lease_ms=lease_ms, lock_file=lock_file)
        me = self._lease.me
        self._lanes = Lanes(redis, keys, me, lease_ms=lease_ms)
        self._repairs, self._wakeup = Repairs(redis, keys, me), WakeUp(redis, keys)
        self._cancelling = Cancelling(self._lanes)
        self._answered = answered(settings, redis)
        self._board = StatsBoard(redis, keys, self._stats)

    def _room(self) -> None:
        """What people see: answers, files, signs of life, the live stream."""
        settings, campfire, lanes = self._settings, self._campfire, self._lanes
        self._live = Broadcast(self._redis, self._keys, self._lease.me)
        self._outgoing, bounds = Outgoing(settings.data_dir / "outgoing"), outbox_bounds(settings)
        self._outbox = Outbox(self._outgoing, bounds)
        self._mentions = MentionBook(self._redis, self._keys)
        campfire.on_read = self._mentions.read
        self._delivery = Delivery(
            campfire, lanes, self._live, self._sentences, self._outgoing, bounds
        )
        rule = Rule(progress=settings.progress, rooms=settings.progress_rooms or {})
        boost_ids = BoostIds(self._redis, self._keys)
        self._showing = Showing(campfire, lanes, self._roster, rule, self._sentences, boost_ids)
        wants = self._showing.wants
        self._waiting_signs = WaitingSigns(campfire, lanes, wants, self._sentences, boost_ids)
        self._left_signs = LeftSigns(campfire, self._redis, self._keys, boost_ids)
        lanes.on_settled(self._live.settled, self._left_signs.settled, self._answered.settled)

    def _pipeline(self) -> Pipeline:
        briefed = Briefed(self._redis, self._keys)
        return Pipeline(
            self._lanes,
            self._turns(briefed),
            ControlWords(
                self._lanes,
                self._cancelling,
                self._wanted.sessions,
                briefed,
                self._roster,
                self._sentences,
                now=self._now,
            ),
            self._delivery,
            Collecting(
                self._lanes.lines,
                self._roster,
                self._settings.busy,
                now=self._now,
            ),
            Skipping(
                self._lanes.lines,
                self._roster,
                self._sentences,
                max_age_s=self._settings.message_max_age_minutes * 60,
                now=self._now,
            ),
            self._showing,
            self._live,
            self._sentences,
        )

    def _turns(self, briefed: Briefed) -> Turns:
        foreign_bots = ForeignBots(self._redis, self._keys)
        briefing = Briefing(
            self._campfire,
            self._lanes.lines,
            briefed,
            foreign_bots,
            self._mentions,
            self._roster,
        )
        return Turns(
            self._model,
            self._roster,
            self._cancelling,
            briefing,
            self._addressing(),
            self._sentences,
            self._outbox,
            now=self._now,
            turn_timeout_s=self._settings.turn_timeout_seconds,
            on_turn_end=self._board.changed,
        )

    def _addressing(self) -> Addressing:
        between = Between(self._campfire, self._lanes.lines, self._roster)
        return Addressing(between, self._roster, self._sentences, now=self._now)

    def _worker(self) -> LaneWorker:
        return LaneWorker(
            ConnectionPool.from_url(self._settings.redis_url),
            self._keys,
            self._lanes,
            self._repairs,
            self._wakeup,
            self._cancelling.watched(self.pipeline.answer),
            max_turns=self._settings.max_turns_at_once,
        )

    def _service(self) -> Service:
        return Service(
            self._lease,
            heart(self._settings, self._lease.me, self.worker, self._lanes, self._state),
            self._repairs,
            self._wakeup,
            self.worker,
            Upgrade(self._redis, self._keys),
            grace_s=self._settings.shutdown_grace_seconds,
            close=self._wanted.close,
            more={
                "aborts": Aborts(self._redis, self._keys, self._cancelling.stop).run,
                "answered": self._answered.run,
                "board": self._board.run,
                "bot_keys": self._shut_out.run,
                "contacts": self._contacts.run,
                "left_signs": self._left_signs.run,
                "live": self._live.run,
                "mentions": self._mentions.run,
                "notices": self._notices().run,
                "next_up": self._next_up().run,
                "outgoing": partial(tidy, self._outgoing, self._redis, self._keys),
                "waiting_signs": self._waiting_signs.run,
                **self._asked(),
                **self._wanted.side_tasks,
            },
        )

    def _state(self) -> Heartbeat:
        return Heartbeat(
            at=time.time(),
            running=self.worker.busy,
            draining=self.service.is_draining,
            failing=self._contacts.failing,
        )

    def _stats(self) -> ServiceStatus:
        refused = {"refused_keys": tuple(self._shut_out.refused)}
        return self._wanted.stats().model_copy(update=refused)

    def _notices(self) -> Notices:
        return Notices(
            WaitingRoom(self._redis, self._keys),
            self._campfire,
            self._delivery.say,
            self._showing.speaks,
            lambda: self.worker.busy,
            self._sentences,
            see=self._waiting_signs.note,
        )

    def _next_up(self) -> NextUp:
        most, expect = self._settings.max_turns_at_once, self._wanted.expect
        return NextUp(self._redis, self._keys, self.worker.full, expect, most=most)

    async def _cancel(self, command: Cancel) -> None:
        await self._cancelling.cancel(self._keys.stored(command.job_id))

    def _asked(self) -> SideTasks:
        """What others ask of us over Redis, and the catch-up, which is asked for too."""
        catch_up = catching_up(
            self._settings, self._roster, self._redis, self._campfire, self._answered
        )
        own: Acts = {Cancel: self._cancel, CatchUp: catch_up.ask}
        commands = Commands(self._redis, self._keys, {**own, **self._wanted.commands})
        looking = {"catch_up": catch_up.run} if self._settings.catch_up == "on" else {}
        return {"commands": commands.listen, **looking}


async def tidy(outgoing: Outgoing, redis: Redis, keys: Keys) -> None:
    """Drop the files of messages that are no more; never returns, as every part."""
    async for attempt in outlive_outages("outgoing"):
        with attempt:
            await outgoing.tidy(
                keys.prefix, lambda job: redis.exists(keys.message(keys.stored(job)))
            )
    await asyncio.Event().wait()
