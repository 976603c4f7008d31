"""The adversary: people write for as long as you like while seeded dice choose fault after fault.

One world, one history. Between faults it gives the service a moment; what is promised to hold
without an end (three crashes are a dead letter) it does not provoke: see `Adversary._kill`.
"""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from redis.exceptions import RedisError

from tests.conftest import eventually
from tests.faults.processes import Process
from tests.faults.scenarios.approvals import BOTS
from tests.faults.scenarios.members import LEASE_S, NAMES, SHARED
from tests.faults.suite import Scenario
from tests.faults.world import World

ROOMS = 12
ASKS = 0.05
"""Of the messages: those whose turns ask a person for a call."""
KILLS_IN_A_LIFE = 2
"""Of one message, from outside: the third would make it a culprit by design."""
MERCY_S = 240.0
"""Twenty messages wait in each lane, and a busy machine answers three a second."""


def long_run(messages: int, seconds: float, *, several: bool = False) -> Scenario:
    """A scenario that ends after so many messages or so long, whatever comes first.

    `several`: three consumers share the lanes, with real sessions (whose agents ask nobody); else
    one has them, and another waits.
    """
    faults: Counter[str] = Counter()

    async def run(world: World, dice: random.Random) -> None:
        await Adversary(world, dice, faults).rage(messages, seconds, several=several)

    settings = SHARED if several else BOTS["settings"]
    return Scenario(
        name=f"the adversary, {messages} messages{', three consumers' if several else ''}",
        run=run,
        fault="adversary",
        short=False,
        limit_s=seconds + MERCY_S + 180,
        faults=faults,
        world={"settings": {**settings, "LANE_MAX_WAITING": "20"}},
    )


