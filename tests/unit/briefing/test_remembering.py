"""When it is written what a lane's agent was told."""

from fakeredis import FakeAsyncRedis

from consumer.briefing.briefed import Briefed, Mark
from consumer.briefing.remembering import MAY_WAIT_S, Remembering
from shared.keys import Keys
from shared.lane import Lane

LANE = Lane(2, "assistant")


class Time:
    """Passes when a test says so."""

    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


async def test_what_may_wait_is_written_once_an_hour() -> None:
    """Where Campfire shows nothing, so that an update of it shows an hour at most again, and a
    reset finds the lane; what may not wait is written with each answer that was stored."""
    redis, time = FakeAsyncRedis(), Time()
    remembering = Remembering(Briefed(redis, Keys("t")), time)

    async def answered(newest: int, *, may_wait: bool, stored: bool = True) -> Mark:
        remembering.begins(LANE)
        remembering.takes_in(LANE, newest, may_wait=may_wait)
        if stored:
            remembering.stored(LANE)
        return await remembering.mark(LANE)

    assert await answered(1, may_wait=True, stored=False) == Mark()
    assert await answered(2, may_wait=True) == Mark(told=2)
    time.now_s += MAY_WAIT_S - 1
    assert await answered(3, may_wait=True) == Mark(told=2)
    time.now_s += 1
    assert await answered(4, may_wait=True) == Mark(told=4)
    assert await answered(5, may_wait=False) == Mark(told=5)
    await redis.aclose()
