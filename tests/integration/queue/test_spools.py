"""What lay on several web processes' disks is fed by each when it can, and goes by its number."""

from collections.abc import Awaitable
from typing import cast

import pytest

from consumer.queue.claim import Claim
from consumer.queue.lanes import Lanes
from consumer.queue.repairing.repairs import Repairs
from shared.audit import NO_AUDIT
from shared.inbound import InboundMessage
from shared.keys import FAR_FUTURE_MS
from shared.operating.actions import Actions
from shared.operating.pauses import Scope
from shared.redis import clock
from tests.deliveries import inbound
from tests.integration.queue.conftest import Bench
from tests.membership import join

LONG_MS = 60_000


@pytest.fixture
async def lanes(bench: Bench) -> Lanes:
    """A member, which claims when it is told to."""
    await join(bench.redis, bench.keys, "me")
    return Lanes(bench.redis, bench.keys, "me", lease_ms=LONG_MS)


async def test_it_waits_for_what_others_may_bring(bench: Bench, lanes: Lanes) -> None:
    """The one that came first has the later numbers: nothing begins before the other has fed."""
    await fed(bench, 16, 17)
    assert await lanes.claim(5) == []
    assert lanes.next_due_s is not None
    await fed(bench, 1, 2)
    assert await lanes.claim(5) == []
    await others_have_fed(bench)
    assert await answered(lanes) == ["1", "2", "16", "17"]


async def test_the_consumer_looks_again_when_it_may_begin(bench: Bench) -> None:
    """Nobody wakes it then."""
    consumer = await bench.start()
    now_ms, wait_ms = await clock.now_ms(bench.redis), 200
    await fed(bench, 1, others_ms=wait_ms)
    await consumer.until_settled(1)
    assert consumer.started[0].claimed_ms >= now_ms + wait_ms


async def test_the_only_web_process_s_waits_for_nobody(bench: Bench, lanes: Lanes) -> None:
    """It is due as one that comes at once, with its lane's head start."""
    await bench.lane(1, room_id=3, first=1)
    await fed(bench, 2, others_ms=0)
    assert len(set(await scores(bench))) == 1
    assert len(await lanes.claim(5)) == 2


async def test_it_waits_behind_a_turn_that_ends_meanwhile(bench: Bench, lanes: Lanes) -> None:
    """A turn went on while Redis was away, and is settled before all have fed."""
    await bench.lane(1, first=1)
    (runs,) = await lanes.claim(1)
    await fed(bench, 16)
    await lanes.settle(runs, {"outcome": "completed"})
    assert await lanes.claim(5) == []
    await fed(bench, 2)
    await others_have_fed(bench)
    assert await answered(lanes) == ["2", "16"]


async def test_one_that_was_overtaken_waits_on_when_the_other_is_gone(
    bench: Bench, lanes: Lanes
) -> None:
    """Its own time stands, whoever stood before it for a while."""
    await fed(bench, 16)
    (before,) = await scores(bench)
    await fed(bench, 1)
    assert await scores(bench) == [before, FAR_FUTURE_MS + before]
    await bench.redis.delete(bench.keys.message(bench.keys.job_id(inbound(1))))
    assert await sweep(bench) == [bench.keys.job_id(inbound(16))]
    assert await scores(bench) == [before]


async def test_what_has_begun_is_not_overtaken(bench: Bench, lanes: Lanes) -> None:
    """Neither while it runs nor while it waits for another try."""
    await bench.lane(1, first=16)
    (claim,) = await lanes.claim(1)
    await fed(bench, 1, others_ms=0)
    await lanes.postpone(claim, delay_s=0, failed=True)
    await fed(bench, 2, others_ms=0)
    assert await answered(lanes) == ["16", "1", "2"]


async def test_what_comes_at_once_overtakes_no_head(bench: Bench) -> None:
    """However near its number: only what comes late may."""
    await fed(bench, 16)
    await bench.lane(1, first=15)
    assert await line(bench) == ["16", "15"]


