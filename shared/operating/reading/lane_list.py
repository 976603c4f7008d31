"""Lanes to look through: those used last, as many as are remembered (500), by bot and room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from redis.asyncio import Redis

from shared.between_processes.service_status import ServiceStatus, SessionStatus
from shared.keys import Keys
from shared.lane import Lane
from shared.operating.lanes import LanePage, LaneRow
from shared.operating.messages import Message
from shared.operating.pauses import Pause, pauses
from shared.operating.reading.facts import unended
from shared.operating.reading.last_outcomes import last_outcomes
from shared.operating.reading.members import homes, status_of_all
from shared.operating.reading.room_names import room_names
from shared.redis import clock

PAGE = 50


async def read_lanes(
    redis: Redis,
    keys: Keys,
    *,
    bot_id: str | None = None,
    room_id: int | None = None,
    hot: bool = False,
    skip: int = 0,
) -> LanePage:
    """A page of those that fit, the lane of the newest message first; raises RedisError.

    `hot`: only those whose agent's process lives, the one that holds most memory first.
    """
    recent = await redis.zrevrange(keys.recent_lanes, 0, -1, withscores=True)
    used = {Lane.parse(name.decode()): int(at) for name, at in recent}
    told = await status_of_all(redis, keys)
    sessions = _by_lane(told)
    known = _largest_first(sessions) if hot else list(used)
    fit = [
        lane for lane in known if bot_id in (None, lane.bot_id) and room_id in (None, lane.room_id)
    ]
    page = fit[skip : skip + PAGE]
    rows = await _rows(redis, keys, page, used, sessions)
    if told is None:
        rows = [row.model_copy(update={"is_told": False}) for row in rows]
    further = skip + PAGE if len(fit) > skip + PAGE else None
    return LanePage(rows=tuple(rows), further=further)


def _largest_first(sessions: Mapping[Lane, SessionStatus]) -> list[Lane]:
    hot = [lane for lane, it in sessions.items() if it.connected]
    return sorted(hot, key=lambda lane: -sessions[lane].memory_mb)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of the lanes of a page."""

    used: Mapping[Lane, int]
    sessions: Mapping[Lane, SessionStatus]
    counts: Mapping[Lane, int]
    first: Mapping[Lane, Sequence[str]]
    """The job ids of the first two in each."""
    messages: Mapping[str, Message]
    homes: Mapping[Lane, str]
    standing: Sequence[Pause]
    names: Mapping[Lane, str | None]
    outcomes: Mapping[Lane, str]


async def _rows(
    redis: Redis,
    keys: Keys,
    lanes: Sequence[Lane],
    used: Mapping[Lane, int],
    sessions: Mapping[Lane, SessionStatus],
) -> list[LaneRow]:
    pipe = redis.pipeline(transaction=False)
    for lane in lanes:
        pipe.llen(keys.lane(lane))
        pipe.lrange(keys.lane(lane), 0, 1)
    pipe.time()
    *answers, told = await pipe.execute()
    first = [[job.decode() for job in jobs] for jobs in answers[1::2]]
    known = _Known(
        used=used,
        sessions=sessions,
        counts=dict(zip(lanes, answers[::2], strict=True)),
        first=dict(zip(lanes, first, strict=True)),
        messages=await unended(redis, keys, [*chain(*first)], clock.in_ms(told)),
        homes=await homes(redis, keys),
        standing=await pauses(redis, keys),
        names=await room_names(redis, keys, lanes),
        outcomes=await last_outcomes(redis, keys, lanes),
    )
    return [_row(lane, known) for lane in lanes]


def _row(lane: Lane, known: _Known) -> LaneRow:
    messages = [known.messages[job] for job in known.first[lane] if job in known.messages]
    runs = next((it for it in messages if it.state == "running"), None)
    waits = next((it for it in messages if it is not runs), None)
    return LaneRow(
        bot_id=lane.bot_id,
        room_id=lane.room_id,
        room=known.names.get(lane),
        running=runs.job if runs else None,
        waiting=known.counts[lane] - (runs is not None),
        waiting_since_ms=waits.accepted_ms if waits else None,
        held=any(pause.scope.holds(lane) for pause in known.standing),
        last_ms=known.used.get(lane),
        outcome=known.outcomes.get(lane),
        home=known.homes.get(lane),
        **_session(known.sessions.get(lane)),
    )


def _by_lane(told: ServiceStatus | None) -> dict[Lane, SessionStatus]:
    return {Lane(it.room_id, it.bot_id): it for it in (told.sessions if told else ())}


def _session(session: SessionStatus | None) -> dict[str, object]:
    if session is None:
        return {}
    return {
        "session": "hot" if session.connected else "warm",
        "turns": session.turns,
        "cost_usd": session.cost_usd,
        "input_tokens": session.input_tokens,
        "output_tokens": session.output_tokens,
        "memory_mb": session.memory_mb,
        "session_since": session.created_at,
    }
