"""A message of an idle lane is handed to the only consumer in the step that accepts it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest
from redis.exceptions import ConnectionError as RedisIsAway

from consumer.queue.claim import Claim
from consumer.queue.repairing.sweeper import Sweeper
from shared.acceptance.queue import RedisQueue
from shared.lane import Lane, Line
from tests.conftest import eventually
from tests.deliveries import inbound
from tests.integration.queue.conftest import Bench, Consumer
from tests.integration.queue.doomed import Doomed
from tests.membership import leave_all

LONG_MS = 60_000
PLACES = 4


async def test_who_waits_asks_for_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The claim comes with the message, and is as one that was asked for."""
    consumer = await waiting(bench)
    asked = list[Claim]()

    async def claim(*_: Any, **__: Any) -> list[Claim]:
        asked.extend(await bench_claim(*_, **__))
        return asked

    bench_claim = consumer.lanes.claim
    monkeypatch.setattr(consumer.lanes, "claim", claim)
    await bench.lane(1)
    await consumer.until_settled(1)
    (begun,) = consumer.started
    assert asked == []
    assert begun.message == inbound(1, room_id=2)
    assert (begun.starts, begun.crashes, begun.failures) == (1, 0, 0)
    assert (begun.is_last, begun.began_ms) == (True, begun.claimed_ms)
    assert json.loads(begun.ticket)["a"] == [2, "assistant", "1"]
    ended = await cast(Awaitable[list[bytes]], bench.redis.hvals(bench.keys.ended_messages))
    (kept,) = map(json.loads, ended)
    assert [step["what"] for step in kept["steps"]] == ["claimed", "settled"]


async def test_a_turn_begins_before_the_next_message_is_asked_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for its answer is not kept by the way to Redis."""
    happened = list[str]()

    async def begin(*_: object) -> None:
        happened.append("begun")

    consumer = await waiting(bench, begin)
    listening = consumer.wakeup._redis
    pop: Callable[..., Awaitable[Any]] = listening.blpop  # type: ignore[assignment]

    async def ask(*asked: Any, **named: Any) -> Any:
        happened.append("asked")
        return await pop(*asked, **named)

    monkeypatch.setattr(listening, "blpop", ask)
    await bench.lane(1)
    await eventually(lambda: _are_there(happened, 2))
    assert happened[:2] == ["begun", "asked"]


async def _are_there(happened: list[str], many: int) -> bool:
    return len(happened) >= many


async def test_a_place_that_falls_free_is_offered_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many more messages than places, one after the other: none has to be asked for."""
    consumer = await waiting(bench, most_turns=2)
    asked = list[int]()
    claim = consumer.lanes.claim

    async def counting(want: int, *more: Any, **named: Any) -> list[Claim]:
        asked.append(want)
        return await claim(want, *more, **named)

    monkeypatch.setattr(consumer.lanes, "claim", counting)
    for number in range(1, 9):
        await bench.lane(1, first=number)
        await consumer.until_settled(number)
        await eventually(lambda: _is_idle(consumer))
    assert asked == []


async def _is_idle(consumer: Consumer) -> bool:
    return not consumer.worker.busy


@pytest.mark.parametrize("places", [1, 2])
async def test_the_last_place_is_not_offered_before_it_is_free(bench: Bench, places: int) -> None:
    """A task lasts a moment longer than its message: what came in between would be given back."""
    offered = list[bool]()

    async def look(consumer: Consumer, _: Claim) -> None:
        offered.append(consumer.lanes.offers_place())

    consumer = await waiting(bench, look, most_turns=places)
    await bench.lane(1)
    await consumer.until_settled(1)
    assert offered == [places > 1]


async def test_who_drains_offers_nothing(bench: Bench) -> None:
    """Also not the place of a turn that ends meanwhile."""
    go_on = asyncio.Event()

    async def until_told(*_: object) -> None:
        await go_on.wait()

    consumer = await waiting(bench, until_told)
    await bench.lane(1)
    await consumer.until(lambda: len(consumer.started) == 1)
    consumer.service.stop()
    await eventually(lambda: _is_withdrawn(bench))
    go_on.set()
    await bench.stopped(consumer)
    assert await _is_withdrawn(bench)


