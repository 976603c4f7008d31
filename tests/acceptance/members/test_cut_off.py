"""A consumer that reaches people and its model, and not Redis, says nothing that others say too."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from operate.launch.valkey import EmbeddedValkey
from shared.startup.process import EXIT_FAILED
from tests.acceptance.members.cable import Cable
from tests.acceptance.members.conftest import NewFleet
from tests.acceptance.members.fleet import FIRST, Fleet


async def test_who_is_cut_off_past_its_lease_posts_nothing(
    new_fleet: NewFleet, valkey: EmbeddedValkey
) -> None:
    """Another answers what it ran; when it sees Redis again it ends, and had said nothing."""
    async with _cut_amid_a_turn(await new_fleet(LEASE_SECONDS="2"), valkey) as (fleet, room, cable):
        await fleet[FIRST].log.event("turn_settled", room=room, attempt=2)
        cable.mend()
        assert await fleet["ben"].ended() == EXIT_FAILED
        assert await _answers(fleet, room) == ["done"]


@pytest.mark.long
async def test_who_is_cut_off_within_its_lease_goes_on(
    new_fleet: NewFleet, valkey: EmbeddedValkey
) -> None:
    """Nobody takes over, and the turn has its answer in one attempt."""
    fleet = await new_fleet(LEASE_SECONDS="15")
    async with _cut_amid_a_turn(fleet, valkey) as (_, room, cable):
        await fleet["ben"].log.event("heartbeat_missed")
        cable.mend()
        await fleet.until(lambda: len(fleet["ben"].log.events("turn_settled", attempt=1)) == 2)
        assert await _answers(fleet, room) == ["done"]
        assert await fleet["ben"].terminate() == 0


@asynccontextmanager
async def _cut_amid_a_turn(
    fleet: Fleet, valkey: EmbeddedValkey
) -> AsyncIterator[tuple[Fleet, int, Cable]]:
    """`ben` is, while its model is at the answer."""
    async with Cable(valkey.url) as cable:
        fleet.hire("ben").environment["REDIS_URL"] = cable.url
        await fleet.start("ben")
        (room,) = await fleet.rooms(1)
        await fleet.settle_in({room: "ben"})
        await fleet.stack.say("slow 2; echo done", room_id=room)
        await fleet["ben"].log.event("session_hot", lane=f"{room}:assistant")
        cable.cut()
        yield fleet, room, cable


async def _answers(fleet: Fleet, room: int) -> list[str]:
    """The last lines of all but the first: one that is late begins with its question."""
    return [text.splitlines()[-1] for text in await fleet.stack.answers(room)][1:]
