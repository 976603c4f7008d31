"""Lanes have homes: the member that has a conversation open answers it, while it lives."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from consumer.queue.claim import Claim
from consumer.queue.homes import Homes
from consumer.queue.lanes import LET_GO_AFTER_MS
from consumer.queue.ownership.old_names import KEPT_S, OldNames
from consumer.queue.repairing.repairs import Repairs
from consumer.queue.repairing.sweeper import Sweeper
from shared.inbound import InboundMessage
from shared.lane import Lane
from shared.redis import clock
from tests.deliveries import inbound
from tests.integration.queue.conftest import Bench, Consumer
from tests.integration.queue.doomed import Doomed

ROOMS = 7
"""More than two members with three places each have place for."""

Join = Callable[[str], Awaitable["Member"]]


class Member(Doomed):
    """One that claims when it is told to, and beats once."""

    def __init__(self, bench: Bench, name: str) -> None:
        super().__init__(bench, name, name)
        self.bench, self.name = bench, name
        self.homes = Homes(bench.redis, bench.keys, self.member)
        self.repairs = Repairs(bench.redis, bench.keys, self.member.me, lease_ms=60_000)
        self.moved: list[Lane] = []
        self.lanes.on_moved = self.moved.append

    async def claims(self, want: int = 5, words: int = 5) -> list[str]:
        """The ids of the messages that it claims now; those stay claimed."""
        return [claim.message.message_id for claim in await self.lanes.claim(want, words)]

    async def answers(self, want: int = 5, words: int = 0) -> list[str]:
        """The same, settled."""
        claims = await self.lanes.claim(want, words)
        for claim in claims:
            await self.lanes.settle(claim, {"outcome": "completed"})
        return [claim.message.message_id for claim in claims]

    async def lapse(self) -> None:
        """As after kill -9, seconds later."""
        await self.bench.redis.zadd(self.bench.keys.members, {self.member.me: 1})

    async def asked(self) -> list[dict[str, dict[str, str]]]:
        """The commands that it was sent."""
        heard = await self.bench.redis.lrange(self.bench.keys.commands_of(self.name), 0, -1)  # type: ignore[misc]
        return [json.loads(wire) for wire in heard]

    async def is_woken(self) -> bool:
        """Whether it was, since it was asked last."""
        return bool(await self.bench.redis.delete(self.bench.keys.wake_of(self.name)))


@pytest.fixture
def join(bench: Bench) -> Join:
    """Members of the queue, each with a lease that outlives the test."""

    async def joined(name: str) -> Member:
        member = Member(bench, name)
        member.lease._lease_ms = 60_000
        await member.lease.acquire()
        return member

    return joined


async def _waited(
    bench: Bench, number: int, ms: int = LET_GO_AFTER_MS, *, room_id: int = 2
) -> None:
    """Let a message have waited for so long."""
    job_id = bench.keys.job_id(inbound(number, room_id=room_id))
    since = {job_id: await clock.now_ms(bench.redis) - ms}
    await bench.redis.zadd(bench.keys.arrivals, since)
    await bench.redis.zadd(bench.keys.queue, since)


async def test_only_its_home_claims_a_lane(bench: Bench, join: Join) -> None:
    """Others take what is nobody's, also what stands behind many that are not theirs."""
    a, b = await join("a"), await join("b")
    for room in range(8):
        await bench.lane(1, room_id=room, first=room)
    assert len(await a.answers(8)) == 8
    for room in range(8):
        await bench.lane(1, room_id=room, first=10 + room)
    await bench.lane(1, room_id=99, first=99)
    assert await b.answers(1) == ["99"]
    assert await b.claims() == []
    assert len(await a.answers(8)) == 8
    assert (len(a.moved), len(b.moved)) == (8, 1)