class Adversary:
    """Writes as people do, and breaks one thing after the other."""

    def __init__(self, world: World, dice: random.Random, faults: Counter[str]) -> None:
        self._world, self._dice, self._faults = world, dice, faults
        self._said = 0
        self._lives = 0
        self._answered = 0
        self._asks = True
        """Whether its agents ask people for calls."""
        self._over = asyncio.Event()
        self._ingress: Process | None = None

    async def rage(self, messages: int, seconds: float, *, several: bool) -> None:
        """Until so many messages are said or so many seconds are over, then wait for all."""
        world = self._world
        self._ingress = await world.ingress()
        self._asks = not several
        await (self._three() if several else self._one_and_another())
        breaking = asyncio.create_task(self._break_things(), name="adversary")
        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(*(self._talk(room, messages) for room in world.rooms(ROOMS)))
        except TimeoutError:
            self._faults["(time was up)"] += 1
        self._over.set()
        await breaking
        await world.settled(within_s=120)
        await eventually(world.nothing_waits, within_s=60)
        self._faults["(yes and no to requests)"] += self._answered

    async def _one_and_another(self) -> None:
        await self._world.supervised()
        await self._world.supervised(ready=False, DATA_DIR=str(self._world.folder / "another"))

    async def _three(self) -> None:
        for name in NAMES:
            data = str(self._world.folder / name)
            await self._world.supervised(MEMBER=name, DATA_DIR=data)

    async def _talk(self, room: int, messages: int) -> None:
        dice = random.Random(self._dice.random())
        while self._said < messages:
            self._said += 1
            message = await self._world.say(room, _order(dice))
            if dice.random() < 0.1:
                await self._remind(room, dice)
            if dice.random() < 0.1:
                await self._world.event(room)
            if self._asks and dice.random() < 0.1:
                await self._answer(room, dice)
            # Campfire does not deliver again what it was answered about.
            if dice.random() < 0.1 and message not in self._world.replies:
                await self._world.say(room, message=message)
            await self._world.pause(dice.expovariate(5))

    async def _remind(self, room: int, dice: random.Random) -> None:
        """Something is due, now or long ago; not while Redis is away, which would lose our word."""
        try:
            late_s = dice.choice([0.0, 0.0, 7200.0])
            await self._world.reminder_comes(room, run=dice.random() < 0.3, late_s=late_s)
        except (RedisError, OSError):
            self._faults["(reminders that Redis did not take)"] += 1

    async def _answer(self, room: int, dice: random.Random) -> None:
        """Somebody says yes, or no, to something that was, or will be, asked for somewhere."""
        self._answered += 1
        number = dice.randrange(1, max(2, round(self._said * ASKS)))
        await self._world.type(room, f"{dice.choice(['yes', 'yes', 'no'])} {number}", lost=True)

    async def _break_things(self) -> None:
        faults: list[Callable[[], Awaitable[None]]] = [
            self._kill_a_consumer,
            self._stop_a_consumer,
            self._deploy,
            self._kill_the_ingress,
            self._kill_redis,
            self._stop_redis,
            self._trouble_campfire,
        ]
        while not self._over.is_set():
            fault = self._dice.choice(faults)
            self._faults[fault.__name__.strip("_").replace("_", " ")] += 1
            await fault()
            await self._world.pause(self._dice.uniform(0.2, 1.5))

    async def _kill_a_consumer(self) -> None:
        await self._let_them_live()
        await self._some_consumer().kill()

    async def _stop_a_consumer(self) -> None:
        """Past its lease: the other one takes over, which counts as a crash too."""
        await self._let_them_live()
        await self._world.freeze(self._some_consumer(), self._dice.uniform(0.1, LEASE_S + 1.5))

    async def _deploy(self) -> None:
        await self._some_consumer().terminate(30)

    async def _kill_the_ingress(self) -> None:
        if self._ingress is not None:
            await self._ingress.kill()
        self._ingress = await self._world.ingress()

    async def _kill_redis(self) -> None:
        since = time.time()
        self._world.valkey.kill()
        await self._world.pause(self._dice.uniform(0, 2))
        self._world.valkey.start()
        self._world.deaf(since)

    async def _stop_redis(self) -> None:
        """Past every lease, the consumer may lose what it runs: as good as a crash."""
        await self._let_them_live()
        since, pid = time.time(), self._world.valkey.pid
        if pid is None:
            return  # at the end; by the number 0 we would stop ourselves
        os.kill(pid, signal.SIGSTOP)
        await self._world.pause(self._dice.uniform(0.1, 3))
        os.kill(pid, signal.SIGCONT)
        self._world.deaf(since)

    async def _trouble_campfire(self) -> None:
        kind = self._dice.choice(["drop", "status", "delay"])
        when = self._dice.choice(["before", "after"])
        times = self._dice.randrange(1, 4)
        self._world.trouble(kind, when=when, times=times, status=500, seconds=0.5, method="POST")

    async def _let_them_live(self) -> None:
        """Before a third crash in a message's life, wait until those that saw two have ended."""
        if self._takeovers() - self._lives >= KILLS_IN_A_LIFE:
            began = time.monotonic()
            taken = [event.message for event in self._world.history.of("acknowledged", "due")]
            await self._world.settled(*taken, within_s=MERCY_S)
            self._lives = self._takeovers()
            self._faults["seconds of mercy"] += round(time.monotonic() - began)

    def _takeovers(self) -> int:
        """How often the queue went to another consumer: by our faults or, on a machine that is so
        busy that a lease runs out, by itself. Each may have been a crash of what ran."""
        consumers = (process for process in self._world.processes if process.role == "consumer")
        return sum(line["event"] == "lease_acquired" for it in consumers for line in it.events())

    def _some_consumer(self) -> Process:
        return self._dice.choice(self._world.consumers())


def _order(dice: random.Random) -> str:
    """Most answers take no time; a failure that passes holds its lane for 2 s."""
    if dice.random() < 0.02:
        return "flaky=1"
    if dice.random() < ASKS:
        return "ask=1"
    return dice.choice(["", "", "", f"slow={dice.uniform(0, 0.3):.2f}"])
