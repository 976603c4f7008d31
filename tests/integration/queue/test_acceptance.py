"""What accepting a message records beside it: refusals, the rooms we know, a late one's place."""

from collections.abc import Awaitable
from typing import cast

from redis.asyncio import Redis

from shared.acceptance.call import KNOWN_ROOMS
from shared.acceptance.loop_guard import LoopGuard
from shared.acceptance.queue import RedisQueue
from shared.bots import Bot
from shared.inbound import InboundMessage
from shared.keys import Keys
from shared.lane import Lane
from tests.deliveries import answering_bots, inbound
from tests.integration.queue.conftest import Bench


def _bot_to_bot(number: int) -> InboundMessage:
    return inbound(number).model_copy(update={"from_bot": True})


async def test_what_was_refused_is_never_caught_up_on(redis: Redis, keys: Keys) -> None:
    """Somebody was told that a message is not answered: it is not, whoever finds it later."""
    guard = LoopGuard(bots=answering_bots("assistant"), hop_limit=0)
    queue = RedisQueue(redis, keys, lane_max_waiting=1, guard=guard)
    assert await queue.accept(_bot_to_bot(1)) == "looping"
    assert [await queue.accept(inbound(number)) for number in (2, 3, 4)][-1] == "full"
    await redis.delete(keys.lane(inbound().lane))
    late = [await queue.accept_late(inbound(number), 9) for number in (1, 2, 3, 4)]
    assert late == ["looping", "duplicate", "duplicate", "full"]


async def test_a_bot_s_file_counts_as_it_is_now(redis: Redis, keys: Keys) -> None:
    """It forbade answering bots and allows it now: the next bot's message is taken."""
    bots = {"assistant": Bot(id="assistant", name="Assistant", system_prompt="x")}
    queue = RedisQueue(redis, keys, guard=LoopGuard(bots=bots))
    assert await queue.accept(_bot_to_bot(1)) == "ignored"
    bots.update(answering_bots("assistant"))
    assert await queue.accept(_bot_to_bot(2)) == "accepted"


async def test_a_refusal_whose_answer_was_lost_is_repeated(redis: Redis, keys: Keys) -> None:
    """The client asks again when an answer is lost: the same refusal, so that the room is told."""
    queue = RedisQueue(redis, keys, lane_max_waiting=1)
    for number in (1, 2):
        await queue.accept(inbound(number))
    assert [await queue.accept(inbound(3)) for _ in range(2)] == ["full", "full"]
    assert await queue.accept(inbound(3), promised=True) == "accepted"


async def test_the_rooms_of_accepted_messages_are_known(bench: Bench) -> None:
    """Lane and room name, a ping's as null; refused or repeated ones add nothing."""
    ping = inbound(2, room_id=5).model_copy(update={"room_name": None})
    await bench.accept(inbound(1), ping, inbound(1))
    names = await bench.redis.hgetall(bench.keys.room_names)  # type: ignore[misc]
    assert names == {b"2:assistant": b'"Support"', b"5:assistant": b"null"}
    lanes = await bench.redis.zrange(bench.keys.recent_lanes, 0, -1)
    assert {Lane.parse(lane.decode()) for lane in lanes} == {inbound().lane, ping.lane}
    assert await bench.redis.ttl(bench.keys.recent_lanes) > 0
    assert await bench.redis.ttl(bench.keys.room_names) > 0


async def test_a_lane_that_is_never_idle_stays_known(bench: Bench) -> None:
    """What is known of its room lasts a month after its last message, however dense they come."""
    redis, keys, hour_ms = bench.redis, bench.keys, 3_600_000
    known = (keys.recent_lanes, keys.room_names, keys.first_accepted(2))
    await bench.accept(inbound(1, accepted_ms=hour_ms - 600_000))
    for key in known:
        await redis.expire(key, 1000)
    await bench.accept(inbound(2, accepted_ms=hour_ms + 600_000))
    assert [await redis.ttl(key) > 1000 for key in known] == [True] * 3


async def test_a_lane_is_noted_once_a_minute(bench: Bench) -> None:
    """What is known of it is from then, and its stream of events was kept then; later it is noted
    anew, with what its room is called by now."""
    redis, keys, lane = bench.redis, bench.keys, inbound().lane
    seconds, _ = await redis.time()
    long_ago = seconds * 1000 - 61_000

    async def said(number: int, room: str) -> tuple[float | None, bytes | None, bool]:
        message = inbound(number, accepted_ms=seconds * 1000 + number)
        await bench.accept(message.model_copy(update={"room_name": room}))
        name = await cast(Awaitable[bytes | None], redis.hget(keys.room_names, str(lane)))
        is_kept = await redis.ttl(keys.events(lane)) > 1000
        await redis.expire(keys.events(lane), 1000)
        return await redis.zscore(keys.recent_lanes, str(lane)), name, is_kept

    noted_ms = seconds * 1000 + 1
    assert await said(1, "Support") == (noted_ms, b'"Support"', True)
    assert await said(2, "Help") == (noted_ms, b'"Support"', False)
    await redis.zadd(keys.recent_lanes, {str(lane): long_ago})
    assert await said(3, "Help") == (seconds * 1000 + 3, b'"Help"', True)
    await redis.zadd(keys.recent_lanes, {str(lane): seconds * 1000 + 30_000})  # by a wrong clock
    assert await said(4, "Hall") == (seconds * 1000 + 4, b'"Hall"', True)


async def test_the_known_rooms_are_bounded(bench: Bench) -> None:
    """The lanes that were used last stay known."""
    most = KNOWN_ROOMS
    for number in range(most + 3):
        await bench.accept(inbound(number, room_id=number, accepted_ms=number))
    assert await bench.redis.zrange(bench.keys.recent_lanes, 0, 0) == [b"3:assistant"]
    assert await bench.redis.zcard(bench.keys.recent_lanes) == most
    assert await bench.redis.hlen(bench.keys.room_names) == most  # type: ignore[misc]


async def test_what_comes_from_a_spool_goes_by_number_among_those_of_other_web_processes(
    bench: Bench,
) -> None:
    """Another one had later messages first; this one's clock is ahead by minutes."""
    await bench.accept(*(inbound(number, accepted_ms=1) for number in (7, 9)))
    for number in (6, 8):
        message = inbound(number, accepted_ms=500_000)
        assert await bench.queue.accept(message, promised=True) == "accepted"
    jobs = await bench.redis.lrange(bench.keys.lane(inbound().lane), 0, -1)  # type: ignore[misc]
    assert [job.decode().rpartition(":")[2] for job in jobs] == ["6", "7", "8", "9"]


async def test_a_late_message_goes_before_those_said_after_it(bench: Bench) -> None:
    """By number among those that have not begun, however long ago they came."""
    await bench.accept(*(inbound(number, accepted_ms=1) for number in (7, 8, 9)))
    await bench.queue.accept_late(inbound(5, accepted_ms=500_000), 900_000)
    await bench.queue.accept_late(inbound(6, accepted_ms=500_000), 900_000)
    jobs = await bench.redis.lrange(bench.keys.lane(inbound().lane), 0, -1)  # type: ignore[misc]
    assert [job.decode().rpartition(":")[2] for job in jobs] == ["5", "6", "7", "8", "9"]
