"""Lanes to look through: those used last, as many as are remembered (500), by bot and room."""

from collections.abc import Mapping, Sequence

from redis.asyncio import Redis

from shared.between_processes.service_status import ServiceStatus, SessionStatus
from shared.keys import Keys, plain
from shared.lane import Lane
from shared.operating.lanes import LanePage, LaneRow
from shared.operating.pauses import pauses
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
    heads = [job.decode() for first in answers[1::2] for job in first]
    messages = await unended(redis, keys, heads, clock.in_ms(told))
    running = {job for job, row in messages.items() if row.state == "running"}
    at_home = await homes(redis, keys)
    standing = await pauses(redis, keys)
    names = await room_names(redis, keys, lanes)
    outcomes = await last_outcomes(redis, keys, lanes)
    rows = []
    for lane, count, first in zip(lanes, answers[::2], answers[1::2], strict=True):
        jobs = [job.decode() for job in first]
        runs = next((job for job in jobs if job in running), None)
        waits = next((messages[job] for job in jobs if job in messages and job != runs), None)
        rows.append(
            LaneRow(
                bot_id=lane.bot_id,
                room_id=lane.room_id,
                room=names.get(lane),
                running=plain(runs) if runs else None,
                waiting=count - (runs is not None),
                waiting_since_ms=waits.accepted_ms if waits else None,
                held=any(pause.scope.holds(lane) for pause in standing),
                last_ms=used.get(lane),
                outcome=outcomes.get(lane),
                home=at_home.get(lane),
                **_session(sessions.get(lane)),
            )
        )
    return rows


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
