"""Redis' only replica is away: what was taken meanwhile is answered once, and nobody ends of it."""

import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from shared.members import living
from tests.acceptance.members.conftest import NewFleet
from tests.acceptance.members.fleet import FIRST, Fleet
from tests.acceptance.stack import SUPPORT
from tests.conftest import eventually
from tests.sentinels import SentinelSet

SOON = {"LEASE_SECONDS": "2", "STUCK_AFTER_SECONDS": "600"}
SLOW = "slow 2; echo while"
REFUSES = {"min-replicas-to-write": "1", "min-replicas-max-lag": "2"}


@pytest.fixture
def pair(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SentinelSet]:
    """A master, with the options that the test gives it, and a replica alone."""
    options = getattr(request, "param", {})
    with SentinelSet(tmp_path / "pair", sentinels=0, options=options) as servers:
        yield servers


@pytest.fixture
async def master(pair: SentinelSet) -> AsyncIterator[Redis]:
    """A client of it."""
    async with pair.client_of(pair.servers[0]) as client:
        yield client


@pytest.mark.parametrize("pair", [REFUSES], indirect=True, ids=["refuses"])
async def test_while_redis_refuses_writes_all_waits_and_is_then_answered_once(
    new_fleet: NewFleet, pair: SentinelSet, master: Redis
) -> None:
    """`min-replicas-to-write`, for longer than a lease: a turn that has its answer says nothing
    until that is on record, messages wait on disk, no member is found dead, and the conversation is
    whole where another goes on with it."""
    fleet = await new_fleet(_url(pair), **SOON)
    await fleet.start("ben")
    (room,) = await fleet.rooms(1)
    await fleet.settle_in({room: "ben"})
    async with _answer_later(fleet, room):
        pair.servers[1].freeze()
        await eventually(partial(_refuses, master))
    await fleet["ben"].log.event("redis_unavailable", part="record")
    for where in (room, SUPPORT):
        await fleet.stack.say("echo after", room_id=where)
        await fleet.stack.web.log.event("delivery_spooled", room=where)
    await eventually(partial(_none_lives, fleet))
    assert await _answers(fleet, room) == []
    pair.servers[1].thaw()
    await eventually(partial(_has_said, fleet, room, ["while", "after"]))
    await eventually(partial(_has_said, fleet, SUPPORT, ["after"]))
    assert not fleet.events("turn_claimed", attempt=2)
    assert not fleet.events("member_died")
    await fleet.kill("ben")
    await fleet.stack.ask("echo elsewhere", room_id=room)
    own = f"my room is {room}", SLOW, "echo after", "echo elsewhere"
    assert (await fleet.stack.model_requests())[-1].said == own
    assert len(fleet[FIRST].log.events("turn_claimed", room=room)) == 1


@pytest.mark.long
async def test_the_next_master_takes_nothing_until_it_has_a_replica(
    new_fleet: NewFleet, tmp_path: Path
) -> None:
    """Where there are two servers alone: the turn that ran and what was written wait for the one
    that died, and each is answered once."""
    with SentinelSet(tmp_path / "set", options=REFUSES) as sentinels:
        fleet = await new_fleet(sentinels.url)
        (room,) = await fleet.rooms(1)
        await fleet.settle_in({room: FIRST})
        async with _answer_later(fleet, room):
            sentinels.kill_master()
            await sentinels.failed_over()
        async with sentinels.client_of(sentinels.master) as master:
            assert await _refuses(master)
        await fleet.stack.say("echo after", room_id=room)
        await fleet.stack.web.log.event("delivery_spooled", room=room)
        assert await _answers(fleet, room) == []
        sentinels.start_again()
        await eventually(partial(_has_said, fleet, room, ["while", "after"]))
        assert len(fleet[FIRST].log.events("consumer_ready")) == 1
        await fleet.close()
        await fleet.stack.stop()


@pytest.mark.long
async def test_what_no_replica_holds_is_spooled_and_answered_once(
    new_fleet: NewFleet, pair: SentinelSet
) -> None:
    """`REDIS_WAIT_REPLICAS`: the master has it, and it is answered; those behind it wait on disk,
    and the spool's later word on the first changes nothing."""
    fleet = await new_fleet(_url(pair), REDIS_WAIT_REPLICAS="1")
    pair.servers[1].freeze()
    assert await fleet.stack.ask("echo first") == "first"
    for words in ("second", "third"):
        await fleet.stack.say(f"echo {words}")
    web = fleet.stack.web.log
    await web.until(lambda: len(web.events("delivery_spooled")) == 3, "what it spooled")
    assert await fleet.stack.answers() == ["first"]
    pair.servers[1].thaw()
    await fleet.stack.until_answers(["first", "second", "third"])
    spooled = [it["event"] for it in web.events(None, spooled=True)]
    assert spooled == ["delivery_duplicate", "delivery_accepted", "delivery_accepted"]


def _url(pair: SentinelSet) -> str:
    return f"redis://127.0.0.1:{pair.servers[0].port}/0"


@asynccontextmanager
async def _answer_later(fleet: Fleet, room: int) -> AsyncIterator[None]:
    """A turn runs there, whose answer does not come before what is done meanwhile."""
    await fleet.stack.say(SLOW, room_id=room)
    await eventually(partial(_is_asked, fleet))
    fleet.stack.sandbox.signal(signal.SIGSTOP)
    yield
    fleet.stack.sandbox.signal(signal.SIGCONT)


async def _is_asked(fleet: Fleet) -> bool:
    """Whether the model was."""
    return any(it.said[-1] == SLOW for it in await fleet.stack.model_requests())


async def _refuses(master: Redis) -> bool:
    try:
        await master.set("probe", 1)
    except ResponseError as error:
        return str(error).startswith("NOREPLICAS")
    return False


async def _none_lives(fleet: Fleet) -> bool:
    return not await living(fleet.redis, fleet.keys)


async def _answers(fleet: Fleet, room: int) -> list[str]:
    """The last lines of all but what it said when it was settled in."""
    texts = [text.splitlines()[-1] for text in await fleet.stack.answers(room)]
    return [text for text in texts if "my room is" not in text]


async def _has_said(fleet: Fleet, room: int, wanted: list[str]) -> bool:
    return await _answers(fleet, room) == wanted
