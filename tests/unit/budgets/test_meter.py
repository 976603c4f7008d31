"""The meter of a turn: what it counts, and when it stops one."""

import asyncio
from datetime import UTC, datetime

from redis.exceptions import ConnectionError as RedisGone

from consumer.agent import Spent
from consumer.budgets.meter import TurnMeter, nowhere
from consumer.budgets.reservations import Crossed
from shared.bots.sections.budgets import Budget
from shared.budgets import Counter

NOW = datetime(2026, 11, 28, tzinfo=UTC)
GONE = Crossed(
    Counter(
        bot_id="a",
        scope="bot",
        subject="",
        budget=Budget(tokens=1),
        begins=NOW,
        ends=NOW,
        warn_at=0.8,
    ),
    "tokens",
    100,
)


class Till:
    """Notes what it is told; above `limit` a budget is used up. A note waits for `go`."""

    def __init__(self, limit: int = 10**9) -> None:
        self.noted: list[int] = []
        self.limit = limit
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self, tokens: int) -> Crossed | None:
        self.noted.append(tokens)
        await self.go.wait()
        return GONE if tokens > self.limit else None


async def _settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def _meter(most: int | None, till: Till) -> tuple[TurnMeter, list[str]]:
    stops: list[str] = []
    meter = TurnMeter(most, till)
    meter.begins(lambda: stops.append("stopped"))
    return meter, stops


async def test_a_turn_is_stopped_once_at_what_it_may_use() -> None:
    """At the first count that reaches it, not at each one after it."""
    meter, stops = _meter(100, Till())
    for tokens in (60, 39, 1, 500):
        meter.uses(tokens, goes_on=True)
    assert stops == ["stopped"]
    assert meter.is_at_most
    assert meter.tokens == 600


async def test_what_ends_by_itself_is_not_stopped() -> None:
    """Its answer is whole; the next message meets the budget."""
    till = Till(limit=10)
    meter, stops = _meter(100, till)
    meter.uses(500, goes_on=False)
    await _settled()
    assert not stops
    assert not meter.was_stopped
    assert till.noted == [500]


async def test_another_budget_s_end_stops_it_too() -> None:
    """Whichever turn notes next, whoever used it up."""
    meter, stops = _meter(None, Till(limit=100))
    meter.uses(90, goes_on=True)
    await _settled()
    assert not stops
    meter.uses(20, goes_on=True)
    await _settled()
    assert stops == ["stopped"]
    assert meter.stopped_by == GONE


async def test_one_note_at_a_time_and_none_is_left_out() -> None:
    """What comes while one is under way goes with the next."""
    till = Till()
    till.go.clear()
    meter, _ = _meter(None, till)
    for _ in range(3):
        meter.uses(10, goes_on=True)
        await _settled()
    till.go.set()
    await _settled()
    assert till.noted == [10, 30]
    await meter.close()


async def test_the_agent_s_own_count_goes_before_what_was_seen() -> None:
    """Of an exchange that told nothing, what was seen counts, at the usual price."""
    meter, _ = _meter(None, Till())
    meter.uses(70, goes_on=True)
    meter.spent(Spent(cost=0.5, read=90, written=10))
    assert (meter.tokens, meter.micro_usd(price=3.0)) == (100, 500_000)
    meter.uses(40, goes_on=True)
    assert (meter.tokens, meter.micro_usd(price=3.0)) == (140, 500_120)


async def test_a_redis_that_is_away_stops_no_turn() -> None:
    """Its end books what it used."""

    async def fails(_tokens: int) -> Crossed | None:
        raise RedisGone

    meter = TurnMeter(None, fails)
    meter.uses(10, goes_on=True)
    await _settled()
    await meter.close()
    alone = TurnMeter(5, nowhere)
    alone.uses(10, goes_on=True)
    await alone.close()
    assert (meter.tokens, alone.is_at_most) == (10, True)
