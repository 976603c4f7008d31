"""What is written in the step that ends a message: its last post, what its watchers are told."""

import asyncio
import json
from collections.abc import Awaitable
from typing import Any, cast

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisIsAway

from consumer.agent.events import Started, TextDelta, Tier, ToolStarted
from consumer.ending_tasks import cancel_until_done
from consumer.live.broadcast import Broadcast
from consumer.queue.claim import Claim
from consumer.queue.errors import Fenced
from consumer.queue.ticket import Ticket
from shared.between_processes.live_events import Waiting
from shared.keys import Keys
from shared.lane import Lane
from shared.operating.dead_letters import DeadLetters
from shared.redis.message_hash import Field
from tests.conftest import eventually
from tests.deliveries import inbound
from tests.integration.queue.conftest import Bench
from tests.integration.queue.doomed import Doomed

LANE = Lane(2, "assistant")
DONE = {"outcome": "completed"}
DAY_S, HOUR_MS = 24 * 3600, 3_600_000


@pytest.fixture
async def member(bench: Bench) -> Doomed:
    """One that has claimed nothing."""
    member = Doomed(bench, "a")
    member.lease._lease_ms = HOUR_MS
    await member.lease.acquire()
    return member


@pytest.fixture
async def live(member: Doomed, redis: Redis, keys: Keys) -> Broadcast:
    """Where the member's turns tell what happens; nothing of it is written by itself."""
    live = Broadcast(redis, keys, member.lease.me)
    member.lanes.telling = live.ending
    return live


async def claimed(bench: Bench, member: Doomed) -> Claim:
    """The next message, as the member claims it."""
    await bench.lane(1)
    (claim,) = await member.lanes.claim(1)
    return claim


async def stream(redis: Redis, keys: Keys) -> list[str]:
    """Of what kinds the events of the lane are."""
    entries = await redis.xrange(keys.events(LANE))
    kinds = [fields[b"kind"].decode() for _, fields in entries]
    return [kind for kind in kinds if kind != "queued"]


async def kept(bench: Bench) -> dict[str, Any]:
    """What is kept of the only message that has ended."""
    rows = cast(Awaitable[list[bytes]], bench.redis.hvals(bench.keys.ended_messages))
    (row,) = await rows
    return dict(json.loads(row))


async def test_the_last_post_is_on_record_with_the_end(bench: Bench, member: Doomed) -> None:
    """Among those that were recorded before, and as the newest that is known of its line."""
    claim = await claimed(bench, member)
    await member.lanes.ledger.record_post(claim, ["76"])
    assert await member.lanes.settle(claim, DONE, posted=["76", "77"])
    assert (await kept(bench))["posts"] == ["76", "77"]
    last = bench.keys.last_post(claim.message.line)
    assert await bench.redis.get(last) == b"77"
    assert DAY_S < await bench.redis.ttl(last) <= 7 * DAY_S


async def test_a_dead_letter_knows_its_last_post(bench: Bench, member: Doomed) -> None:
    """And that none is under way any more."""
    claim = await claimed(bench, member)
    await member.lanes.ledger.record(claim, reply={}, posting=True)
    await member.lanes.settle(claim, {"outcome": "dead", "reason": "x"}, dead=True, posted=["77"])
    letter = bench.keys.dead_letter(claim.job_id)
    found = cast(Awaitable[list[bytes]], bench.redis.hmget(letter, ["posted", "posting"]))
    assert await found == [b'["77"]', None]


async def test_what_waits_is_told_with_the_end(
    bench: Bench, member: Doomed, live: Broadcast
) -> None:
    """In order, in one step, without a look of the broadcast's own; nothing waits after it."""
    claim = await claimed(bench, member)
    turn = live.turn(claim)
    turn.note(Started(Tier.HOT, 1))
    turn.note(TextDelta("answer"))
    turn.posted("77", 1, 1, soon=False)
    await member.lanes.settle(claim, DONE, posted=["77"])
    assert await stream(bench.redis, bench.keys) == ["started", "text_delta", "posted", "settled"]
    assert not live._lanes
    assert 0 < await bench.redis.ttl(bench.keys.events(LANE)) <= 3600


async def test_of_what_did_not_end_no_end_is_told(
    bench: Bench, member: Doomed, live: Broadcast
) -> None:
    """Somebody else has it by now: what happened before is told, by the broadcast itself."""
    claim = await claimed(bench, member)
    turn = live.turn(claim)
    turn.note(ToolStarted("call", "Read"))
    await bench.redis.hset(bench.keys.message(claim.job_id), "token", "other")  # type: ignore[misc]
    with pytest.raises(Fenced):
        await member.lanes.settle(claim, DONE)
    assert await stream(bench.redis, bench.keys) == []
    running = asyncio.create_task(live.run())

    async def told() -> list[str]:
        return await stream(bench.redis, bench.keys)

    assert await eventually(told) == ["tool_started"]
    await cancel_until_done([running], "end of test", again_s=0.2)


