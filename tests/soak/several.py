"""Three consumers share the lanes of people who write on and on; two of them are deployed anew or
killed meanwhile, by turns, while the first lives through all of it.

Real processes, CLIs and all: each answer is checked against its question, and at the end what the
first consumer and Redis hold against what they held at the start.
"""

import asyncio
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import cast

import psutil
from redis.asyncio import Redis

from shared.keys import Keys
from shared.redis.client import redis_client
from tests.acceptance.process import ServiceProcess
from tests.acceptance.stack import Stack
from tests.conftest import eventually
from tests.sandbox_client import NothingCame

FIRST, OTHERS = "anna", ("ben", "cleo")
EVERY_NTH_IS_KILLED = 4
A_DEPLOY = 100
"""Messages from one to the next."""
WARM_UP = 4
"""Messages of each lane, before it is looked at what is held."""
PATIENCE_S = 180.0
"""For an answer: a deploy or a kill lies within it, and a machine may be busy."""
MIB = 1024 * 1024
OPENED = re.compile(r'"event": "session_(warm|cold)"')
LANE = re.compile(r'"lane": "([^"]+)"')
SETTINGS = {
    "SESSION_STORE": "redis",
    "MEMBER": FIRST,
    "LEASE_SECONDS": "5",
    "SPARE_SESSIONS": "0",
    # Fewer places than lanes: now and then a home is full, and lanes move.
    "MAX_TURNS_AT_ONCE": "3",
    "MAX_HOT_SESSIONS": "5",
    "SESSION_MAX_TURNS": "40",
}


