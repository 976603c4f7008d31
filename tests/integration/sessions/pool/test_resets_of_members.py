"""A reset that several consumers are asked for, while lanes go from one of them to another."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from consumer.agent import Tier
from consumer.archive.records import Clock
from consumer.archive.redis_records import RedisRecords
from consumer.queue.homes import Homes
from consumer.queue.lanes import Lanes
from consumer.queue.ownership.membership import Membership
from consumer.sessions import SessionManager
from shared.between_processes.commands import Reset, send
from shared.between_processes.resets import KEPT_S, last_asked
from shared.keys import Keys
from shared.lane import Lane
from tests.fakes.agent import FakeAgents
from tests.patience import PATIENCE_S
from tests.session_settings import session_settings
from tests.unit.sessions.conftest import BOT, LANE, OTHER, THIRD

FAR_MS, LAPSED_MS = 10**14, 1
BOTS = {BOT.id: BOT}
RESET = Reset(all=True)


@dataclass
class Member:
    """One whose turns and commands come when a test says so."""

    manager: SessionManager
    homes: Homes
    me: str

    async def turn(self, lane: Lane) -> Tier:
        """As claim.lua has it: the claimer is the home."""
        assert await self.homes.take(lane)
        return (await self.manager.run_turn(lane, BOT, "hello")).tier

    async def sends_away(self, lane: Lane) -> None:
        """And Redis has heard that nobody is its home."""
        self.manager.departures.send_away(lane)
        async with asyncio.timeout(PATIENCE_S):
            while lane in (await self.homes.mine() or ()):
                await asyncio.sleep(0.001)


Two = tuple[Member, Member]


@asynccontextmanager
async def _member(
    name: str,
    redis: Redis,
    keys: Keys,
    agents: FakeAgents,
    folder: Path,
    clock: Clock = lambda: datetime.now(UTC),
) -> AsyncIterator[Member]:
    membership = Membership(name, shared=True)
    homes = Homes(redis, keys, membership)
    manager = SessionManager(
        session_settings(folder / name, max_hot=4, spares=0, turn_timeout=20),
        records=RedisRecords(redis, keys, lambda _: timedelta(days=1), membership.me),
        make_client=agents,
        clock=clock,
        member=name,
        homes=homes,
        is_first=lambda: name == "a",
    )
    await redis.zadd(keys.members, {membership.me: FAR_MS})
    async with manager:
        yield Member(manager, homes, membership.me)


@pytest.fixture
def agents() -> FakeAgents:
    return FakeAgents()


@pytest.fixture
async def two(redis: Redis, keys: Keys, agents: FakeAgents, tmp_path: Path) -> AsyncIterator[Two]:
    """Members `a`, the first one, and `b`."""
    async with (
        _member("a", redis, keys, agents, tmp_path) as a,
        _member("b", redis, keys, agents, tmp_path) as b,
    ):
        yield a, b


async def test_a_lane_that_moves_between_two_that_hear_of_it_is_reset(
    two: Two, redis: Redis, keys: Keys
) -> None:
    """Each finds it at the other's; who opens it begins anew, once, ahead of its turn too."""
    a, b = two
    for lane in (LANE, OTHER):
        await a.turn(lane)
    await send(redis, keys, RESET)
    await b.manager.reset(RESET)
    for lane in (LANE, OTHER):
        await a.sends_away(lane)
    assert await b.turn(LANE) is Tier.COLD
    await b.manager.prewarm(BOTS)
    await b.manager.get_ready([OTHER], BOTS)
    assert await b.turn(OTHER) is Tier.COLD
    await a.manager.reset(RESET)
    await b.sends_away(LANE)
    assert await a.turn(LANE) is Tier.WARM
    assert 0 < await redis.ttl(keys.reset(None, None)) <= KEPT_S


async def test_a_conversation_that_began_in_the_moment_before_is_reset(
    redis: Redis, keys: Keys
) -> None:
    """When it was asked for is known as exactly as when a conversation began."""
    for _ in range(20):
        seconds, micros = await redis.time()
        began = datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=micros)
        await send(redis, keys, RESET)
        asked = await last_asked(redis, keys, (None, None))
        assert asked is not None
        assert began <= asked


async def test_the_lanes_of_one_that_dies_before_it_has_heard_are_reset(
    two: Two, redis: Redis, keys: Keys
) -> None:
    """Its lease has not lapsed yet: the others leave them to it."""
    a, b = two
    await a.turn(LANE)
    await send(redis, keys, RESET)
    await b.manager.reset(RESET)
    await redis.zadd(keys.members, {a.me: LAPSED_MS})
    assert await b.turn(LANE) is Tier.COLD


async def test_a_clock_that_is_ahead_keeps_nothing_from_a_reset(
    redis: Redis,
    keys: Keys,
    agents: FakeAgents,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By minutes, on one machine: what began is dated by what claims were told of Redis' clock."""
    here = time.time
    monkeypatch.setattr("shared.clocks.redis_time.time.time", lambda: here() + 300)
    lanes = Lanes(redis, keys, "a:1", lease_ms=60_000, has_homes=True)
    async with (
        _member("a", redis, keys, agents, tmp_path, lanes.time.now) as a,
        _member("b", redis, keys, agents, tmp_path) as b,
    ):
        await redis.zadd(keys.members, {"a:1": FAR_MS})
        await lanes.claim(1)
        await a.turn(LANE)
        await send(redis, keys, RESET)
        await b.manager.reset(RESET)
        await a.sends_away(LANE)
        assert await b.turn(LANE) is Tier.COLD


async def test_one_that_hears_late_forgets_nothing_that_began_since(
    two: Two, redis: Redis, keys: Keys
) -> None:
    """Frozen, or started again, with the command waiting for it: for what is nobody's, too."""
    a, b = two
    await b.turn(LANE)
    await b.turn(OTHER)
    await send(redis, keys, RESET)
    await b.manager.reset(RESET)
    for lane in (LANE, THIRD):
        assert await b.turn(lane) is Tier.COLD
        await b.sends_away(lane)
    await a.turn(THIRD)
    await a.manager.reset(RESET)
    assert await a.turn(THIRD) is Tier.HOT
    assert await a.turn(LANE) is Tier.WARM


async def test_one_that_moves_away_in_the_middle_keeps_no_other_from_its_reset(
    two: Two, agents: FakeAgents, redis: Redis, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lane that was ours when it was looked at is asked for, and goes on elsewhere."""
    a, b = two
    lanes = (LANE, OTHER, THIRD)
    for lane in lanes:
        await a.turn(lane)
    remove, gone = a.manager._pool.removal.remove, list[Lane]()

    async def slow(lane: Lane, *, forget: bool) -> None:
        if not gone:
            gone.append(lane)
            await a.sends_away(lane)
            assert await b.homes.take(lane)
        await remove(lane, forget=forget)

    monkeypatch.setattr(a.manager._pool.removal, "remove", slow)
    await send(redis, keys, RESET)
    await a.manager.reset(RESET)
    assert await b.turn(gone[0]) is Tier.COLD
    assert [await a.turn(lane) for lane in lanes if lane not in gone] == [Tier.COLD, Tier.COLD]
