"""What is due goes by Redis' clock: machines whose own differ make no message wait."""

import time

import pytest

from shared.clocks.redis_time import RedisTime
from tests.deliveries import inbound
from tests.integration.queue.conftest import Bench
from tests.integration.queue.test_control_lines import word
from tests.integration.queue.test_homes import Join, join

__all__ = ["join"]
AWAY_S = 3600


class Off(RedisTime):
    """A machine's own clock, that differs, in the place of what Redis has told."""

    def __init__(self, off_s: int) -> None:
        super().__init__()
        self._off_s = off_s

    def now_ms(self) -> int:
        """Whatever it was told."""
        return round((time.time() + self._off_s) * 1000)


@pytest.mark.parametrize("off_s", [-AWAY_S, AWAY_S])
async def test_what_another_member_makes_due_is_due_here(
    bench: Bench, join: Join, off_s: int
) -> None:
    """The next of a lane, what is given back, and what a dead one ran."""
    off, right = await join("a"), await join("b")
    off.lanes.time = Off(off_s)
    await bench.lane(2)
    await bench.lane(1, room_id=3, first=30)
    await bench.lane(1, room_id=4, first=40)
    await bench.accept(word(50, room_id=5), word(51, room_id=5))
    said, settled, given_back, left = await off.lanes.claim(3, 1)
    for claim in (settled, said):
        await off.lanes.settle(claim, {"outcome": "completed"})
    await off.lanes.postpone(given_back, delay_s=0, failed=False)
    assert left.message.message_id == "40"
    await off.lapse()
    await right.repairs.reclaim()
    answered = [sorted(await right.answers(words=5)) for _ in range(3)]
    assert answered == [["51"], ["40"], ["2", "30"]]  # a suspect runs alone


async def test_an_ingress_that_is_ahead_makes_nobody_wait(bench: Bench, join: Join) -> None:
    """Its time is what the message's age counts from, and no time at which it begins."""
    a = await join("a")
    ahead_ms = round((time.time() + AWAY_S) * 1000)
    await bench.accept(inbound(1, accepted_ms=ahead_ms), word(2, accepted_ms=ahead_ms))
    assert sorted(await a.claims()) == ["1", "2"]