@dataclass
class SharedSoak:
    """One soak: how much, and what came of it."""

    stack: Stack
    redis_url: str
    messages: int
    lanes: int
    seconds: float
    a_deploy: int = A_DEPLOY
    seed: int = 0
    done: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    _said: Counter[int] = field(default_factory=Counter)
    _more: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def run(self) -> None:
        """Until so many messages are answered, or so many seconds are over."""
        self._workers = {FIRST: self.stack.worker, **{name: self._worker(name) for name in OTHERS}}
        try:
            await self._start()
            rooms = [(await self.stack.campfire.create_room(f"R{n}"))["id"] for n in self._numbers]
            self._until = time.monotonic() + self.seconds
            await self._talk_in(rooms, min(WARM_UP * self.lanes, self.messages // 2))
            before = self._holdings()
            deploying = asyncio.create_task(self._deploy(), name="deploys")
            await self._talk_in(rooms, self.messages - self._said.total())
            deploying.cancel()
            await asyncio.gather(deploying, return_exceptions=True)
            await self._look_at_the_end(rooms, before)
        finally:
            await asyncio.gather(*(self._workers[name].close() for name in OTHERS))
            await self.stack.stop()

    @property
    def what(self) -> str:
        """In a few words."""
        return f"{self.done['answered']} messages over {self.lanes} lanes and three consumers"

    @property
    def _numbers(self) -> range:
        return range(self.lanes)

    async def _start(self) -> None:
        await self.stack.start()
        await self.stack.ready()
        for name in OTHERS:
            await self._begin(name)

    def _worker(self, name: str) -> ServiceProcess:
        folder = self.stack.folder / name
        folder.mkdir()
        own = {"DATA_DIR": str(folder / "data"), "MEMBER": name}
        environment, command = self.stack.worker.environment, self.stack.worker.command
        return ServiceProcess(name, command, environment={**environment, **own}, folder=folder)

    async def _begin(self, name: str) -> None:
        await self._workers[name].start()
        await self._workers[name].log.event("consumer_ready", within_s=PATIENCE_S)

    async def _talk_in(self, rooms: list[int], messages: int) -> None:
        """So many messages more, one after the other in each room."""
        last = self._said.total() + messages
        async with asyncio.TaskGroup() as group:
            for room in rooms:
                group.create_task(self._talk(room, last))

    async def _talk(self, room: int, last: int) -> None:
        chance = random.Random(f"{self.seed}/{room}/{last}")
        while self._said.total() < last and time.monotonic() < self._until:
            self._said[room] += 1
            words = f"words {self._said[room]} of {room}"
            slow = "slow 1; " if chance.random() < 0.1 else ""
            await self._ask(room, f"{slow}echo {words}", words)
            async with self._more:
                self.done["answered"] += 1
                self._more.notify_all()
            await asyncio.sleep(chance.uniform(0, 0.5))

    async def _ask(self, room: int, text: str, words: str) -> None:
        asked = await self.stack.say(text, room_id=room)
        try:
            told = await self.stack.answer(asked, within_s=PATIENCE_S)
        except NothingCame:
            self.problems.append(f"{words!r} was never answered")
            return
        if not told.endswith(words):  # one that comes late begins with its question
            self.problems.append(f"{words!r} was answered {told!r}")

    async def _deploy(self) -> None:
        """One of the two is stopped, or killed, and started again, again and again."""
        for number in count(1):
            wanted = self.done["answered"] + self.a_deploy
            async with self._more:
                await self._more.wait_for(lambda wanted=wanted: self.done["answered"] >= wanted)  # type: ignore[misc]
            await self._replace(OTHERS[number % 2], kill=number % EVERY_NTH_IS_KILLED == 0)

    async def _replace(self, name: str, *, kill: bool) -> None:
        worker = self._workers[name]
        code = await (worker.kill() if kill else worker.terminate())
        if code != 0 and not kill:
            self.problems.append(f"{name} ended with {code}")
        self.done["killed" if kill else "deployed"] += 1
        await self._begin(name)

    async def _look_at_the_end(self, rooms: list[int], before: dict[str, int]) -> None:
        redis, keys = redis_client(self.redis_url), Keys(self.stack.prefix)
        try:
            await eventually(lambda: _nothing_runs(keys, redis), within_s=PATIENCE_S)
            kept = (f"{keys.tag}:{name}*" for name in ("message:", "lane:", "suspects", "held"))
            for pattern in kept:
                self.problems += [f"key left: {it!r}" async for it in redis.scan_iter(pattern)]
            homes = await cast(Awaitable[dict[bytes, bytes]], redis.hgetall(keys.homes))
            self.done["lanes with a home"] = len(homes)
        finally:
            await redis.aclose()
        for room in rooms:
            if (told := len(await self.stack.answers(room))) != self._said[room]:
                self.problems.append(f"{self._said[room]} messages, {told} answers in {room}")
        self._compare(before, self._holdings())
        self._count_moves()

    def _holdings(self) -> dict[str, int]:
        process = psutil.Process(self.stack.worker.pid)
        return {
            "processes": len(process.children(recursive=True)),
            "descriptors": process.num_fds(),
            "memory": process.memory_info().rss,
        }

    def _compare(self, before: dict[str, int], after: dict[str, int]) -> None:
        """The clients that are open come and go with the lanes: each has a few descriptors."""
        clients = int(SETTINGS["MAX_HOT_SESSIONS"])
        bounds = {"processes": 2 * clients, "descriptors": 12 * clients}
        self.problems += [
            f"{name}: {before[name]} at the start, {after[name]} at the end"
            for name, more in bounds.items()
            if after[name] > before[name] + more
        ]
        if after["memory"] > before["memory"] * 1.2:
            told = f"{before['memory'] // MIB} MiB, then {after['memory'] // MIB} MiB"
            self.problems.append(f"memory of the first consumer: {told}")

    def _count_moves(self) -> None:
        """How many conversations went on in another consumer than before."""
        opened = defaultdict(set)
        for name, worker in self._workers.items():
            for line in worker.log.lines:  # of all its runs
                if OPENED.search(line) and (lane := LANE.search(line)):
                    opened[lane[1]].add(name)
        self.done["lanes that moved"] = sum(len(names) > 1 for names in opened.values())
        if not self.done["lanes that moved"]:
            self.problems.append("no conversation went on elsewhere: nothing was shown")


async def _nothing_runs(keys: Keys, redis: Redis) -> bool:
    return not await redis.exists(keys.lanes, keys.running)


async def shared_soak(
    folder: Path,
    redis_url: str,
    *,
    messages: int,
    lanes: int,
    seconds: float,
    a_deploy: int = A_DEPLOY,
) -> SharedSoak:
    """Run one; everything that it starts has ended."""
    own = folder / "stack"  # beside it may lie what goes on, as Redis
    own.mkdir()
    stack = Stack(own, redis_url=redis_url, zygote=None, web_port=0, prefix="", **SETTINGS)
    soak = SharedSoak(stack, redis_url, messages, lanes, seconds, a_deploy)
    await soak.run()
    return soak