async def test_a_home_without_room_is_asked_once_to_let_go(bench: Bench, join: Join) -> None:
    """After two seconds, by one who has room; when it has, the other goes on, and is told that
    whatever it has open of the lane is old."""
    a, b = await join("a"), await join("b")
    await bench.lane(1)
    assert await a.answers() == ["1"]
    await bench.lane(1, first=2)
    await _waited(bench, 2, LET_GO_AFTER_MS // 2)
    assert await b.claims() == []
    assert await a.asked() == []
    await _waited(bench, 2)
    assert await b.claims(want=0) == []
    assert await a.asked() == []
    assert (await b.claims(), await b.claims()) == ([], [])
    assert await a.asked() == [{"let_go": {"lane": "2:assistant"}}]
    await b.is_woken()
    await a.homes.let_go(Lane(2, "assistant"))
    assert await b.claims() == ["2"]
    assert b.moved == [Lane(2, "assistant")]


async def test_a_home_without_room_lets_go_of_what_waits_where_others_have_room(
    bench: Bench, join: Join
) -> None:
    """After two seconds, though nobody else looks; as many as they have room for, each once."""
    a, b = await join("a"), await join("b")
    for room in range(3):
        await bench.lane(1, room_id=room, first=room)
    assert len(await a.answers()) == 3
    await b.claims(want=2)
    for room in range(3):
        await bench.lane(1, room_id=room, first=10 + room)
    assert await a.claims(want=0) == []
    for room in range(3):
        await _waited(bench, 10 + room, LET_GO_AFTER_MS // 2, room_id=room)
    assert (await a.claims(want=0), await a.asked()) == ([], [])
    for room in range(3):
        await _waited(bench, 10 + room, room_id=room)
    assert (await a.claims(want=0), await a.claims(want=0)) == ([], [])
    given = await a.asked()
    assert len({it["let_go"]["lane"] for it in given}) == len(given) == 2
    await a.homes.let_go(*(Lane.parse(it["let_go"]["lane"]) for it in given))
    assert len(await b.claims(want=2)) == 2


async def test_a_home_without_room_keeps_what_nobody_has_room_for(bench: Bench, join: Join) -> None:
    """However long it waits: it would wait elsewhere too."""
    a, b = await join("a"), await join("b")
    await bench.lane(1)
    assert await a.answers() == ["1"]
    await bench.lane(1, first=2)
    await _waited(bench, 2)
    await b.claims(want=0)
    assert (await a.claims(want=0), await a.asked()) == ([], [])
    await b.claims(want=1)
    assert (await a.claims(want=0), await a.asked()) == ([], [{"let_go": {"lane": "2:assistant"}}])


async def test_what_waits_behind_a_suspect_goes_on_elsewhere(bench: Bench, join: Join) -> None:
    """It runs alone, for as long as a turn may: the member's other lanes do not wait for it."""
    dead, a, b = await join("dead"), await join("a"), await join("b")
    await bench.lane(1, room_id=7, first=7)
    assert await a.answers() == ["7"]
    await bench.lane(1, room_id=1, first=1)
    assert await dead.claims(1) == ["1"]
    await dead.lapse()
    assert len(await a.repairs.reclaim()) == 1
    await b.claims(want=3)
    await bench.lane(1, room_id=7, first=8)
    assert await a.claims() == ["1"]
    assert await a.asked() == [{"let_go": {"lane": "7:assistant"}}]


async def test_a_head_is_found_behind_many_of_anothers(bench: Bench, join: Join) -> None:
    """However long they have waited for their home."""
    a, b = await join("a"), await join("b")
    homes = {f"{room}:assistant": a.name for room in range(600)}
    await bench.redis.hset(bench.keys.homes, mapping=homes)  # type: ignore[misc]
    for room in range(601):
        await bench.lane(1, room_id=room, first=room)
    assert await b.claims(want=1) == ["600"]


async def test_a_name_that_nobody_bears_is_forgotten(bench: Bench, join: Join) -> None:
    """After an hour; one that came back meanwhile, or lives, keeps its lanes."""
    now = 0.0
    first, back, gone = await join("a"), await join("back"), await join("gone")
    old_names = OldNames(bench.redis, bench.keys, lambda: now)
    for room, member in enumerate((first, back, gone)):
        assert await member.homes.take(Lane(room, "ops"))
    await gone.claims(want=1)
    for member in (back, gone):
        await member.lapse()
    await old_names.look()
    now = KEPT_S / 2
    await old_names.look()
    assert len(await bench.redis.hgetall(bench.keys.homes)) == 3  # type: ignore[misc]
    again = Member(bench, "back")
    await again.lease.acquire()
    now = KEPT_S
    await old_names.look()
    assert await bench.redis.hvals(bench.keys.homes) == [b"a", b"back"]  # type: ignore[misc]
    assert not await bench.redis.hexists(bench.keys.places, "gone")  # type: ignore[misc]


async def test_a_lane_of_a_dead_home_is_anybodys(bench: Bench, join: Join) -> None:
    """Should the dead one thaw, it hears that the lane is not its own any more."""
    a, b = await join("a"), await join("b")
    await bench.lane(1)
    assert await a.answers() == ["1"]
    await a.lapse()
    await bench.lane(1, first=2)
    assert await b.answers() == ["2"]
    assert await a.asked() == [{"let_go": {"lane": "2:assistant"}}]
    await bench.lane(1, first=3)
    await bench.redis.zadd(bench.keys.members, {a.member.me: 10**14})
    assert await a.claims() == []
    assert await b.answers() == ["3"]


async def test_a_restart_finds_its_lanes_its_own(bench: Bench, join: Join) -> None:
    """By its name; and what its last process had open is closed with that."""
    a = await join("a")
    b = await join("b")
    await bench.lane(1)
    assert await a.answers() == ["1"]
    await a.lease.release()
    again = await join("a")
    await bench.lane(1, first=2)
    assert await b.claims() == []
    assert await again.answers() == ["2"]
    assert again.moved == []


async def test_a_home_does_not_let_go_of_what_it_runs(bench: Bench, join: Join) -> None:
    """Asked in the very moment in which it claims the lane, it stays the home."""
    a, b = await join("a"), await join("b")
    await bench.lane(2)
    assert await a.claims() == ["1"]
    await a.homes.let_go(Lane(2, "assistant"))
    assert await a.homes.mine() == {Lane(2, "assistant")}
    assert await b.homes.elsewhere() == {Lane(2, "assistant")}
    assert not await b.homes.take(Lane(2, "assistant"))


async def test_who_lost_its_lease_lets_nothing_go(bench: Bench, join: Join) -> None:
    """Its name may be another process's by now, which has the lane open."""
    zombie = await join("a")
    assert await zombie.homes.take(inbound(1).lane)
    await zombie.lapse()
    await zombie.homes.let_go(inbound(1).lane)
    assert await bench.redis.hgetall(bench.keys.homes) == {b"2:assistant": b"a"}  # type: ignore[misc]


async def test_a_home_is_taken_where_none_lives(bench: Bench, join: Join) -> None:
    """Ahead of a turn too, and not by one that leaves."""
    a, b = await join("a"), await join("b")
    one, two = Lane(1, "ops"), Lane(2, "ops")
    assert await a.homes.take(one)
    assert await a.homes.take(one)
    assert not await b.homes.take(one)
    await a.lease.begin_to_leave()
    assert not await a.homes.take(two)
    await a.lapse()
    assert await b.homes.take(one)
    assert await b.homes.mine() == {one}
    assert await b.homes.elsewhere() == set()


async def test_who_is_woken(bench: Bench, join: Join) -> None:
    """The home of the lane; of others the one with most room; nobody who leaves."""
    a, b = await join("a"), await join("b")
    await a.claims(want=1)
    await b.claims(want=3)
    for member in (a, b):
        await member.is_woken()
    await bench.lane(1)
    assert (await a.is_woken(), await b.is_woken()) == (False, True)
    assert await b.answers(3) == ["1"]
    await b.claims(want=0)
    await bench.lane(1, first=2)
    assert (await a.is_woken(), await b.is_woken()) == (False, True)
    await bench.lane(1, room_id=5, first=3)
    assert (await a.is_woken(), await b.is_woken()) == (True, False)
    await a.claims(want=1)
    await a.claims(want=5)
    await a.lease.begin_to_leave()
    await b.claims(want=2)
    await bench.lane(1, room_id=6, first=4)
    assert (await a.is_woken(), await b.is_woken()) == (False, True)


async def test_what_has_no_place_where_it_was_sent_wakes_another(bench: Bench, join: Join) -> None:
    """More came at once than the woken one has room for: it passes the word on."""
    a, b = await join("a"), await join("b")
    await a.claims(want=9)
    await b.claims(want=1)
    for room in range(3):
        await bench.lane(1, room_id=room, first=room)
    for member in (a, b):
        await member.is_woken()
    assert len(await a.claims(want=1)) == 1
    assert (await a.is_woken(), await b.is_woken()) == (False, True)


async def test_a_control_word_is_for_who_runs_the_turn(bench: Bench, join: Join) -> None:
    """Whoever has the lane's turn running hears it, a leaving one too; without one, its home."""
    a, b = await join("a"), await join("b")
    await bench.lane(1)
    assert await a.claims() == ["1"]
    await a.lease.begin_to_leave()
    await b.is_woken()
    await bench.accept(_word(2))
    assert (await a.is_woken(), await b.is_woken()) == (True, False)
    assert await b.claims() == []
    assert b.lanes.next_due_s is None
    assert await a.claims() == ["2"]


async def test_a_suspect_runs_alone_on_one_member(bench: Bench, join: Join) -> None:
    """The others go on beside it, and leave it to the one that found it."""
    dead, a, b = await join("dead"), await join("a"), await join("b")
    for room in range(2):
        await bench.lane(1, room_id=room, first=room)
    assert len(await dead.claims(2)) == 2
    await dead.lapse()
    assert len(await a.repairs.reclaim()) == 2
    for room in range(2, 5):
        await bench.lane(1, room_id=room, first=room)
    assert await b.claims() == ["2", "3", "4"]
    assert len(await a.claims()) == 1
    assert await a.claims() == []
    await a.lapse()
    await b.repairs.reclaim()
    assert await b.claims() == []


async def test_what_a_leaving_member_found_is_taken_on(bench: Bench, join: Join) -> None:
    """A suspect waits for nobody who is about to end."""
    dead, a, b = await join("dead"), await join("a"), await join("b")
    await bench.lane(1)
    assert len(await dead.claims(2)) == 1
    await dead.lapse()
    assert len(await a.repairs.reclaim()) == 1
    assert await b.claims() == []
    await a.lease.begin_to_leave()
    assert await b.claims() == ["1"]


async def test_three_members_keep_every_promise_of_a_lane(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Order in each lane, one turn at a time in it, each turn where the lane's last was; who has
    room takes what two have no place for."""
    monkeypatch.setattr("consumer.service.service.Sweeper", partial(Sweeper, every_s=0.1))
    where: dict[int, set[str]] = {}
    order: dict[int, list[int]] = {}
    running: set[int] = set()
    all_run = asyncio.Event()

    async def act(consumer: Consumer, claim: Claim) -> None:
        room = claim.message.room_id
        assert room not in running
        running.add(room)
        if len(running) == ROOMS:
            all_run.set()
        await all_run.wait()  # which takes all three: each has places for three
        running.discard(room)
        where.setdefault(room, set()).add(consumer.member.name)
        order.setdefault(room, []).append(int(claim.message.message_id))

    fleet = [
        await bench.start(act, machine=name, name=name, shared=True, most_turns=3, lease_ms=10_000)
        for name in "abc"
    ]
    for first in range(0, 40, 10):
        await asyncio.gather(
            *(bench.lane(10, room_id=r, first=r * 1000 + first) for r in range(ROOMS))
        )
    await fleet[0].until(lambda: True)
    async with asyncio.timeout(60):
        while sum(len(consumer.settled) for consumer in fleet) < 280:
            await asyncio.sleep(0.05)
    assert all(numbers == sorted(numbers) for numbers in order.values())
    assert all(len(names) == 1 for names in where.values())
    assert all(consumer.settled for consumer in fleet)


def _word(number: int, word: str = "stop") -> InboundMessage:
    return inbound(number).model_copy(update={"control": word})


async def test_what_a_dead_process_hears_reaches_its_successor(bench: Bench, join: Join) -> None:
    """It stood still, and took a word of its name's: the lane would wait for the next one."""
    dead = await join("a")
    await dead.lapse()
    successor = await join("a")
    await bench.lane(1)
    assert await dead.is_woken()
    assert await dead.claims() == []
    assert await successor.is_woken()
    assert await successor.claims() == ["1"]
    assert not await successor.is_woken()
