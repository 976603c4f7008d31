"""Scenarios with a deliberate bug in (tests.faults.bugs), and the promise each bug breaks."""

import asyncio
import random
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import cast

from tests.faults.agent import A_CALL
from tests.faults.history import BudgetBound
from tests.faults.scenarios.approvals import BOTS
from tests.faults.scenarios.budgets import AT_ONCE
from tests.faults.scenarios.conversation import traffic
from tests.faults.scenarios.members import SHARED, all_have_clients, member, three
from tests.faults.suite import Scenario
from tests.faults.world import BOT, World

LANES = 8


@dataclass(frozen=True, slots=True)
class Mutant:
    """One bug, where it shows, and the invariants of which the checker must find one broken."""

    bug: str
    act: Callable[[World, random.Random], Awaitable[None]]
    breaks: frozenset[str]
    settings: tuple[tuple[str, str], ...] = ()
    tries: int = 1
    """In how many runs it has to show once, where that hangs on who is first."""

    def scenario(self, *, bug: bool) -> Scenario:
        """With the bug, or the same without it: then nothing may be found."""
        settings = dict(self.settings) | ({"FAULT_BUG": self.bug} if bug else {})
        return Scenario(
            name=f"{self.bug}{'' if bug else ', mended'}",
            run=self.act,
            fault="bug",
            world={"settings": settings},
            limit_s=60,
        )


async def _stop_and_go_on(world: World, dice: random.Random) -> None:
    """A consumer is stopped in the middle of turns and goes on after its successor took over."""
    _, old = await world.service()
    rooms = world.rooms(LANES)
    new = await world.consumer(ready=False, machine="another")
    messages = [await world.say(room, f"slow={dice.uniform(0.5, 0.8):.2f}") for room in rooms]
    await asyncio.gather(*(world.running(message) for message in messages))
    old.signal(signal.SIGSTOP)
    await new.logged("turn_claimed", times=2)
    old.signal(signal.SIGCONT)
    await old.gone()
    await _if_it_can(world)


async def _deliver_again(world: World, dice: random.Random) -> None:
    """The same delivery after its answer."""
    await world.service()
    for room in world.rooms(2):
        message = await world.say(room, f"slow={dice.uniform(0, 0.1):.2f}")
        await world.settled()
        await world.say(room, message=message)
        await world.say(room)
    await _if_it_can(world)


async def _kill_amid_turns(world: World, dice: random.Random) -> None:
    """kill -9 in the middle of turns, with more messages waiting behind them."""
    _, doomed = await world.service()
    for room in world.rooms(3):
        await world.say_all(room, [f"slow={dice.uniform(0.5, 1):.2f}", "slow=0.3", ""])
    await doomed.logged("turn_claimed", times=3)
    await doomed.kill()
    await world.consumer()
    await _if_it_can(world)


async def _fail_once(world: World, dice: random.Random) -> None:
    """A head that is postponed, and what came after it."""
    await world.service()
    for room in world.rooms(2):
        await world.say_all(room, ["flaky=1", f"slow={dice.uniform(0, 0.1):.2f}", ""])
    await _if_it_can(world)


async def _approve(world: World, dice: random.Random) -> None:
    """An approved call that its agent makes twice."""
    del dice
    await world.service()
    room = world.rooms(1)[0]
    await world.say(room, "ask=1")
    await world.settled()
    await world.type(room, "yes 1")
    await _if_it_can(world)
    await world.pause(2)


async def _remind(world: World, dice: random.Random) -> None:
    """Times that are due when a consumer comes."""
    del dice
    await world.ingress()
    for room in world.rooms(2):
        await world.reminder_comes(room)
    await world.consumer()
    await _if_it_can(world)
    await world.pause(2)


async def _spend_it_all(world: World, dice: random.Random) -> None:
    """Far more is asked for than the budget holds."""
    world.history.budget = BudgetBound(tokens=10_000, a_call=A_CALL, at_once=AT_ONCE)
    await world.service()
    for room in world.rooms(LANES):
        await world.say_all(room, [f"spend={dice.randrange(5, 9)}"] * 2)
    await _if_it_can(world)


async def _share(world: World, dice: random.Random) -> None:
    """Three consumers, each of which is full now and then, share the lanes."""
    members = await three(world)
    await traffic(world, dice, seconds=2, rooms=LANES, gap_s=0.3)
    await all_have_clients(members)
    await _if_it_can(world)


async def _thaw_amid_a_turn(world: World, dice: random.Random) -> None:
    """Frozen past its lease when it has an answer, it puts the turn on record when another has gone
    on with the conversation."""
    await world.ingress()
    old, new = await asyncio.gather(member(world, "anna"), member(world, "ben"))
    (room,) = world.rooms(1)
    await cast(Awaitable[int], world.redis.hset(world.keys.homes, f"{room}:{BOT}", "anna"))
    await world.say(room, f"slow={dice.uniform(0.3, 0.6):.2f} stops=anna")
    await old.logged("client_opened")
    since = time.time()
    await new.logged("client_opened", within_s=30)
    old.signal(signal.SIGCONT)
    world.deaf(since, old.name)
    await old.gone()
    await _if_it_can(world)


async def _if_it_can(world: World) -> None:
    """A bug may lose messages: then there is nothing to wait for, and the checker says so."""
    try:
        await world.settled(within_s=8)
    except TimeoutError:
        return


MUTANTS = [
    # It runs, posts, or leaves behind what is no longer its own.
    # The consumer that goes on is ended by its heart, maybe before one of its turns has posted.
    Mutant("no fence", _stop_and_go_on, frozenset({"I2", "I4", "I8"}), tries=3),
    Mutant("no dedupe", _deliver_again, frozenset({"I4"})),
    Mutant("pop before settle", _kill_amid_turns, frozenset({"I1", "I2", "I7"})),
    Mutant("approved for ever", _approve, frozenset({"I10"}), tuple(BOTS["settings"].items())),
    Mutant("a time that stays", _remind, frozenset({"I11"})),
    Mutant("no end of a budget", _spend_it_all, frozenset({"I12"}), (("FAULT_BUDGET", "10000"),)),
    # Where lanes go hangs on who has room.
    Mutant("no owner check", _share, frozenset({"I14"}), tuple(SHARED.items()), tries=3),
    Mutant("no fence on opening", _share, frozenset({"I14"}), tuple(SHARED.items()), tries=3),
    Mutant("no fence on a record", _thaw_amid_a_turn, frozenset({"I15"}), tuple(SHARED.items())),
    Mutant("order by score", _fail_once, frozenset({"I3"}), (("MAX_TURNS_AT_ONCE", "1"),)),
]
