"""What was handed over and got lost, or came twice, costs no place, no time and no second turn."""

import asyncio
import json
from collections.abc import Awaitable
from typing import Any, cast

import pytest

from consumer.queue.claim import Claim
from consumer.queue.handed import Handed, HandedOver, Running
from consumer.queue.worker import IDLE_S
from tests.conftest import eventually
from tests.deliveries import inbound
from tests.integration.queue.conftest import Bench, Consumer
from tests.integration.queue.test_handed import handed, offering, waiting
from tests.membership import leave_all

TEN_MINUTES_MS = 600_000


async def test_what_never_began_has_the_time_of_a_whole_turn(bench: Bench) -> None:
    """However long nobody was there: it counts from when it begins."""
    doomed = await offering(bench)
    await bench.lane(1, room_id=1, first=1)
    await began_long_ago(bench, 1)
    await leave_all(bench.redis, bench.keys)
    successor = await bench.start(machine="b")
    await successor.until_settled(1)
    (claim,) = successor.started
    assert (claim.crashes, claim.used_s) == (0, 0)
    assert doomed.lease.me != successor.lease.me


async def test_what_a_later_release_adds_to_it_is_left_out(bench: Bench) -> None:
    """The web process may be newer than the consumer."""
    member = await offering(bench)
    await bench.lane(1)
    (told,) = await handed(bench, member)
    newer = json.dumps({**told, "spoken": "softly"}).encode()
    claim = await member.lanes.take(Handed.read(newer))
    assert claim is not None
    assert claim.message == inbound(1, room_id=2)


async def test_what_is_unreadable_and_was_given_back_ends_nobody(bench: Bench) -> None:
    """It is handed over under a token that it has no more: whoever claims it next ends it."""
    member = await offering(bench)
    await bench.lane(1)
    (told,) = await handed(bench, member)
    stale = Handed.read(json.dumps({**told, "body": "{}", "token": "1.other.1"}).encode())
    assert await member.lanes.take(stale) is None
    assert await bench.redis.exists(bench.keys.message(told["job"]))


async def test_what_failed_before_keeps_the_time_that_it_has_used(bench: Bench) -> None:
    """The claim of its next attempt was lost: all attempts together have the time of one turn."""
    doomed = await offering(bench)
    await bench.lane(1, room_id=1, first=1)
    await began_long_ago(bench, 1)
    message = bench.keys.message(bench.keys.job_id(inbound(1, room_id=1)))
    await cast(Awaitable[int], bench.redis.hset(message, mapping={"failures": 1, "starts": 2}))
    await doomed.lease.release()
    successor = await bench.start(machine="b")
    await successor.until_settled(1)
    (claim,) = successor.started
    assert claim.used_s >= TEN_MINUTES_MS / 1000


