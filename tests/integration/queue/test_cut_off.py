"""An outage between a claim and its turn (found by the fault suite: the lane stood still 10 s)."""

import asyncio
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from consumer.queue.claim import Claim
from consumer.queue.repairing.sweeper import Sweeper
from tests.integration.queue.conftest import Bench


async def test_a_job_that_an_outage_cut_off_runs_again_without_the_sweeper(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an error of Redis' ends its job before the turn begins, the claim is given back."""
    consumer = await bench.start()
    run_job = consumer.worker.run_job
    cut: list[str] = []

    async def cut_off_once(job_id: str, score: int) -> None:
        if not cut:
            cut.append(job_id)
            raise RedisConnectionError("away")
        await run_job(job_id, score)

    monkeypatch.setattr(consumer.worker, "run_job", cut_off_once)
    monkeypatch.setattr(consumer.repairs, "running", _sees_nothing)  # all the sweeper goes by
    await bench.lane(2)
    await consumer.until_settled(2)
    assert len(cut) == 1
    assert consumer.settled == ["1", "2"]
    assert [claim.crashes for claim in consumer.started] == [0, 0]


async def test_a_claim_whose_answer_was_lost_runs_again_without_the_sweeper(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis marked it as running and the connection broke: what nobody runs is given back."""
    consumer = await bench.start()
    claim = consumer.lanes.claim
    lost: list[Claim] = []

    async def lose_once(want: int, words: int, **options: bool) -> list[Claim]:
        claims = await claim(want, words, **options)
        if claims and not lost:
            lost.extend(claims)
            raise RedisConnectionError("away")
        return claims

    monkeypatch.setattr(consumer.lanes, "claim", lose_once)
    monkeypatch.setattr(Sweeper, "sweep", _sees_nothing)
    await bench.lane(2)
    await consumer.until_settled(2)
    assert len(lost) == 1
    assert [claim.crashes for claim in consumer.started] == [0, 0]


async def _sees_nothing(*_: Any) -> set[Any]:
    await asyncio.Event().wait()
    return set()
