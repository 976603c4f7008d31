"""The service around an agent: every part is built and wired here, or by a room's
`from_settings.py` that is called here."""

import time
from collections.abc import Awaitable, Mapping
from functools import partial
from typing import Any, cast

from consumer import instruments
from consumer.campfire_tools.from_settings import RoomParts
from consumer.catch_up.catch_up import CatchUp as CatchUpPart
from consumer.catch_up.from_settings import answered_from_settings, catch_up_from_settings
from consumer.composition.agent_parts import AgentParts, SideTasks
from consumer.foundation import Foundation
from consumer.live.broadcast import Broadcast
from consumer.metrics.state import State
from consumer.neighbours.contacts import Contacts
from consumer.neighbours.from_settings import model_from_settings
from consumer.neighbours.keys import BotKeys
from consumer.outbox.from_settings import outbox_from_settings
from consumer.outbox.tidying import tidy
from consumer.posting.poster import Poster
from consumer.progress.notices import Notices
from consumer.progress.will_refuse import will_refuse
from consumer.queue.cancellation.aborts import Aborts
from consumer.queue.from_settings import heart_from_settings, worker_from_settings
from consumer.queue.ownership.old_names import OldNames
from consumer.queue.ticket import Ticket
from consumer.queue.waiting.next_up import NextUp
from consumer.queue.waiting.who_waits import WaitingRoom
from consumer.service.commands import Acts, Commands
from consumer.service.first_member import FirstMember
from consumer.service.service import Service
from consumer.service.stats_board import StatsBoard
from consumer.service.turns_board import TurnsBoard
from consumer.turn.from_settings import pipeline_from_settings, replies_from_settings
from consumer.turn.held_lanes import HeldLanes
from consumer.turn.pipeline import Pipeline
from consumer.upgrade.upgrade import Upgrade
from shared.between_processes.commands import Cancel, CatchUp, Drain, LetGo
from shared.between_processes.heartbeat import Heartbeat
from shared.between_processes.process_state import OwnProcess
from shared.between_processes.service_status import ServiceStatus
from shared.lane import Lane


def _counted(ticket: Ticket, ending: Mapping[str, Any]) -> None:
    instruments.settled(ticket.line.lane.bot_id, ending)


