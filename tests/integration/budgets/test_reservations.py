"""Reservations on a real server: nothing is set aside twice, forgotten, or left by the dead."""

import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from consumer.budgets.reservations import FIRST_TOKENS, OutOf, Reservations, Reserved
from consumer.queue.claim import Claim
from consumer.queue.errors import Fenced
from shared.bots.sections.budgets import Budget
from shared.budgets import Counter, used_of
from shared.inbound import InboundMessage
from shared.keys import Keys

MICRO_USD = 2
"""Of a token, as a bot's first turns are priced."""


def _claim(keys: Keys, number: int, token: str = "1") -> Claim:
    message = InboundMessage(
        bot_id="ops",
        room_id=number,
        room_name="R",
        user_id=7,
        user_name="Ada",
        message_id=str(number),
        text="x",
        html=None,
        accepted_ms=0,
    )
    job_id = keys.job_id(message)
    return Claim(job_id=job_id, token=token, message=message, claimed_ms=0, starts=1)


def _counter(ends: datetime | None = None, **bounds: float) -> Counter:
    now = datetime.now(UTC)
    return Counter(
        bot_id="ops",
        scope="bot",
        subject="",
        budget=Budget.model_validate(bounds),
        begins=now - timedelta(hours=1),
        ends=ends or now + timedelta(hours=1),
        warn_at=0.8,
    )


class Till:
    """Reservations, and claims that are really held."""

    def __init__(self, redis: Redis, keys: Keys) -> None:
        self.redis, self.keys = redis, keys
        self.reservations = Reservations(redis, keys, patience_s=600)

    async def claim(self, number: int, token: str = "1") -> Claim:
        claim = _claim(self.keys, number, token)
        await self.redis.hset(self.keys.message(claim.job_id), "token", token)  # type: ignore[misc]
        return claim

    async def reserve(self, claim: Claim, *counters: Counter) -> Reserved | OutOf:
        return await self.reservations.reserve(claim, lambda _: counters, 1)

    async def spent(self, counter: Counter) -> dict[str, int]:
        (used,) = await used_of(self.redis, self.keys, [counter])
        return dict(used.spent)

    async def field(self, counter: Counter, name: str) -> int:
        found = await self.redis.hget(counter.key(self.keys), name)  # type: ignore[misc]
        return int(found or 0)


@pytest.fixture
def till(redis: Redis, keys: Keys) -> Till:
    """On a prefix of the test's own."""
    return Till(redis, keys)


async def _run(till: Till, number: int, counter: Counter, call: int, calls: int) -> int:
    """A turn as the meter has it: each call of the model is noted once it was made."""
    claim = await till.claim(number)
    reserved = await till.reserve(claim, counter)
    if isinstance(reserved, OutOf):
        return 0
    used = 0
    for _ in range(calls):
        await asyncio.sleep(random.uniform(0, 0.01))
        used += call
        if await till.reservations.note(claim, reserved, used):
            break
    await till.reservations.settle(claim, reserved, used, used * MICRO_USD)
    return used


@pytest.mark.parametrize(
    ("unit", "bounds", "limit"),
    [
        ("tokens", {"tokens": 30_000}, 30_000),
        ("tokens", {"tokens": 100_000}, 100_000),
        ("micro_usd", {"usd": 0.1}, 100_000),
    ],
)
async def test_a_flood_oversteps_by_one_call_of_each_turn_that_runs(
    till: Till, unit: str, bounds: dict[str, Any], limit: int
) -> None:
    """100 turns at once, each of which would use far more: the stated bound holds, and it is
    exact: what was counted is what was used."""
    counter, call = _counter(**bounds), 1000
    tokens = await asyncio.gather(*(_run(till, n, counter, call, 500) for n in range(100)))
    price = 1 if unit == "tokens" else MICRO_USD
    ran, used = sum(it > 0 for it in tokens), sum(tokens) * price
    assert limit <= used <= limit + ran * call * price
    assert ran < 100, "none begins once all is set aside"
    assert (await till.spent(counter))[unit] == used
    assert await till.field(counter, f"reserved_{unit}") == 0
    assert await till.field(counter, f"running_{unit}") == 0
    assert await till.redis.zcard(till.keys.budget_turns) == 0


async def test_all_or_none(till: Till) -> None:
    """What one budget refuses is set aside of no other."""
    plenty, none = _counter(tokens=10**9), replace(_counter(tokens=1), scope="room", subject="1")
    first = await till.reserve(await till.claim(1), none)
    assert isinstance(first, Reserved)
    refused = await till.reserve(await till.claim(2), plenty, none)
    assert refused == OutOf(none, "tokens", is_spent=False)
    assert await till.field(plenty, "reserved_tokens") == 0
    await till.reservations.settle(_claim(till.keys, 1), first, 1, 1)
    assert await till.reserve(await till.claim(2), plenty, none) == OutOf(none, "tokens")


