"""The board: everything that happens now, in a number of commands that grows with the consumers
alone."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from shared.between_processes.heartbeat import Heartbeat
from shared.between_processes.service_status import ServiceStatus
from shared.keys import FAR_FUTURE_MS, Keys, plain
from shared.lane import Lane
from shared.members import living
from shared.operating.bots import Refusal
from shared.operating.messages import Message
from shared.operating.now import NextTry, Now, Sign, TurnNow, TurnsTold, WaitingLane
from shared.operating.pauses import Pause, past_pauses, stood_still_ms
from shared.operating.reading.days import day_of, utc_day
from shared.operating.reading.depths import Depth, Depths, depths
from shared.operating.reading.facts import reasons, unended
from shared.operating.reading.members import beats, statuses, told_by_each
from shared.operating.reading.merged import one_beat, one_status, one_turns
from shared.operating.reading.room_names import room_names
from shared.operating.reading.signs import signs

MOST_TRIES = 50
"""Messages that are tried again which are shown, the next first."""


async def read_board(redis: Redis, keys: Keys) -> Now:
    """Read the board once; raises RedisError."""
    queue = await depths(redis, keys)
    told = await _told(redis, keys, queue.at_ms)
    rows = await unended(redis, keys, _jobs(queue, told), queue.at_ms)
    why = await reasons(redis, keys, told.again)
    lanes = [it.line.lane for it in queue.shown]
    names = await room_names(redis, keys, lanes)
    known = await past_pauses(redis, keys)
    day, by_bot = await day_of(redis, keys, utc_day(queue.at_ms))
    standing = tuple(pause for pause in known if pause.until_ms is None)
    waiting = _waiting(queue, rows, names, standing)
    return Now(
        at_ms=queue.at_ms,
        signs=told.signs,
        waiting=queue.waiting,
        running=len(queue.running),
        lanes=queue.waiting_lines,
        dead=told.dead,
        slots=told.turns.slots,
        oldest_s=_oldest_s(waiting, known, queue.at_ms),
        turns=_turns(queue, rows, told.turns),
        next_tries=tuple(_next_try(rows[job], why.get(job)) for job in told.again if job in rows),
        waiting_lanes=waiting,
        pauses=standing,
        today=day,
        today_by_bot=by_bot,
    )


@dataclass(frozen=True, slots=True)
class _Members:
    """What the consumers tell."""

    beat: Heartbeat | None
    status: ServiceStatus | None
    turns: TurnsTold


async def _members(redis: Redis, keys: Keys) -> _Members:
    members = await living(redis, keys)
    turns = await told_by_each(redis, members, keys.turns_of, keys.turns)
    return _Members(
        one_beat((await beats(redis, keys, members)).values()),
        one_status((await statuses(redis, keys, members)).values()),
        one_turns(TurnsTold.model_validate_json(it) for it in turns.values()),
    )


class _Told:
    """What both processes have left to read."""

    def __init__(self, members: _Members, answers: Sequence[Any]) -> None:
        deliveries, refusals, self.dead, again, *info = answers
        self.turns = members.turns
        self.again = [job.decode() for job in again]
        self.signs: tuple[Sign, ...] = tuple(
            signs(
                members.beat,
                members.status,
                {bot.decode(): int(at) for bot, at in deliveries.items()},
                {bot.decode(): Refusal.model_validate_json(it) for bot, it in refusals.items()},
                ChainMap(*info),
            )
        )


async def _told(redis: Redis, keys: Keys, now_ms: int) -> _Told:
    pipe = redis.pipeline(transaction=False)
    pipe.hgetall(keys.deliveries)
    pipe.hgetall(keys.refusals)
    pipe.zcard(keys.dead_letters)
    later, ever = f"({now_ms}", f"({FAR_FUTURE_MS}"
    pipe.zrangebyscore(keys.queue, later, ever, start=0, num=MOST_TRIES)
    for section in ("memory", "replication", "persistence"):
        pipe.info(section)
    return _Told(await _members(redis, keys), await pipe.execute())


def _jobs(queue: Depths, told: _Told) -> list[str]:
    waiting = [it.next for it in queue.shown if it.next is not None]
    return list(dict.fromkeys([*queue.running, *told.again, *waiting]))


def _turns(queue: Depths, rows: Mapping[str, Message], told: TurnsTold) -> tuple[TurnNow, ...]:
    """What Redis holds for running, with what the consumer says of each; the oldest first."""
    by_job = {turn.job: turn for turn in told.turns}
    behind = {plain(it.head): it.waiting for it in queue.shown if it.runs}
    running = [rows[job] for job in queue.running if job in rows]
    turns = [_turn(row, by_job.get(row.job), behind.get(row.job, 0)) for row in running]
    return tuple(sorted(turns, key=lambda turn: turn.claimed_ms))


def _turn(row: Message, told: TurnNow | None, behind: int) -> TurnNow:
    return TurnNow(
        job=row.job,
        message_id=row.message_id,
        bot_id=row.bot_id,
        room_id=row.room_id,
        room=row.room,
        word=row.word,
        attempt=row.attempts,
        claimed_ms=(told and told.claimed_ms) or row.claimed_ms or row.accepted_ms,
        tier=told.tier if told else None,
        doing=told.doing if told else None,
        steps=told.steps if told else (),
        waiting_behind=behind,
    )


def _next_try(row: Message, why: str | None) -> NextTry:
    return NextTry(
        job=row.job,
        message_id=row.message_id,
        bot_id=row.bot_id,
        room_id=row.room_id,
        room=row.room,
        again_ms=row.again_ms or 0,
        attempts=row.attempts,
        reason=why,
    )


def _waiting(
    queue: Depths,
    rows: Mapping[str, Message],
    names: Mapping[Lane, str | None],
    standing: Sequence[Pause],
) -> tuple[WaitingLane, ...]:
    lanes = [it for it in queue.shown if it.next is not None and not it.line.control]
    found = [_waiting_lane(it, rows.get(it.next or ""), names, standing) for it in lanes]
    return tuple(sorted(found, key=lambda lane: lane.since_ms or 0))


def _waiting_lane(
    depth: Depth,
    first: Message | None,
    names: Mapping[Lane, str | None],
    standing: Sequence[Pause],
) -> WaitingLane:
    lane = depth.line.lane
    return WaitingLane(
        bot_id=lane.bot_id,
        room_id=lane.room_id,
        room=names.get(lane),
        waiting=depth.waiting,
        running=depth.runs,
        held=any(pause.scope.holds(lane) for pause in standing),
        since_ms=first.accepted_ms if first is not None else None,
    )


def _oldest_s(waiting: Sequence[WaitingLane], known: Sequence[Pause], now_ms: int) -> float | None:
    """By how long each has waited without its pauses."""
    ages = [
        now_ms
        - lane.since_ms
        - stood_still_ms(Lane(lane.room_id, lane.bot_id), known, lane.since_ms, now_ms)
        for lane in waiting
        if lane.since_ms is not None
    ]
    return max(0, *ages) / 1000 if ages else None
