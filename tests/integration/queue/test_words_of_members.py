"""A control word and its lane's turn are at one member, whichever of them begins first."""

from consumer.queue.cancellation.cancelling import Cancelling
from shared.lane import Lane
from tests.conftest import eventually
from tests.deliveries import inbound
from tests.integration.queue.conftest import Bench
from tests.integration.queue.test_control_lines import Gate, started, word
from tests.integration.queue.test_homes import Join, join

__all__ = ["join"]
LANE = Lane(2, "assistant")


async def test_what_waits_begins_nowhere_else_while_a_word_of_its_lane_runs(
    bench: Bench, join: Join
) -> None:
    """Where it waits for a place or for another try, whoever hears `stop` can stop it, and who
    hears `new` forgets the conversation that it would go on with; also when asked to let go."""
    a, b = await join("a"), await join("b")
    await bench.lane(1)
    await bench.accept(word(2))
    (heard,) = await b.lanes.claim(0, 5)
    await b.homes.let_go(LANE)
    assert await a.claims() == []
    assert not await a.homes.take(LANE)
    assert await Cancelling(b.lanes).stop(bench.keys.job_id(inbound(1))) == "silently"
    await b.lanes.settle(heard, {"outcome": "completed"})
    await b.homes.let_go(LANE)
    await bench.lane(1, first=3)
    assert await a.claims() == ["3"]


async def test_a_word_tells_who_hears_it_that_the_lane_was_elsewhere(
    bench: Bench, join: Join
) -> None:
    """Its next turn is told no more: a client that is open here is old."""
    a, b = await join("a"), await join("b")
    await bench.lane(1)
    assert await b.answers() == ["1"]
    await b.homes.let_go(LANE)
    await bench.accept(word(2))
    (heard,) = await a.lanes.claim(0, 5)
    assert a.moved == [LANE]
    await a.lanes.settle(heard, {"outcome": "completed"})


async def test_a_word_takes_no_lane_from_its_home(bench: Bench, join: Join) -> None:
    """Ahead of a turn another may have taken it, while the lease of who runs one had lapsed."""
    a, b = await join("a"), await join("b")
    await bench.lane(1)
    assert await a.claims() == ["1"]
    await a.lapse()
    assert await b.homes.take(LANE)
    await bench.redis.zadd(bench.keys.members, {a.member.me: 10**14})
    await bench.accept(word(2))
    assert await a.claims() == ["2"]
    assert await b.homes.mine() == {LANE}


async def test_who_drains_hears_words_to_what_it_runs_and_no_others(bench: Bench) -> None:
    """`stop` ends a turn within seconds, however long the drain may take."""
    gate = Gate()
    await bench.lane(1)
    leaving = await bench.start(gate, name="a", shared=True, grace_s=600)
    bench.at_the_end(gate.open.set)
    await leaving.until(lambda: started(leaving) == ["1"])
    leaving.service.stop()
    await eventually(lambda: bench.redis.scard(bench.keys.leaving))
    await bench.accept(word(11, room_id=3), word(10))
    await leaving.until_settled(1)
    gate.open.set()
    await bench.stopped(leaving)
    assert leaving.settled == ["10", "1"]
    follower = await bench.start(gate, name="b", shared=True)
    await follower.until_settled(1)
    assert follower.settled == ["11"]