async def _is_withdrawn(bench: Bench) -> bool:
    upto = cast(Awaitable[bytes | None], bench.redis.hget(bench.keys.offers, "upto"))
    return await upto in (None, b"-1")


async def test_it_is_running_and_marked_as_any_that_was_claimed(bench: Bench) -> None:
    """By its own token, until the lease lapses; dashboards see it run."""
    member = await offering(bench)
    await bench.lane(1)
    (word,) = await handed(bench, member)
    job, keys, redis = bench.keys.job_id(inbound(1, room_id=2)), bench.keys, bench.redis
    assert word["job"] == job
    stored = await cast(Awaitable[dict[bytes, bytes]], redis.hgetall(keys.message(job)))
    assert (stored[b"token"].decode(), stored[b"by"].decode()) == (word["token"], member.lease.me)
    assert word["token"].split(".")[1] == member.lease.me
    assert await redis.get(keys.in_progress(job)) == member.lease.me.encode()
    assert 0 < await redis.pttl(keys.in_progress(job)) <= LONG_MS
    assert not await redis.exists(keys.wake_of(member.member.name))


async def test_two_web_processes_never_give_one_token(bench: Bench) -> None:
    """Where a failover of Redis gives a count twice, what it was given for differs all the same."""
    member = await offering(bench)
    tokens = list[str]()
    for _ in range(2):
        queue = RedisQueue(bench.redis, bench.keys)
        for _ in range(2):
            await queue.accept(inbound(1))
            tokens += [word["token"] for word in await handed(bench, member)]
            await forget_all(bench, member)
    assert len({token.split(".")[0] for token in tokens}) == 1
    assert len(set(tokens)) == 4


async def test_what_comes_late_waits_for_what_goes_before_it(bench: Bench) -> None:
    """From a spool, or from a look into Campfire: by its number, which others may come below."""
    member = await offering(bench)
    await bench.queue.accept(inbound(2, room_id=1), promised=True)
    await bench.queue.accept_late(inbound(3, room_id=2), now_ms=1)
    assert await handed(bench, member) == []


Hinder = Callable[[Bench, Doomed], Awaitable[Any]]


async def a_pause(bench: Bench, member: Doomed) -> None:
    """Something stands still; whether it is this lane, a claim finds out."""
    await cast(Awaitable[int], bench.redis.hset(bench.keys.paused, "room:9", "1"))


async def a_suspect(bench: Bench, member: Doomed) -> None:
    """Something is to run alone."""
    await cast(Awaitable[int], bench.redis.rpush(bench.keys.suspects, "other"))


async def a_word_that_waits(bench: Bench, member: Doomed) -> None:
    """Of any lane: it is claimed first."""
    await bench.redis.zadd(bench.keys.control_due, {"other": 1})


async def a_word_that_runs(bench: Bench, member: Doomed) -> None:
    """Of this lane: what came after "new" belongs to the new conversation."""
    line = Line(Lane(2, "assistant"), control=True)
    await cast(Awaitable[int], bench.redis.rpush(bench.keys.lane(line), "word"))


async def a_lapsed_lease(bench: Bench, member: Doomed) -> None:
    """Nobody is there."""
    await bench.redis.zadd(bench.keys.members, {member.lease.me: 1})


async def another_member(bench: Bench, member: Doomed) -> None:
    """Then it is asked whose the lane is."""
    await bench.redis.zadd(bench.keys.members, {"other:1": 9_999_999_999_999})


async def another_process(bench: Bench, member: Doomed) -> None:
    """What one that is dead has offered is not its successor's: that may be an older release's."""
    await bench.redis.delete(bench.keys.members)
    await bench.redis.zadd(bench.keys.members, {"only:1": 9_999_999_999_999})


