"""Of many lines those that wait longest are told of, each once."""

from fakeredis import FakeAsyncRedis

from shared.keys import Keys
from shared.lane import Lane, Line
from shared.operating.reading.depths import depths

KEYS = Keys("t")


async def test_where_there_are_many_those_that_wait_longest_are_told() -> None:
    """In the order of the first message that each holds, however many it holds."""
    redis = FakeAsyncRedis()
    for at, (room, number) in enumerate([(7, 1), (2, 2), (7, 3), (9, 4), (2, 5), (5, 6)]):
        job, lane = KEYS.named("assistant", room, number), Lane(room, "assistant")
        await redis.zadd(KEYS.arrivals, {job: at})
        await redis.zadd(KEYS.queue, {job: at})
        await redis.sadd(KEYS.lanes, str(lane))  # type: ignore[misc]
        await redis.rpush(KEYS.lane(lane), job)  # type: ignore[misc]
    found = await depths(redis, KEYS, most=3)
    assert [(it.line.lane.room_id, it.messages) for it in found.shown] == [(7, 2), (2, 2), (9, 1)]
    assert (found.waiting, found.lines) == (6, 4)
    await redis.aclose()


async def test_a_control_word_that_runs_waits_in_no_lane_however_many_there_are() -> None:
    """Where its line is not among those that are listed, it is looked up by what runs."""
    redis = FakeAsyncRedis()
    for at, room in enumerate((7, 2, 9)):
        job, lane = KEYS.named("assistant", room, at), Lane(room, "assistant")
        await redis.zadd(KEYS.arrivals, {job: at})
        await redis.zadd(KEYS.queue, {job: at})
        await redis.sadd(KEYS.lanes, str(lane))  # type: ignore[misc]
        await redis.rpush(KEYS.lane(lane), job)  # type: ignore[misc]
    word, line = KEYS.named("assistant", 2, 9), Line(Lane(2, "assistant"), control=True)
    await redis.zadd(KEYS.queue, {word: 9})
    await redis.sadd(KEYS.running, word)  # type: ignore[misc]
    await redis.sadd(KEYS.lanes, str(line))  # type: ignore[misc]
    await redis.rpush(KEYS.lane(line), word)  # type: ignore[misc]
    for most in (2, 100):
        found = await depths(redis, KEYS, most=most)
        assert (found.waiting, found.waiting_lines) == (3, 3), most
    await redis.aclose()
