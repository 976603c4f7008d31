"""Spares, evictions and many restarts with the real CLI; nothing is left behind."""

import asyncio
from pathlib import Path

import psutil
import pytest
from structlog.testing import capture_logs

from consumer.agent import Tier
from sandbox.model.server import ModelServer
from shared.lane import Lane
from tests.integration.sessions.conftest import BOT, LANE, OTHER, StartManager, kill
from tests.patience import PATIENCE_S


async def test_a_spare_answers_a_new_lane_which_is_resumed_later(
    start_manager: StartManager, model: ModelServer
) -> None:
    """The spare's process takes the first turn; after a restart the lane goes on in its folder."""
    manager = await start_manager(spares=1)
    manager.keep_spares([BOT])
    async with asyncio.timeout(PATIENCE_S):
        while manager.stats().spares == 0:
            await asyncio.sleep(0.02)
    result = await manager.run_turn(LANE, BOT, "one")
    assert result.tier is Tier.COLD
    await manager.shutdown_all()
    again = await (await start_manager()).run_turn(LANE, BOT, "two")
    assert again.tier is Tier.WARM
    assert model.recorder.requests[-1].conversation.said == ("one", "two")


async def test_lanes_beyond_the_bound_come_back_with_their_memory(
    start_manager: StartManager, model: ModelServer
) -> None:
    """Two lanes through one place: each is evicted, resumed, and remembers its own words."""
    manager = await start_manager(max_hot=1)
    lanes = [LANE, OTHER]
    for words in ("one", "two"):
        for lane in lanes:
            await manager.run_turn(lane, BOT, f"{words} in {lane.room_id}")
            assert manager.stats().active_sessions == 1
    said = model.recorder.requests[-1].conversation.said
    assert said == ("one in 2", "two in 2")
    assert manager.stats().evicted == 3


@pytest.mark.long
@pytest.mark.parametrize("restarts", [2, 20])
async def test_many_restarts_keep_the_conversation(
    start_manager: StartManager, model: ModelServer, restarts: int
) -> None:
    """So many times a turn and a restart: the model is sent all messages, once each."""
    words = [f"message {number}" for number in range(restarts)]
    for word in words:
        manager = await start_manager()
        await manager.run_turn(LANE, BOT, word)
        await manager.shutdown_all()
    assert model.recorder.requests[-1].conversation.said == tuple(words)


async def test_nothing_is_left_after_a_busy_life(
    start_manager: StartManager, tmp_path: Path
) -> None:
    """Turns, evictions, cancels, kills and a shutdown: no process, task, descriptor or file."""
    process = psutil.Process()
    files, before = process.num_fds(), set(process.children(recursive=True))
    manager = await start_manager(max_hot=2, spares=1)
    manager.keep_spares([BOT])
    for number in range(4):
        lane = Lane(number, "assistant")
        await manager.run_turn(lane, BOT, "hello")
        turn = asyncio.create_task(manager.run_turn(lane, BOT, "slow 30; long 900"))
        await asyncio.wait({turn}, timeout=0.2)
        turn.cancel()
        await asyncio.wait({turn})
        if number % 2:
            await manager.remove_session(lane, forget=True)
    kill((await manager.run_turn(Lane(0, "assistant"), BOT, "hello")).pid)
    await manager.shutdown_all()
    assert not _came_of_us(process, before)
    assert [task for task in asyncio.all_tasks() if "consumer" in repr(task.get_coro())] == []
    await until_fds(process, files)
    assert list((tmp_path / "data" / "run").glob("*/*")) == []
    assert len(list((tmp_path / "data" / "session_cache").glob("*"))) == 2


def _came_of_us(process: psutil.Process, before: set[psutil.Process]) -> list[psutil.Process]:
    """A browser that other tests left open starts processes of its own when it likes."""
    now = set(process.children(recursive=True)) - before
    return [it for it in now if before.isdisjoint(it.parents())]


async def until_fds(process: psutil.Process, number: int) -> None:
    """Poll until that many descriptors are open: the stand-in's connections close by themselves."""
    async with asyncio.timeout(PATIENCE_S):
        while process.num_fds() > number:
            await asyncio.sleep(0.05)


async def test_a_full_conversation_is_compacted_and_goes_on(
    start_manager: StartManager, model: ModelServer
) -> None:
    """Near its context limit the CLI compacts; the turn is answered, and a resume works after."""
    manager = await start_manager()
    for words in ("my cat is Tom", "full 980000"):
        await manager.run_turn(LANE, BOT, words)
    with capture_logs() as logs:
        assert (await manager.run_turn(LANE, BOT, "echo after")).text == "after"
    assert "conversation_compacted" in [entry["event"] for entry in logs]
    first = model.recorder.requests[-1].conversation.said[0]
    assert first.startswith("This session is being continued")
    await manager.shutdown_all()
    again = await (await start_manager()).run_turn(LANE, BOT, "echo again")
    assert (again.text, again.tier) == ("again", Tier.WARM)
    assert model.recorder.requests[-1].conversation.said == (first, "echo after", "echo again")
