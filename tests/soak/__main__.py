"""`python -m tests.soak`: thousands of turns, and nothing left of them.

Turns over many lanes with evictions, resets, cancels and kills; each answer is checked against
its question, and at the end what the process holds against what it held at the start.
With `--consumers 3` messages of people over as many consumers: see tests.soak.several.
"""

import argparse
import asyncio
import gc
import logging
import os
import random
import signal
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain
from pathlib import Path

import psutil
import structlog
from redis.asyncio import Redis

from consumer.agent import TurnFailed
from consumer.archive.redis_records import RedisRecords
from consumer.archive.redis_transcripts import RedisTranscripts
from consumer.claude.client import claude_clients
from consumer.sessions import SessionManager
from operate.launch.valkey import EmbeddedValkey
from shared.between_processes.service_status import ServiceStatus
from shared.bots import Bot
from shared.keys import Keys
from shared.lane import Lane
from shared.redis.client import redis_client
from tests.acceptance.environment import API_KEY
from tests.acceptance.stack import Stack
from tests.loopback import namespace
from tests.session_settings import session_settings
from tests.soak.several import SharedSoak, shared_soak

BOT = Bot(id="assistant", name="Assistant", system_prompt="You help in a chat room.")
DAY = timedelta(days=1)
AT_ONCE = 6
MIB = 1024 * 1024
DEEDS = {"answer": 84, "cancel": 5, "kill": 5, "reset": 3, "reset_running": 3}
"""What is done, and how often of a hundred."""