class Consumer:
    """The service's parts around an agent; nothing is connected or started yet."""

    def __init__(self, base: Foundation, room: RoomParts, agent: AgentParts) -> None:
        self._base, self._agent = base, agent
        self._process = OwnProcess()
        self._progress, self._acting = room.progress, room.acting
        self._on_time = room.on_time
        self._model = model_from_settings(base.settings, agent.agent, base.roster)
        at_start = agent.contact_at_start
        self._contacts = Contacts(
            {"campfire": base.campfire, "model": self._model}, ask_at_start=at_start
        )
        self.board = StatsBoard(
            base.redis, base.keys.session_stats_of(base.queue.member.name), self._stats
        )
        base.knowledge.changed = self.board.changed
        self._bot_keys = BotKeys(base.campfire, ask_at_start=at_start, on_change=self.board.changed)
        self._room()
        self._answered = answered_from_settings(base)
        self.pipeline = self._pipeline()
        self.worker = worker_from_settings(base.settings, base.queue, self.pipeline.answer)
        self._heart = heart_from_settings(base.settings, base.queue, self.worker, self._state)
        self.service = self._service()

    def metrics(self) -> State:
        """What is so at the moment of a scrape."""
        return State(
            status=lambda: self.board.told,
            running=lambda: self.worker.busy,
            slots=self._base.settings.max_turns_at_once,
            renewed_s=lambda: self._heart.renewed_s,
            lag_s=lambda: self._heart.lag_s,
        )

    def _room(self) -> None:
        """What people see: the live stream, answers and files, signs of life."""
        base, lanes = self._base, self._base.queue.lanes
        self._live = Broadcast(base.redis, base.keys, base.queue.lease.me, also=lanes.stories.note)
        lanes.telling = self._live.ending
        lanes.on_settled(_counted)
        if (departures := self._agent.departures) is not None:
            lanes.on_settled(lambda ticket, _: departures.settled(ticket.line.lane))
            lanes.on_moved = departures.moved
        self._outbox = outbox_from_settings(base.settings)
        self._poster = Poster(
            base.campfire, lanes, self._live, base.sentences, self._outbox, base.audit
        )

    def _pipeline(self) -> Pipeline:
        agent_replies = replies_from_settings(
            self._base,
            self._model,
            self._outbox,
            self._acting,
            self._on_time.zones,
            opens_files=self._agent.opens_files,
            on_turn_end=self.board.changed,
        )
        return pipeline_from_settings(
            self._base,
            agent_replies,
            self._agent.sessions,
            self._poster,
            self._progress.signs_of_life,
            self._live,
            self._on_time,
            self._outbox,
            opens_files=self._agent.opens_files,
        )

    def _service(self) -> Service:
        settings, queue, departures = self._base.settings, self._base.queue, self._agent.departures
        catch_up = catch_up_from_settings(self._base, self._answered)
        upgrade = Upgrade(self._base.redis, self._base.keys)
        return Service(
            queue.lease,
            self._heart,
            queue.repairs,
            queue.wakeup,
            self.worker,
            upgrade,
            grace_s=settings.shutdown_grace_seconds,
            leave=departures.leave if departures else lambda: None,
            close=self._agent.close,
            more={
                **self._side_tasks(),
                **self._done_once(catch_up, upgrade),
                **self._asked(catch_up),
                **self._agent.side_tasks,
            },
        )

    def _side_tasks(self) -> SideTasks:
        """Each consumer runs these, the first member alone those of `_done_once`: which and why
        stands in docs/architecture.md."""
        redis, keys, queue = self._base.redis, self._base.keys, self._base.queue
        return {
            "aborts": Aborts(redis, keys, queue.member.me, queue.cancelling.stop).run,
            "answered": self._answered.run,
            "board": self.board.run,
            "bot_keys": self._bot_keys.run,
            "contacts": self._contacts.run,
            "held_lanes": self._held_lanes().run,
            "knowledge": self._base.knowledge.run,
            "left_signs": self._progress.left_signs.run,
            "live": self._live.run,
            "mentions": self._base.mentions.run,
            "next_up": self._next_up().run,
            "on_time": self._on_time.clock.run,
            "own_process": self._process.watch,
            "outgoing": partial(tidy, self._outbox.outgoing, redis, keys),
            "turns_board": self._turns_board().run,
            "waiting_signs": self._progress.waiting_signs.run,
        }

    def _done_once(self, catch_up: CatchUpPart, upgrade: Upgrade) -> SideTasks:
        base = self._base
        shared = base.queue.member.shared
        once = {
            "approvals": base.approvals.keeper.run,
            "notices": self._notices().run,
            "timetables": self._on_time.clock.keep_timetables,
            "upgrade": upgrade.keep,
            **({"catch_up_first": catch_up.begin} if self._catches_up else {}),
            **({"old_names": OldNames(base.redis, base.keys).run} if shared else {}),
        }
        first = FirstMember(base.queue.member)
        return {name: first.only(run) for name, run in once.items()}

    @property
    def _catches_up(self) -> bool:
        return self._base.settings.catch_up == "on"

    def _asked(self, catch_up: CatchUpPart) -> SideTasks:
        """What others ask of us over Redis, and the catch-up, which is asked for too."""
        own: Acts = {
            Cancel: self._cancel,
            CatchUp: catch_up.ask,
            Drain: self._drain,
            LetGo: self._let_go,
        }
        base = self._base
        acts = {**own, **self._agent.commands}
        commands = Commands(base.redis, base.keys, base.queue.member, acts)
        looking = {"catch_up": catch_up.run} if self._catches_up else {}
        return {"commands": commands.listen, **looking}

    async def _cancel(self, command: Cancel) -> None:
        await self._base.queue.cancelling.cancel(self._base.keys.stored(command.job_id))

    async def _drain(self, command: Drain) -> None:
        del command
        self.service.stop()

    async def _let_go(self, command: LetGo) -> None:
        lane = Lane.parse(command.lane)
        if self._agent.departures is None:
            await self._base.queue.homes.let_go(lane)
        else:
            self._agent.departures.send_away(lane)

    def _notices(self) -> Notices:
        base, progress = self._base, self._progress
        return Notices(
            WaitingRoom(base.redis, base.keys),
            base.campfire,
            self._poster.say,
            progress.signs_of_life.speaks,
            lambda: self.worker.busy + base.queue.lanes.held_lanes,
            base.sentences,
            partial(will_refuse, base.roster),
            see=progress.waiting_signs.note,
            room_for=lambda: progress.waiting_signs.room_for,
            elsewhere=self._running if base.queue.member.shared else None,
            clock=base.queue.lanes.time.now_s,
        )

    async def _running(self) -> int:
        """At all members."""
        return await cast(Awaitable[int], self._base.redis.scard(self._base.keys.running))

    def _held_lanes(self) -> HeldLanes:
        base = self._base
        room, say = WaitingRoom(base.redis, base.keys), self._poster.say
        held = HeldLanes(room, say, base.roster, base.sentences)
        base.queue.lanes.on_held = held.note
        return held

    def _turns_board(self) -> TurnsBoard:
        base, queue = self._base, self._base.queue
        stories, slots = queue.lanes.stories, self.worker.max_jobs
        return TurnsBoard(base.redis, base.keys, stories, member=queue.member.name, slots=slots)

    def _next_up(self) -> NextUp:
        base, most = self._base, self._base.settings.max_turns_at_once
        return NextUp(base.redis, base.keys, self.worker.full, self._agent.get_ready, most=most)

    def _state(self) -> Heartbeat:
        return Heartbeat(
            at=time.time(),
            running=self.worker.busy,
            draining=self.service.is_draining,
            failing=self._contacts.failing,
            model_fault=self._model.fault,
            process=self._process.state(),
        )

    def _stats(self) -> ServiceStatus:
        told = {
            "refused_keys": tuple(self._bot_keys.refused),
            "broken_bot_files": dict(self._base.roster.broken),
            "knowledge": tuple(self._base.knowledge.statuses(self._base.roster.taking_part)),
        }
        return self._agent.stats().model_copy(update=told)