async def test_a_fenced_end_alone_leaves_nothing_behind(
    bench: Bench, member: Doomed, live: Broadcast
) -> None:
    """No buffer of the lane stays in memory."""
    claim = await claimed(bench, member)
    await bench.redis.hset(bench.keys.message(claim.job_id), "token", "other")  # type: ignore[misc]
    with pytest.raises(Fenced):
        await member.lanes.settle(claim, DONE)
    assert not live._lanes


async def test_an_end_goes_after_what_is_on_its_way(
    bench: Bench, member: Doomed, live: Broadcast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that was sent, and whose arrival nobody has confirmed, is the first to be told."""
    claim = await claimed(bench, member)
    gate, sent = asyncio.Event(), asyncio.Event()
    publish = live._scripts.run_each

    async def slowly(name: str, calls: Any) -> Any:
        sent.set()
        await gate.wait()
        return await publish(name, calls)

    monkeypatch.setattr(live._scripts, "run_each", slowly)
    running = asyncio.create_task(live.run())
    live.turn(claim).note(Started(Tier.HOT, 1))
    await sent.wait()
    await member.lanes.settle(claim, DONE)
    assert await stream(bench.redis, bench.keys) == []
    gate.set()

    async def told() -> list[str]:
        found = await stream(bench.redis, bench.keys)
        return found if "settled" in found else []

    assert await eventually(told) == ["started", "settled"]
    await cancel_until_done([running], "end of test", again_s=0.2)


async def test_what_is_told_with_an_end_is_not_told_twice(
    bench: Bench, member: Doomed, live: Broadcast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broadcast's own look comes while the end is on its way to Redis."""
    claim = await claimed(bench, member)
    run = member.lanes._scripts.run

    async def beside_a_look(name: str, *call: Any) -> Any:
        await live._write()
        return await run(name, *call)

    live.turn(claim).note(Started(Tier.HOT, 1))
    monkeypatch.setattr(member.lanes._scripts, "run", beside_a_look)
    await member.lanes.settle(claim, DONE)
    await live._write()
    assert await stream(bench.redis, bench.keys) == ["started", "settled"]


async def test_a_message_that_had_ended_takes_nothing_along(
    bench: Bench, member: Doomed, live: Broadcast
) -> None:
    """Somebody else has ended what waits, and told it; what the lane's turn told is told yet."""
    await bench.lane(2)
    (claim,) = await member.lanes.claim(1)
    live.turn(claim).note(ToolStarted("call", "Read"))
    two = inbound(2, room_id=2)
    waiting = Ticket.waiting(bench.keys.job_id(two), two)
    assert await Doomed(bench, "a").lanes.settle_waiting(waiting, {"outcome": "expired"})
    assert not await member.lanes.settle_waiting(waiting, {"outcome": "cancelled"})
    await live._write()
    assert await stream(bench.redis, bench.keys) == ["tool_started"]
    assert not live._lanes


async def test_a_turn_ends_while_somebody_stops_it(
    bench: Bench, member: Doomed, live: Broadcast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The turn's own end overtakes the other, which carries what the turn told."""
    claim = await claimed(bench, member)
    turn = live.turn(claim)
    turn.note(TextDelta("answer"))
    turn.posted("77", 1, 1, soon=False)
    run, gate, asked = member.lanes._scripts.run, asyncio.Event(), asyncio.Event()

    async def the_first_slowly(name: str, *call: Any) -> Any:
        if not asked.is_set():
            asked.set()
            await gate.wait()
        return await run(name, *call)

    monkeypatch.setattr(member.lanes._scripts, "run", the_first_slowly)
    waiting = Ticket.waiting(claim.job_id, claim.message)
    stopping = asyncio.create_task(member.lanes.settle_waiting(waiting, {"outcome": "cancelled"}))
    await asked.wait()
    assert await member.lanes.settle(claim, DONE, posted=["77"])
    gate.set()
    assert not await stopping
    for _ in range(2):
        await live._write()
    assert await stream(bench.redis, bench.keys) == ["text_delta", "posted", "settled"]


@pytest.mark.parametrize("is_on_its_way", [False, True])
async def test_an_end_whose_answer_was_lost_is_told_once(
    bench: Bench,
    member: Doomed,
    live: Broadcast,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_on_its_way: bool,
) -> None:
    """The second question finds the message gone, and ended as it would end it."""
    claim = await claimed(bench, member)
    live.turn(claim).note(Started(Tier.HOT, 1))
    if is_on_its_way:
        live._lanes[LANE].batch("batch")
    run, lost = member.lanes._scripts.run, [RedisIsAway("the answer was lost")]

    async def lose_the_first(name: str, *call: Any) -> Any:
        answer = await run(name, *call)
        if lost:
            raise lost.pop()
        return answer

    monkeypatch.setattr(member.lanes._scripts, "run", lose_the_first)
    assert not await member.lanes.settle(claim, DONE)
    for _ in range(2):
        await live._write()
    assert await stream(bench.redis, bench.keys) == ["started", "settled"]
    assert not live._lanes


async def test_what_is_cut_off_as_it_ends_is_told_once(
    bench: Bench, member: Doomed, live: Broadcast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drain comes when Redis has ended it, and a look for another lane is under way."""
    claim = await claimed(bench, member)
    run, done = member.lanes._scripts.run, asyncio.Event()

    async def without_an_answer(name: str, *call: Any) -> Any:
        await run(name, *call)
        await live._write()
        done.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(member.lanes._scripts, "run", without_an_answer)
    live.turn(claim).note(Started(Tier.HOT, 1))
    live.tell(Lane(9, "assistant"), Waiting(job="job", at_ms=1, busy=1))
    settling = asyncio.create_task(member.lanes.settle(claim, DONE))
    await done.wait()
    await cancel_until_done([settling], "drain", again_s=1)
    await live._write()
    assert await stream(bench.redis, bench.keys) == ["started", "settled"]


@pytest.mark.parametrize("again", [False, True])
async def test_the_stream_lives_an_hour_from_an_end(
    bench: Bench, member: Doomed, live: Broadcast, *, again: bool
) -> None:
    """However long its turn took; also of a dead letter that was given another life."""
    claim = await claimed(bench, member)
    if again:
        await member.lanes.settle(claim, {"outcome": "dead", "reason": "x"}, dead=True)
        letters = DeadLetters(bench.redis, bench.keys)
        assert await letters.requeue(claim.job_id, member.lanes.time.now_ms())
        (claim,) = await member.lanes.claim(1)
    else:
        long_ago = member.lanes.time.now_ms() - 3600 * 1000
        await bench.redis.hset(bench.keys.message(claim.job_id), Field.STREAMED, str(long_ago))  # type: ignore[misc]
    await bench.redis.delete(bench.keys.events(LANE))
    await member.lanes.settle(claim, DONE)
    assert await stream(bench.redis, bench.keys) == ["settled"]
    assert 3000 < await bench.redis.ttl(bench.keys.events(LANE)) <= 3600


async def test_the_stream_outlives_an_end_that_does_not_prolong_it(
    bench: Bench, member: Doomed, live: Broadcast
) -> None:
    """Of a turn that took no minute: its acceptance did."""
    claim = await claimed(bench, member)
    await bench.redis.expire(bench.keys.events(LANE), 3500)
    await member.lanes.settle(claim, DONE)
    assert await stream(bench.redis, bench.keys) == ["settled"]
    assert 3400 < await bench.redis.ttl(bench.keys.events(LANE)) <= 3500


async def test_whoever_stands_behind_stays_in_order(bench: Bench, member: Doomed) -> None:
    """Whether the first of a line ends, or one that waits behind it."""
    await bench.lane(4)
    line, job = bench.keys.lane(LANE), bench.keys.job_id
    first, *_, last = [job(inbound(number, room_id=2)) for number in (1, 2, 3, 4)]
    (claim,) = await member.lanes.claim(1)
    waiting = Ticket.waiting(last, inbound(4, room_id=2))
    await member.lanes.settle_waiting(waiting, {"outcome": "cancelled"})
    assert await bench.redis.lrange(line, 0, -1) == [  # type: ignore[misc]
        name.encode() for name in (first, *(job(inbound(number, room_id=2)) for number in (2, 3)))
    ]
    await member.lanes.settle(claim, DONE)
    (following,) = await member.lanes.claim(1)
    assert following.message.message_id == "2"
    await member.lanes.settle(following, DONE)
    (following,) = await member.lanes.claim(1)
    await member.lanes.settle(following, DONE)
    assert (following.message.message_id, await bench.redis.exists(line)) == ("3", 0)


async def test_what_an_older_release_accepted_has_its_time(bench: Bench, member: Doomed) -> None:
    """It stands in the index of arrivals alone, and is taken out of there."""
    claim = await claimed(bench, member)
    message, arrivals = bench.keys.message(claim.job_id), bench.keys.arrivals
    await bench.redis.hdel(message, "arrived")  # type: ignore[misc]
    await bench.redis.zadd(arrivals, {claim.job_id: 5})
    await member.lanes.settle(claim, DONE)
    assert (await kept(bench))["arrived_ms"] == 5
    assert await bench.redis.zcard(arrivals) == 0