@dataclass
class Soak:
    """One soak: where, how much, and what came of it."""

    folder: Path
    redis: Redis
    model_url: str
    turns: int
    lanes: int
    prefix: str = field(default_factory=lambda: f"soak{uuid.uuid4().hex[:8]}")
    seed: int = 0
    done: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    stats = ServiceStatus()

    @property
    def what(self) -> str:
        """In a few words."""
        return f"{self.turns} turns over {self.lanes} lanes"

    async def run(self) -> list[str]:
        """Every problem found, as a sentence; the temporary folder is this process's own."""
        await self._turns(min(self.turns, max(AT_ONCE * 2, self.turns // 20)))
        await self.redis.connection_pool.disconnect()  # kept ones are no leak, but would count
        before, files = self._holdings(), self._files()
        self.done.clear()
        await self._turns(self.turns)
        await self.redis.connection_pool.disconnect()
        after = await self._settled(before)
        self.problems += [
            f"{name}: {before[name]} at the start, {after[name]} at the end"
            for name in ("processes", "tasks", "descriptors")
            if after[name] > before[name]
        ]
        if after["memory"] > before["memory"] * 1.1:
            kept = f"{before['memory'] // MIB} MiB, then {after['memory'] // MIB} MiB"
            self.problems.append(f"memory: {kept}")
        self.problems += [f"file left: {name}" for name in sorted(self._files() - files)]
        self.problems += [f"key left: {key!r}" async for key in self._keys()]
        return self.problems

    async def _turns(self, turns: int) -> None:
        chance = random.Random(self.seed)
        deeds = chance.choices(list(DEEDS), weights=list(DEEDS.values()), k=turns)
        rooms = [int(chance.paretovariate(0.6)) % self.lanes for _ in deeds]
        numbered = iter(list(enumerate(zip(deeds, rooms, strict=True))))
        async with self._manager() as sessions:
            sessions.keep_spares([BOT])

            async def work() -> None:
                for number, (deed, room) in numbered:
                    await self._do(sessions, deed, Lane(room, BOT.id), f"{deed} {number}")

            async with asyncio.TaskGroup() as workers:
                for _ in range(AT_ONCE):
                    workers.create_task(work())
            self.stats = sessions.stats()
            self.done["evicted"] = self.stats.evicted
            for room in range(self.lanes):
                await sessions.remove_session(Lane(room, BOT.id), forget=True)

    async def _do(self, sessions: SessionManager, deed: str, lane: Lane, words: str) -> None:
        self.done[deed] += 1
        match deed:
            case "answer":
                await self._answered(sessions, lane, words)
            case "reset":
                await sessions.remove_session(lane, forget=True)
            case _:
                turn = asyncio.create_task(sessions.run_turn(lane, BOT, f"slow 3; echo {words}"))
                await asyncio.wait({turn}, timeout=0.6)
                await self._disturb(sessions, deed, lane, turn)
                with suppress(TurnFailed, asyncio.CancelledError):
                    await turn

    async def _disturb(
        self, sessions: SessionManager, deed: str, lane: Lane, turn: "asyncio.Task[object]"
    ) -> None:
        if deed == "cancel":
            turn.cancel()
        elif deed == "reset_running":
            await sessions.remove_session(lane, forget=True)
        else:
            of_lane = [s for s in sessions.stats().sessions if s.room_id == lane.room_id]
            for session in of_lane:
                if session.pid is not None:
                    with suppress(ProcessLookupError):
                        os.kill(session.pid, signal.SIGKILL)

    async def _answered(self, sessions: SessionManager, lane: Lane, words: str) -> None:
        """A lane that somebody else's reset or kill hit meanwhile is asked once more."""
        for _ in range(3):
            try:
                result = await sessions.run_turn(lane, BOT, f"echo {words}", job=words)
            except TurnFailed as error:
                self.done[f"failed: {type(error).__name__}"] += 1
                continue
            if result.text != words:
                self.problems.append(f"{words!r} was answered {result.text!r}")
            self.done[result.tier] += 1
            return
        self.problems.append(f"{words!r} was never answered")

    def _manager(self) -> SessionManager:
        settings = session_settings(
            self.folder / "data",
            api_key=API_KEY,
            base_url=self.model_url,
            max_hot=AT_ONCE + 2,
            session_max_turns=40,
            turn_timeout=60,
        )
        transcripts = RedisTranscripts(self.redis, Keys(self.prefix), lambda: DAY)
        return SessionManager(
            settings,
            records=RedisRecords(self.redis, Keys(self.prefix), lambda _: DAY),
            transcripts=transcripts,
            make_client=claude_clients(settings, transcripts),
        )

    def _holdings(self) -> dict[str, int]:
        gc.collect()
        process = psutil.Process()
        return {
            "processes": len(process.children(recursive=True)),
            "tasks": len(asyncio.all_tasks()),
            "descriptors": process.num_fds(),
            "memory": process.memory_info().rss,
        }

    def _files(self) -> set[str]:
        """What lies in the folders that are meant to be empty between turns."""
        folders = [Path(tempfile.gettempdir()), *map(self._data, ("run", "workspaces"))]
        return {
            f"{each.parent.name}/{each.name}" for each in chain(*(f.iterdir() for f in folders))
        }

    def _data(self, name: str) -> Path:
        return self.folder / "data" / name

    async def _settled(self, before: dict[str, int], within_s: float = 10.0) -> dict[str, int]:
        """What is held once it is no more than before, or after a while: sockets close late."""
        deadline = time.monotonic() + within_s
        while (held := self._holdings()) and time.monotonic() < deadline:
            if all(held[name] <= before[name] for name in ("processes", "tasks", "descriptors")):
                break
            await asyncio.sleep(0.1)
        return held

    async def _keys(self) -> AsyncIterator[bytes]:
        """Keys that are left, but for the fences of lanes that were reset: they expire."""
        async for key in self.redis.scan_iter(f"{Keys(self.prefix).tag}:*"):
            kind = await self.redis.type(key)
            fields = await self.redis.hkeys(key) if kind == b"hash" else []  # type: ignore[misc]
            if fields != [b"fence"] or await self.redis.pttl(key) < 0:
                yield key


async def soak(
    folder: Path, valkey: EmbeddedValkey, *, turns: int, lanes: int, seed: int = 0
) -> Soak:
    """Run one over a stand-in model in a process of its own; its temporary files go to `folder`."""
    temporary = folder / "tmp"
    temporary.mkdir()
    before = os.environ.get("TMPDIR"), tempfile.tempdir
    os.environ["TMPDIR"] = tempfile.tempdir = str(temporary)
    stack, redis = Stack(folder, redis_url=valkey.url), redis_client(valkey.url)
    try:
        await stack.sandbox.start()
        await stack.sandbox.log.event("sandbox_ready")
        url = f"{stack.sandbox_url}/model"
        soaked = Soak(folder, redis, url, turns, lanes, seed=seed)
        await soaked.run()
        return soaked
    finally:
        os.environ.pop("TMPDIR") if before[0] is None else os.environ.update(TMPDIR=before[0])
        tempfile.tempdir = before[1]
        await redis.aclose()
        await stack.stop()


def main() -> None:
    """Soak, tell what was done, and exit with 1 when something is left of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--turns", type=int, default=2000)
    parser.add_argument("--lanes", type=int)
    parser.add_argument("--consumers", type=int, choices=(1, 3), default=1)
    parser.add_argument("--messages", type=int, default=10_000, help="with 3 consumers")
    parser.add_argument("--minutes", type=float, default=90, help="with 3 consumers, at most")
    arguments = parser.parse_args()
    namespace.enter_if_allowed()
    began = time.monotonic()
    quiet = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(wrapper_class=quiet, cache_logger_on_first_use=True)
    logging.getLogger("claude_agent_sdk").setLevel(logging.CRITICAL)  # it tells of each kill
    with tempfile.TemporaryDirectory(prefix="campfire-soak-") as folder:
        found = asyncio.run(_main(Path(folder), arguments))
    _say(f"{found.what}, {time.monotonic() - began:.0f} s")
    _say("\n".join(f"{count:6} {what}" for what, count in found.done.most_common()))
    _say("\n".join(found.problems) or "nothing is left")
    sys.exit(bool(found.problems))


async def _main(folder: Path, arguments: argparse.Namespace) -> Soak | SharedSoak:
    if arguments.consumers > 1:
        return await _several(folder, arguments)
    return await _one(folder, arguments)


async def _several(folder: Path, arguments: argparse.Namespace) -> SharedSoak:
    lanes, seconds = arguments.lanes or 12, arguments.minutes * 60
    with EmbeddedValkey(folder / "valkey") as valkey:
        return await shared_soak(
            folder, valkey.url, messages=arguments.messages, lanes=lanes, seconds=seconds
        )


async def _one(folder: Path, arguments: argparse.Namespace) -> Soak:
    own = folder / "soak"
    own.mkdir()
    with EmbeddedValkey(folder / "valkey") as valkey:
        return await soak(own, valkey, turns=arguments.turns, lanes=arguments.lanes or 100)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