async def a_drain(bench: Bench, member: Doomed) -> None:
    """What is claimed while it begins offers nothing again."""
    await member.lease.begin_to_leave()
    await member.lanes.claim(PLACES, PLACES, taken=0)


async def no_place(bench: Bench, member: Doomed) -> None:
    """As many came as there were places."""
    for room in range(10, 10 + PLACES):
        await bench.lane(1, room_id=room, first=room)
    await forget_all(bench, member)


async def one_before_it(bench: Bench, member: Doomed) -> None:
    """Its lane is not idle."""
    await bench.lane(1, first=9)
    await forget_all(bench, member, keep_message=True)


@pytest.mark.parametrize(
    "hinder",
    [
        a_pause,
        a_suspect,
        a_word_that_waits,
        a_word_that_runs,
        a_lapsed_lease,
        another_member,
        another_process,
        a_drain,
        no_place,
        one_before_it,
    ],
)
async def test_it_waits_where_a_claim_has_to_look(bench: Bench, hinder: Hinder) -> None:
    """It is not claimed then: whoever may is woken, as before there was any handing over."""
    member = await offering(bench)
    await hinder(bench, member)
    await bench.lane(1)
    assert await handed(bench, member) == []
    job = bench.keys.job_id(inbound(1, room_id=2))
    assert not await cast(Awaitable[int], bench.redis.sismember(bench.keys.running, job))


async def test_what_is_on_its_way_has_its_place(bench: Bench) -> None:
    """No more run than may, however late the consumer hears of those that were handed to it."""
    member = await offering(bench)
    for room in range(1, PLACES + 3):
        await bench.lane(1, room_id=room, first=room)
    assert len(await handed(bench, member)) == PLACES
    assert await member.lanes.claim(PLACES, taken=0) == []
    (one,) = await member.lanes.claim(PLACES, taken=1)
    assert one.message.room_id == PLACES + 1
    await bench.lane(1, room_id=9, first=9)
    assert len(await handed(bench, member)) == PLACES


async def test_the_rest_of_its_places_is_offered_anew(bench: Bench) -> None:
    """By each look for work, which takes what is due first."""
    member = await offering(bench)
    for room in range(1, PLACES + 2):
        await bench.lane(1, room_id=room, first=room)
    assert len(await member.lanes.claim(PLACES, taken=PLACES)) == 1
    for room in range(10, 20):
        await bench.lane(1, room_id=room, first=room)
    assert len(await handed(bench, member)) == PLACES + PLACES - 1


async def test_one_without_a_place_is_given_back(bench: Bench) -> None:
    """As after a failover that lost how many were offered: it runs when there is one."""
    go_on = asyncio.Event()

    async def act(consumer: Consumer, claim: Claim) -> None:
        await go_on.wait()

    consumer = await waiting(bench, act, most_turns=1)
    await bench.lane(1, room_id=1, first=1)
    await consumer.until(lambda: len(consumer.started) == 1)
    await cast(Awaitable[int], bench.redis.hset(bench.keys.offers, "upto", "100"))
    await bench.lane(1, room_id=2, first=2)
    await eventually(lambda: nothing_runs_but(bench, 1))
    assert len(consumer.started) == 1
    go_on.set()
    await consumer.until_settled(2)
    assert [claim.crashes for claim in consumer.started] == [0, 0]


