"""A failover that loses claims: nobody has the right of another's, and each is answered once."""

import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from redis.asyncio import Redis

from tests.acceptance.members.conftest import NewFleet
from tests.acceptance.members.fleet import BOT, FIRST, Fleet
from tests.conftest import eventually
from tests.sentinels import SentinelSet

NAMES = (FIRST, "ben")
WHOSE = (FIRST, "ben", "ben")
"""By rooms: of three counts that are given again `ben` has at least one again."""
PATIENT = {"LEASE_SECONDS": "60", "STUCK_AFTER_SECONDS": "600"}
"""Nobody is found dead meanwhile: that is another story."""
SLOW = "slow 2; echo done"


@pytest.fixture
def sentinels(tmp_path: Path) -> Iterator[SentinelSet]:
    """A replica that is cut off for up to 50 s may still be chosen."""
    with SentinelSet(tmp_path / "set", password="hush0", down_after_ms=5000) as running:
        yield running


@pytest.mark.long
async def test_no_token_is_given_twice_and_none_serves_another_attempt(
    new_fleet: NewFleet, sentinels: SentinelSet
) -> None:
    """Both claim turns that the next master never heard of, and claim it again there, where the
    count of claims is behind: what still runs of the first attempts writes and posts nothing."""
    fleet = await new_fleet(sentinels.url, **PATIENT)
    await fleet.start("ben")
    rooms = await fleet.rooms(len(WHOSE))
    homes = dict(zip(rooms, WHOSE, strict=True))
    await fleet.settle_in(homes)
    await _taken_by_nobody(fleet, rooms)
    await _cut_off_replica(sentinels)
    _signal(fleet, signal.SIGCONT, *NAMES)
    await eventually(partial(_are_asked, fleet))
    fleet.stack.sandbox.signal(signal.SIGSTOP)  # nothing ends before it is claimed again
    sentinels.kill_master()
    await sentinels.failed_over()
    sentinels.start_again()
    await eventually(partial(_are_claimed, fleet, rooms))
    fleet.stack.sandbox.signal(signal.SIGCONT)
    for room, name in homes.items():
        fenced = await fleet[name].log.event("turn_fenced", room=room)
        settled = await fleet[name].log.event("turn_settled", room=room, message=fenced["message"])
        assert settled["fence"] != fenced["fence"]
        assert await _answers(fleet, room) == ["done"]
    _are_unlike(fleet, rooms)


async def _taken_by_nobody(fleet: Fleet, rooms: list[int]) -> None:
    """Accepted, on both servers, while the consumers are frozen."""
    _signal(fleet, signal.SIGSTOP, *NAMES)
    web = fleet.stack.web.log
    for room in rooms:
        await fleet.stack.say(SLOW, room_id=room)
        accepted = partial(web.events, "delivery_accepted", room=room)
        await web.until(lambda accepted=accepted: len(accepted()) == 2, "the question")  # type: ignore[misc]


async def _cut_off_replica(sentinels: SentinelSet) -> None:
    """It has all until now, follows the same master, and is let in by it no more."""
    (replica,) = sentinels.replicas
    async with (
        sentinels.client_of(sentinels.master) as master,
        sentinels.client_of(replica) as there,
    ):
        await master.set("probe", 1)
        assert await master.wait(1, 30_000) == 1
        await there.config_set("masterauth", "another")
        await master.client_kill_filter(_type="slave")
        await eventually(partial(_is_alone, master))


async def _is_alone(master: Redis) -> bool:
    return bool((await master.info("replication"))["connected_slaves"] == 0)


async def _are_asked(fleet: Fleet) -> bool:
    """Whether the model was, in each room."""
    return sum(it.said[-1] == SLOW for it in await fleet.stack.model_requests()) == len(WHOSE)


async def _are_claimed(fleet: Fleet, rooms: list[int]) -> bool:
    """Whether the heads of these lanes are, where the new master is."""
    return all([await _token(fleet, room) for room in rooms])


async def _token(fleet: Fleet, room: int) -> bytes | None:
    lane = fleet.keys.lane_prefix + f"{room}:{BOT}"
    head = await fleet.redis.lindex(lane, 0)  # type: ignore[misc]
    message = fleet.keys.message(head.decode())
    return cast(bytes | None, await fleet.redis.hget(message, "token"))  # type: ignore[misc]


def _are_unlike(fleet: Fleet, rooms: list[int]) -> None:
    """The tokens of all claims, though the counts in them are not."""
    fences = [it["fence"] for them in fleet.events("turn_claimed").values() for it in them]
    assert len(fences) == 3 * len(rooms)
    assert len(set(fences)) == len(fences)
    counts = [fence.partition(".")[0] for fence in fences]
    assert len(set(counts)) == len(counts) - len(rooms), "the count was not behind"


def _signal(fleet: Fleet, number: signal.Signals, *names: str) -> None:
    for name in names:
        fleet[name].signal(number)


async def _answers(fleet: Fleet, room: int) -> list[str]:
    """The last lines of all but the first: one that is late begins with its question."""
    return [text.splitlines()[-1] for text in await fleet.stack.answers(room)][1:]
