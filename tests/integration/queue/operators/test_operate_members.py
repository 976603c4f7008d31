"""`python -m operate members`, as a process: who works, whose each lane is, one that drains or lets
a lane go."""

import pytest
from redis.asyncio import Redis

from shared.audit import AuditTrail, Which
from shared.between_processes.commands import Drain, LetGo, read
from shared.between_processes.heartbeat import Heartbeat
from shared.between_processes.service_status import ServiceStatus
from shared.keys import Keys
from tests.integration.conftest import Operate
from tests.membership import join


@pytest.fixture
async def two(redis: Redis, keys: Keys) -> None:
    """Members `box-1`, which is the first, and `box-2`, whose one lane is open."""
    for name, beat in (("box-1", Heartbeat(running=1)), ("box-2", Heartbeat())):
        await join(redis, keys, f"{name}:0badcafe")
        await redis.set(keys.heartbeat_of(name), beat.wire())
    await redis.set(keys.session_stats_of("box-2"), ServiceStatus(active_sessions=1).wire())
    await redis.hset(keys.homes, "2:assistant", "box-2")  # type: ignore[misc]


@pytest.mark.usefixtures("two")
async def test_members_are_listed_with_their_lanes(operate: Operate) -> None:
    """A line for each, and below it one for each lane that is its own."""
    assert await operate("members") == (
        0,
        "box-1 works first running=1 hot=0 lanes=0 memory=0MB\n"
        "box-2 works running=0 hot=1 lanes=1 memory=0MB\n"
        "  2 assistant\n",
    )


@pytest.mark.usefixtures("two")
async def test_one_is_drained_and_a_lane_is_moved(
    redis: Redis, keys: Keys, operate: Operate
) -> None:
    """The one that is named, or that has the lane, is asked; both stand in the audit."""
    assert (await operate("members", "drain", "box-2"))[0] == 0
    assert (await operate("members", "move", "2", "assistant"))[0] == 0
    asked = await redis.lrange(keys.commands_of("box-2"), 0, -1)  # type: ignore[misc]
    assert [read(wire) for wire in asked] == [Drain(asked_by="command"), LetGo(lane="2:assistant")]
    entries = [it.entry async for it in AuditTrail(redis, keys).read(Which())]
    details = [it.detail for it in entries]
    assert details == ["drain box-2 command", "move command"]


async def test_who_is_not_there_is_told_of(operate: Operate) -> None:
    """Nobody works: nothing is asked of anybody."""
    assert await operate("members") == (0, "no consumer works on the queue\n")
    assert await operate("members", "drain", "box-9") == (2, "no consumer called box-9 works\n")
    code, said = await operate("members", "move", "2", "assistant")
    assert (code, said) == (2, "assistant's conversation in room 2 is open nowhere\n")
