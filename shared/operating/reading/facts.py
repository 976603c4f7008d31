"""What is stored of messages, as rows: of those that wait or run, and of those that have ended."""

from collections.abc import Awaitable, Collection, Mapping, Sequence
from typing import Any, cast

from pydantic import ValidationError
from redis.asyncio import Redis

from shared.inbound import InboundMessage
from shared.keys import FAR_FUTURE_MS, Keys, plain
from shared.lane import Lane
from shared.operating.messages import Message, State
from shared.operating.pauses import names_of
from shared.operating.timeline import Steps, from_wire
from shared.redis.message_hash import Field

AT_ONCE = 25
"""Rows that are read in one step; others' requests are answered between two."""
_FIELDS = [Field.BODY, Field.ACCEPTED, Field.STARTS, Field.FAILURES, Field.BEGAN, Field.TOKEN]


async def unended(
    redis: Redis, keys: Keys, job_ids: Sequence[str], now_ms: int
) -> dict[str, Message]:
    """A row of each that has not ended, by job id, in this order; raises RedisError."""
    rows: dict[str, Message] = {}
    for first in range(0, len(job_ids), AT_ONCE):
        rows |= await _unended(redis, keys, job_ids[first : first + AT_ONCE], now_ms)
    return rows


async def _unended(
    redis: Redis, keys: Keys, job_ids: Sequence[str], now_ms: int
) -> dict[str, Message]:
    pipe = redis.pipeline(transaction=False)
    for job_id in job_ids:
        pipe.hmget(keys.message(job_id), _FIELDS)
    pipe.zmscore(keys.queue, list(job_ids))
    pipe.hkeys(keys.paused)
    *stored, scores, paused = await cast(Awaitable[list[Any]], pipe.execute())
    standing = {name.decode() for name in paused}
    rows = zip(job_ids, stored, scores, strict=True)
    return {
        job_id: _row(
            job_id,
            dict(zip(_FIELDS, values, strict=True)),
            score,
            _is_held(keys.lane_of(job_id), standing),
            now_ms,
        )
        for job_id, values, score in rows
        if values[1] is not None
    }


def _is_held(lane: Lane | None, standing: Collection[str]) -> bool:
    """Behind a turn that runs it is, too, before anything asks whether it may begin."""
    return lane is not None and any(name in standing for name in names_of(lane))


async def ended_rows(redis: Redis, keys: Keys, job_ids: Sequence[str]) -> dict[str, bytes]:
    """What is kept of those that have ended, as JSON of a Message, by job id; raises RedisError."""
    if not job_ids:
        return {}
    asked = redis.hmget(keys.ended_messages, list(job_ids))
    stored = await cast(Awaitable[list[bytes | None]], asked)
    return {job_id: row for job_id, row in zip(job_ids, stored, strict=True) if row}


async def steps_of(redis: Redis, keys: Keys, job_id: str) -> Steps:
    """What happened to a message that has not ended, as far as it is on record."""
    stored = redis.hget(keys.message(job_id), Field.TIMELINE)
    found = await cast(Awaitable[bytes | None], stored)
    return from_wire(found) if found else ()


async def reasons(redis: Redis, keys: Keys, job_ids: Sequence[str]) -> dict[str, str]:
    """Why each was given back last, by job id, as its timeline tells; raises RedisError."""
    pipe = redis.pipeline(transaction=False)
    for job_id in job_ids:
        pipe.hget(keys.message(job_id), Field.TIMELINE)
    told = zip(job_ids, await pipe.execute(), strict=True)
    last = {job_id: _given_back(from_wire(steps)) for job_id, steps in told if steps}
    return {job_id: why for job_id, why in last.items() if why}


def _given_back(steps: Steps) -> str:
    return next((step.name for step in reversed(steps) if step.what == "postponed"), "")


def _row(
    job_id: str, stored: Mapping[str, bytes | None], score: float | None, held: bool, now_ms: int
) -> Message:
    body = _said(stored[Field.BODY])
    began, again = stored[Field.BEGAN], _again(score, now_ms)
    is_word = body is not None and body.control is not None  # a pause holds no control words
    state = _state(stored[Field.TOKEN] is not None, again is not None, held and not is_word)
    return Message(
        job=plain(job_id),
        state=state,
        accepted_ms=int(stored[Field.ACCEPTED] or 0),
        claimed_ms=int(began) if began else None,
        again_ms=again if state == "retrying" else None,
        attempts=int(stored[Field.STARTS] or 0),
        **({} if body is None else _known(body)),
    )


def _state(claimed: bool, again: bool, held: bool) -> State:
    if claimed:
        return "running"
    if again:
        return "retrying"
    return "held" if held else "waiting"


def _again(score: float | None, now_ms: int) -> int | None:
    return int(score) if score is not None and now_ms < score < FAR_FUTURE_MS else None


def _known(message: InboundMessage) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "bot_id": message.bot_id,
        "room_id": message.room_id,
        "room": message.room_name,
        "origin": message.origin,
        "word": message.control,
    }


def _said(body: bytes | None) -> InboundMessage | None:
    """None for what another version wrote: its row says what can be said."""
    try:
        return InboundMessage.model_validate_json(body or b"")
    except ValidationError:
        return None
