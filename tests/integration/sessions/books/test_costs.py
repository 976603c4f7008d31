"""What a conversation costs, over restarts, kills and moves: each turn once, none left out.

Every turn here is alike, so that each costs about the same, but for the growing context.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis

from consumer.agent import SessionSettings
from consumer.sessions import SessionManager, TurnResult
from sandbox.model.server import ModelServer
from shared.keys import Keys
from tests.integration.sessions.archive.test_redis_stores import manager_in
from tests.integration.sessions.conftest import BOT, LANE, StartManager, kill

TURN = "long 2000"


async def test_a_killed_client_counts_no_turn_twice(start_manager: StartManager) -> None:
    """It resumes from the total of the last client that left by itself, or from nothing."""
    results: list[TurnResult] = []
    for end in ("leave", "kill", "kill"):
        manager = await start_manager()
        results += [await manager.run_turn(LANE, BOT, TURN) for _ in range(2)]
        if end == "kill":
            kill(results[-1].pid)
        await manager.shutdown_all()
    await _all_alike(await start_manager(), results)


@pytest.mark.long
async def test_a_moved_lane_counts_no_turn_twice(
    redis: Redis, keys: Keys, settings: SessionSettings, model: ModelServer, tmp_path: Path
) -> None:
    """From one consumer to another and back, each with folders of its own."""
    results: list[TurnResult] = []
    for name in ("one", "two", "one"):
        async with manager_in(replace(settings, data_dir=tmp_path / name), redis, keys) as manager:
            results.append(await manager.run_turn(LANE, BOT, TURN))
    async with manager_in(replace(settings, data_dir=tmp_path / "one"), redis, keys) as manager:
        await _all_alike(manager, results)


async def _all_alike(manager: SessionManager, results: list[TurnResult]) -> None:
    costs = [result.cost for result in results]
    assert max(costs) < 1.5 * min(costs), costs
    record = (await manager.account(LANE)).record
    assert record is not None
    assert record.cost == pytest.approx(sum(costs))