async def test_nothing_waits_for_what_is_on_its_way(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place kept for one that has not come falls free with nothing to tell of it."""
    go_on, is_settled, may_end = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def act(consumer: Consumer, claim: Claim) -> None:
        if claim.message.message_id == "1":
            await go_on.wait()

    consumer = await waiting(bench, act, most_turns=2)
    note = consumer._note

    async def note_slowly(where: list[Any], what: Any) -> None:
        if what == "1":  # a turn has more to do when it is settled: signs, a trace
            is_settled.set()
            await may_end.wait()
        await note(where, what)

    monkeypatch.setattr(consumer, "_note", note_slowly)
    await bench.lane(2)
    await consumer.until(lambda: len(consumer.started) == 1)
    gate = await holds_back(consumer, monkeypatch)
    looks = counts_looks(consumer, monkeypatch)
    await bench.lane(1, room_id=3, first=3)
    go_on.set()
    await is_settled.wait()
    await eventually(lambda: has(looks))
    may_end.set()
    await eventually(lambda: is_idle(consumer))
    gate.set()
    async with asyncio.timeout(IDLE_S / 2):
        await consumer.until_settled(3)


async def test_no_more_run_than_may_after_a_failover(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lost how many were handed over: what is on its way has its place all the same."""
    consumer = await waiting(bench, most_turns=1)
    await bench.lane(1)
    await consumer.until_settled(1)
    await cast(
        Awaitable[int], bench.redis.hset(bench.keys.offers, mapping={"handed": 0, "upto": 1})
    )
    looks = counts_looks(consumer, monkeypatch)
    consumer.wakeup.on_lost()
    consumer.wakeup.set()
    await eventually(lambda: has(looks))
    gate = await holds_back(consumer, monkeypatch)
    claim, start, at_once = consumer.lanes.claim, consumer.worker._start, list[int]()

    async def claim_slowly(*_: Any, **__: Any) -> list[Claim]:
        claims = await claim(*_, **__)
        gate.set()
        await consumer.until(lambda: bool(at_once))
        return claims

    def count(claim: Claim) -> None:
        start(claim)
        at_once.append(consumer.worker.busy)

    monkeypatch.setattr(consumer.lanes, "claim", claim_slowly)
    monkeypatch.setattr(consumer.worker, "_start", count)
    await bench.lane(1, room_id=3, first=3)
    await bench.lane(1, room_id=4, first=4)
    consumer.wakeup.set()
    await consumer.until_settled(3)
    assert at_once == [1, 1]


async def test_what_comes_twice_begins_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failover that lost that it was taken gives it again, under the same token."""
    go_on = asyncio.Event()

    async def act(consumer: Consumer, claim: Claim) -> None:
        if claim.message.message_id == "1":
            await go_on.wait()

    words = list[bytes]()
    consumer = await waiting(bench, act)
    take = consumer.wakeup.on_handed

    async def keep(word: bytes) -> None:
        words.append(word)
        await take(word)

    consumer.wakeup.on_handed = keep
    await bench.lane(1)
    await consumer.until(lambda: len(consumer.started) == 1)
    await take(words[0])
    go_on.set()
    await bench.lane(1, first=2)
    await consumer.until_settled(2)
    assert [claim.message.message_id for claim in consumer.started] == ["1", "2"]


def test_what_is_handed_over_in_the_same_millisecond_as_the_look_counts() -> None:
    """It came after it: it was not given back."""
    handed = HandedOver()
    handed.void_until(Running(frozenset(), at_ms=5, handed=3))
    assert handed.read(word(3, 5)) is None
    assert handed.read(word(4, 5)) is not None
    assert handed.taken == 4


def word(number: int, claimed_ms: int) -> bytes:
    """As hand_over.lua gives it."""
    told = {"number": number, "claimed": str(claimed_ms)}
    return json.dumps(
        {**dict.fromkeys(("job", "token", "line", "body", "ticket"), ""), **told}
    ).encode()


async def began_long_ago(bench: Bench, room: int) -> None:
    """As if it had been handed over so long before it is found."""
    message = bench.keys.message(bench.keys.job_id(inbound(1, room_id=room)))
    began = await cast(Awaitable[bytes], bench.redis.hget(message, "began"))
    long_ago = {"began": int(began) - TEN_MINUTES_MS}
    await cast(Awaitable[int], bench.redis.hset(message, mapping=long_ago))


async def holds_back(consumer: Consumer, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """What is handed over from now on is on its way until the event is set."""
    gate, take = asyncio.Event(), consumer.wakeup.on_handed

    async def take_late(word: bytes) -> None:
        await gate.wait()
        await take(word)

    monkeypatch.setattr(consumer.wakeup, "on_handed", take_late)
    return gate


def counts_looks(consumer: Consumer, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Gets one more with each look for work from now on, when it has been answered."""
    looks, claim = list[int](), consumer.lanes.claim

    async def look(*_: Any, **__: Any) -> list[Claim]:
        claims = await claim(*_, **__)
        looks.append(len(claims))
        return claims

    monkeypatch.setattr(consumer.lanes, "claim", look)
    return looks


async def is_idle(consumer: Consumer) -> bool:
    """Whether it runs nothing."""
    return consumer.worker.busy == 0


async def has(looks: list[int]) -> bool:
    """Whether there was one."""
    return bool(looks)