async def test_a_lane_keeps_its_place_among_others(bench: Bench, lanes: Lanes) -> None:
    """What goes before a head that waits for a place takes its time, too."""
    await bench.accept(inbound(16, accepted_ms=1), inbound(17, room_id=3, accepted_ms=2))
    await fed(bench, 1)
    (claim,) = await lanes.claim(1)
    assert claim.message.message_id == "1"


async def test_no_sweep_sets_it_going(bench: Bench) -> None:
    """Neither one that waits nor one that was overtaken stands still."""
    await fed(bench, 16)
    assert await sweep(bench) == []
    await fed(bench, 1)
    assert await sweep(bench) == []


async def test_what_a_pause_holds_gives_way(bench: Bench, lanes: Lanes) -> None:
    """It goes on by number when that is over; not before."""
    actions, scope = Actions(bench.redis, bench.keys, NO_AUDIT, via="command"), Scope(room_id=2)
    await bench.lane(1, first=16)
    await actions.pause(scope)
    assert await lanes.claim(5) == []
    await fed(bench, 1, others_ms=0)
    assert await lanes.claim(5) == []
    await actions.resume(scope)
    assert await answered(lanes) == ["1", "16"]


async def test_what_a_word_holds_back_gives_way(bench: Bench, lanes: Lanes) -> None:
    """To what was said before the word, which waits for none; it goes on when that is done with."""
    await bench.accept(inbound(10, control="new"), inbound(16))
    (word,) = await lanes.claim(0, 1)
    assert await lanes.claim(5) == []
    await fed(bench, 1, others_ms=0)
    assert await answered(lanes) == ["1"]
    await lanes.settle(word, {"outcome": "completed"})
    assert await answered(lanes) == ["16"]


async def test_a_word_waits_for_nobody(bench: Bench, lanes: Lanes) -> None:
    """It has a line of its own, in which none is overtaken."""
    for number in (7, 6):
        await feed(bench, inbound(number, control="new"), LONG_MS)
    (word,) = await lanes.claim(0, 1)
    assert word.message.message_id == "7"


async def fed(bench: Bench, *numbers: int, others_ms: int = LONG_MS) -> None:
    """These come from the spool of one web process."""
    for number in numbers:
        await feed(bench, inbound(number), others_ms)


async def feed(bench: Bench, message: InboundMessage, others_ms: int) -> None:
    """This one does."""
    taken = await bench.queue.accept(message, promised=True, others_ms=others_ms)
    assert taken == "accepted"


async def others_have_fed(bench: Bench) -> None:
    """The time for which they are waited for is over: all times in arq's queue are so much
    nearer."""
    queue, now_ms = bench.keys.queue, await clock.now_ms(bench.redis)
    rows = await bench.redis.zrange(queue, 0, -1, withscores=True)
    waiting = {job: at - LONG_MS for job, at in rows if at > now_ms and at != FAR_FUTURE_MS}
    await bench.redis.zadd(queue, waiting)


async def answered(lanes: Lanes) -> list[str]:
    """What is claimed, each after the one before it has ended."""
    done = list[Claim]()
    while claims := await lanes.claim(5):
        done += claims
        for claim in claims:
            await lanes.settle(claim, {"outcome": "completed"})
    return [claim.message.message_id for claim in done]


async def line(bench: Bench) -> list[str]:
    """Who stands in the lane, in order."""
    stored = bench.redis.lrange(bench.keys.lane(inbound().lane), 0, -1)
    jobs = await cast(Awaitable[list[bytes]], stored)
    return [job.decode().rpartition(":")[2] for job in jobs]


async def scores(bench: Bench) -> list[int]:
    """Every message's in arq's queue, the lowest first."""
    rows = await bench.redis.zrange(bench.keys.queue, 0, -1, withscores=True)
    return [int(score) for _, score in rows]


async def sweep(bench: Bench) -> list[str]:
    """Which heads it sets going."""
    return await Repairs(bench.redis, bench.keys, "me", lease_ms=LONG_MS).sweep()