async def test_what_comes_late_is_given_back(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process stood still: another may have claimed it since. Here nobody did."""
    consumer = await waiting(bench)
    time = consumer.lanes.time
    now_ms = time.now_ms

    def told(
        at_ms: int, asked_s: float
    ) -> None:  # by the next claim: then it runs on as Redis' own
        monkeypatch.setattr(time, "now_ms", now_ms)

    came, take = list[bytes](), consumer.wakeup.on_handed

    async def note(word: bytes) -> None:
        came.append(word)
        await take(word)

    monkeypatch.setattr(consumer.wakeup, "on_handed", note)
    monkeypatch.setattr(time, "now_ms", lambda: now_ms() + LONG_MS)
    monkeypatch.setattr(time, "told", told)
    await bench.lane(1)
    await consumer.until_settled(1)
    began_anew(consumer, came)


async def test_what_is_lost_on_its_way_runs_at_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection broke after Redis had given it: not the sweeper's ten seconds later."""
    monkeypatch.setattr(Sweeper, "sweep", never)
    consumer = await waiting(bench)
    lost = await lose_next(consumer, monkeypatch)
    await bench.lane(1)
    await consumer.until_settled(1)
    began_anew(consumer, lost)


async def test_what_comes_after_it_was_given_back_is_not_begun(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has been claimed anew, or has ended: one turn of it runs."""
    consumer = await waiting(bench)
    lost = await lose_next(consumer, monkeypatch)
    await bench.lane(1)
    await consumer.until_settled(1)
    await consumer.wakeup.on_handed(lost[0])
    await bench.lane(1, first=2)
    await consumer.until_settled(2)
    assert [claim.message.message_id for claim in consumer.started] == ["1", "2"]


async def test_the_sweeper_finds_what_never_came(bench: Bench) -> None:
    """Twice it is marked as running and nobody runs it; what comes later begins no more."""
    consumer = await waiting(bench)
    consumer.wakeup._lists.remove(consumer.wakeup._handed)
    await listens_anew(consumer)
    await bench.lane(1)
    (word,) = await cast(
        Awaitable[list[bytes]],
        bench.redis.lrange(bench.keys.handed_to(consumer.lease.me), 0, -1),
    )
    sweeper = Sweeper(
        consumer.repairs, consumer.worker.holds, on_lost=consumer.worker.handed.void_until
    )
    await sweeper.sweep()
    assert consumer.started == []
    await sweeper.sweep()
    await consumer.until_settled(1)
    await consumer.wakeup.on_handed(word)
    await bench.lane(1, first=2)
    await sweeper.sweep()
    await sweeper.sweep()
    await consumer.until_settled(2)
    assert [claim.crashes for claim in consumer.started] == [0, 0]


async def test_what_a_dead_consumer_never_took_is_no_crash(bench: Bench) -> None:
    """It took nobody down; what had been taken may have."""
    doomed = await offering(bench)
    for room in (1, 2, 3):
        await bench.lane(1, room_id=room, first=room)
    await cast(Awaitable[bytes], bench.redis.lpop(bench.keys.handed_to(doomed.lease.me)))
    await leave_all(bench.redis, bench.keys)
    successor = await bench.start(machine="b")
    await successor.until_settled(3)
    crashes = {claim.message.message_id: claim.crashes for claim in successor.started}
    assert crashes == {"1": 1, "2": 0, "3": 0}
    assert await bench.left() == []


async def test_who_leaves_gives_back_what_it_never_took(bench: Bench) -> None:
    """No crash, and not only when somebody finds that the lease has lapsed."""
    member = await offering(bench)
    await bench.lane(1)
    await member.lease.release()
    assert not await bench.redis.exists(bench.keys.running)
    successor = await bench.start(machine="b")
    await successor.until_settled(1)
    assert [(claim.starts, claim.crashes) for claim in successor.started] == [(1, 0)]
    assert await bench.left() == []


async def test_what_is_handed_over_amid_a_drain_waits_for_the_next(bench: Bench) -> None:
    """It was on its way when the drain began."""
    consumer = await waiting(bench)
    consumer.worker.allow_pick_jobs = False
    await bench.lane(1)
    await eventually(lambda: nothing_runs_but(bench, 0))
    assert consumer.started == []
    consumer.service.stop()
    await bench.stopped(consumer)
    successor = await bench.start(machine="b")
    await successor.until_settled(1)
    assert [claim.crashes for claim in successor.started] == [0]


async def test_a_turn_waits_until_its_lanes_last_is_over_here(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis has settled that, and the answer is lost: to be asked again takes as long as an outage.
    Meanwhile the lane is idle for whoever accepts."""
    consumer = await waiting(bench)
    settle, is_settled, heard = consumer.lanes.settle, asyncio.Event(), asyncio.Event()

    async def settle_slowly(claim: Claim, *of: Any, **options: Any) -> bool:
        answer = await settle(claim, *of, **options)
        is_settled.set()
        await heard.wait()
        return answer

    monkeypatch.setattr(consumer.lanes, "settle", settle_slowly)
    await bench.lane(1)
    await is_settled.wait()
    await bench.lane(2, first=2)
    await eventually(lambda: runs_here(consumer, 2))
    assert [claim.message.message_id for claim in consumer.started] == ["1"]
    heard.set()
    await consumer.until_settled(3)
    assert consumer.settled == ["1", "2", "3"]


async def runs_here(consumer: Consumer, count: int) -> bool:
    """Whether it holds so many messages."""
    return consumer.worker.busy == count


def began_anew(consumer: Consumer, handed_over: list[bytes]) -> None:
    """What had been handed over was claimed once more, and that is its first start."""
    (word,), (claim,) = handed_over, consumer.started
    assert json.loads(word)["token"] != claim.token
    assert (claim.starts, claim.began_ms, claim.crashes) == (1, claim.claimed_ms, 0)


async def waiting(bench: Bench, *act: Any, **options: Any) -> Consumer:
    """A consumer that has looked for work, and offers its places."""
    consumer = await bench.start(*act, **{"lease_ms": LONG_MS, **options})
    await eventually(lambda: bench.redis.exists(bench.keys.offers))
    return consumer


async def offering(bench: Bench) -> Doomed:
    """A member that offers places, and takes nothing."""
    member = Doomed(bench, "a")
    member.lease._lease_ms = LONG_MS
    await member.lease.acquire()
    assert await member.lanes.claim(PLACES, PLACES, taken=0) == []
    return member


async def handed(bench: Bench, member: Doomed) -> list[dict[str, Any]]:
    """What was handed to it and not taken."""
    words = bench.redis.lrange(bench.keys.handed_to(member.lease.me), 0, -1)
    return [json.loads(word) for word in await cast(Awaitable[list[bytes]], words)]


async def forget_all(bench: Bench, member: Doomed, *, keep_message: bool = False) -> None:
    """As if Redis had lost the last writes: the count of claims, and what was handed over."""
    keys = bench.keys
    names = [keys.handed_to(member.lease.me), keys.token, keys.running]
    if not keep_message:
        left = [key async for key in bench.redis.scan_iter(f"{keys.tag}:seen:*")]
        left += [key async for key in bench.redis.scan_iter(f"{keys.tag}:lane:*")]
        names += [key.decode() for key in left]
    await bench.redis.delete(*names)


async def lose_next(consumer: Consumer, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The connection breaks when the next message was handed over; gives what was lost."""
    listening, lost = consumer.wakeup._redis, list[bytes]()
    pop: Callable[..., Awaitable[Any]] = listening.blpop  # type: ignore[assignment]

    async def lose_once(*_: Any, **__: Any) -> Any:
        word = await pop(*_, **__)
        if word is not None and word[0] == consumer.wakeup._handed and not lost:
            lost.append(word[1])
            raise RedisIsAway("away")
        return word

    monkeypatch.setattr(listening, "blpop", lose_once)
    await listens_anew(consumer)
    return lost


async def listens_anew(consumer: Consumer) -> None:
    """It takes a word, and then blocks as it has been told to since."""
    wake = str(consumer.wakeup._lists[-1])
    await cast(Awaitable[int], consumer.redis.rpush(wake, "1"))
    await eventually(lambda: no_list(consumer, wake))


async def no_list(consumer: Consumer, name: str) -> bool:
    """Whether nothing lies in the list."""
    return not await consumer.redis.exists(name)


async def nothing_runs_but(bench: Bench, count: int) -> bool:
    """Whether so many messages run, as Redis knows."""
    return await cast(Awaitable[int], bench.redis.scard(bench.keys.running)) == count


async def never(*_: Any) -> None:
    """Repairs nothing."""
    await asyncio.Event().wait()
