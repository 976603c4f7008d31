"""The note that somebody was told to wait (found by the fault suite: it outlived its lane)."""

from consumer.queue.waiting.who_waits import WaitingRoom
from shared.lane import Lane
from tests.deliveries import inbound
from tests.integration.queue.conftest import Bench

LANE = Lane(2, "assistant")


async def test_a_person_is_told_once_while_the_lane_holds_messages(bench: Bench) -> None:
    """The second time is one too many."""
    await bench.accept(inbound(1, room_id=2))
    room = WaitingRoom(bench.redis, bench.keys)
    assert [await room.tell(LANE, "7:busy"), await room.tell(LANE, "7:busy")] == [True, False]


async def test_nobody_is_told_in_a_lane_that_is_empty_by_now(bench: Bench) -> None:
    """A note made after the last message ended would stay, and silence the next one."""
    room = WaitingRoom(bench.redis, bench.keys)
    assert not await room.tell(LANE, "7:busy")
    assert not await bench.redis.exists(bench.keys.notified(LANE))