async def test_asked_twice_it_sets_aside_once(till: Till) -> None:
    """An answer that got lost is asked for again; so is a settlement's."""
    counter, claim = _counter(tokens=10**6, messages=5), await till.claim(1)
    reserved = await till.reserve(claim, counter)
    assert await till.reserve(claim, counter) == reserved
    assert isinstance(reserved, Reserved)
    assert await till.field(counter, "reserved_tokens") == FIRST_TOKENS
    for _ in range(2):
        await till.reservations.settle(claim, reserved, 70, 140)
    assert await till.spent(counter) == {"tokens": 70, "micro_usd": 140, "messages": 1}


async def test_what_a_killed_turn_had_noted_is_paid_by_its_next_attempt(till: Till) -> None:
    """Its own settlement, should it wake up again, changes nothing: the claim is another's."""
    counter, old = _counter(tokens=10**6), await till.claim(1, token="1")
    reserved = await till.reserve(old, counter)
    assert isinstance(reserved, Reserved)
    await till.reservations.note(old, reserved, 30_000)
    assert await till.field(counter, "reserved_tokens") == 30_000, "it grows with what is used"
    new = await till.claim(1, token="2")
    again = await till.reserve(new, counter)
    assert isinstance(again, Reserved)
    assert await till.reservations.settle(old, reserved, 99, 99) == []
    assert await till.reservations.note(old, reserved, 10**6) is None
    with pytest.raises(Fenced):
        await till.reserve(old, counter)
    await till.reservations.settle(new, again, 5_000, 10_000)
    assert await till.spent(counter) == {"tokens": 35_000, "micro_usd": 70_000, "messages": 2}


async def test_the_hold_of_a_dead_turn_lapses(till: Till) -> None:
    """What it was known to have used is paid by whoever comes next; the rest is free."""
    counter, dead = _counter(tokens=20_000), await till.claim(1)
    hasty = Reservations(till.redis, till.keys, patience_s=0.05)
    reserved = await hasty.reserve(dead, lambda _: [counter], 1)
    assert isinstance(reserved, Reserved)
    await hasty.note(dead, reserved, 12_000)
    await asyncio.sleep(0.1)
    assert isinstance(await till.reserve(await till.claim(2), counter), Reserved)
    assert (await till.spent(counter))["tokens"] == 12_000
    assert await till.field(counter, "reserved_tokens") == FIRST_TOKENS


async def test_a_turn_counts_for_the_time_it_began_in(till: Till) -> None:
    """At midnight the next one's counter begins with nothing, and is asked for at once."""
    soon = datetime.now(UTC) + timedelta(seconds=0.2)
    today, tomorrow = _counter(soon, tokens=1), _counter(tokens=1)
    tomorrow = replace(tomorrow, begins=soon)

    def at(now: datetime) -> Sequence[Counter]:
        return [today if now < soon else tomorrow]

    first = await till.reservations.reserve(await till.claim(1), at, 1)
    assert isinstance(first, Reserved)
    assert isinstance(await till.reservations.reserve(await till.claim(2), at, 1), OutOf)
    await asyncio.sleep(0.25)
    second = await till.reservations.reserve(await till.claim(2), at, 1)
    assert isinstance(second, Reserved)
    assert second.counters == [tomorrow]
    await till.reservations.settle(_claim(till.keys, 1), first, 50, 100)
    assert (await till.spent(today))["tokens"] == 50
    assert (await till.spent(tomorrow))["tokens"] == 0
    # A counter chosen a moment before its end is refused by Redis' clock, not by ours.
    answers = iter([[today], [tomorrow]])
    late = await till.reservations.reserve(await till.claim(3), lambda _: next(answers), 1)
    assert isinstance(late, OutOf)
    assert late.counter == tomorrow


async def test_it_learns_what_turns_use(till: Till) -> None:
    """The next one sets aside a bot's average, and prices what was not told by it."""
    counter = _counter(tokens=10**9)
    for number in range(60):
        claim = await till.claim(number)
        reserved = await till.reserve(claim, counter)
        assert isinstance(reserved, Reserved)
        await till.reservations.settle(claim, reserved, 2_000, 10_000)
    reserved = await till.reserve(await till.claim(99), counter)
    assert isinstance(reserved, Reserved)
    assert (reserved.tokens, reserved.price) == (2_000, 5.0)


async def test_no_words_and_no_braces_stand_in_what_is_kept(till: Till) -> None:
    """Ids and numbers only; and every key has an end."""
    counter, claim = _counter(tokens=10), await till.claim(1)
    reserved = await till.reserve(claim, counter)
    assert isinstance(reserved, Reserved)
    stored = await till.redis.hgetall(till.keys.budget_turn(claim.job_id))  # type: ignore[misc]
    assert json.loads(stored[b"counters"]) == [counter.key(till.keys)]
    for name in (counter.key(till.keys), till.keys.budget_turn(claim.job_id)):
        assert await till.redis.pttl(name) > 0
