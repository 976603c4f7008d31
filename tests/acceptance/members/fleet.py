"""Several consumers of one stack, each with a DATA_DIR of its own: `anna`, the first, and more."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import cast

from redis.asyncio import Redis

from shared.keys import Keys
from shared.lane import Lane
from tests.acceptance.log_book import Event
from tests.acceptance.process import ServiceProcess
from tests.acceptance.sessions.test_two_consumers import another_worker
from tests.acceptance.stack import Stack
from tests.conftest import eventually

FIRST, OTHERS = "anna", ("ben", "cleo")
NAMES = (FIRST, *OTHERS)
BOT = "assistant"


class Fleet:
    """The stack's worker is `anna`; `workers` are all, by name."""

    def __init__(self, stack: Stack, redis: Redis) -> None:
        self.stack, self.redis, self.keys = stack, redis, Keys(stack.prefix)
        stack.worker.name = FIRST
        self.workers: dict[str, ServiceProcess] = {FIRST: stack.worker}

    def __getitem__(self, name: str) -> ServiceProcess:
        return self.workers[name]

    async def start(self, *names: str) -> None:
        """Start these, new ones as well, at once, and wait until each is ready."""
        await asyncio.gather(*(self.hire(name).start() for name in names))
        await asyncio.gather(*(self.workers[it].log.event("consumer_ready") for it in names))

    def hire(self, name: str) -> ServiceProcess:
        """The worker of this name, not yet started where it is new."""
        if name not in self.workers:
            self.workers[name] = another_worker(self.stack, name)
            self.workers[name].environment["MEMBER"] = name
        return self.workers[name]

    def data(self, name: str) -> Path:
        """Its DATA_DIR."""
        return Path(self.hire(name).environment["DATA_DIR"])

    async def kill(self, *names: str) -> None:
        """kill -9, all at once."""
        await asyncio.gather(*(self.workers[name].kill() for name in names))

    async def rooms(self, count: int) -> list[int]:
        """New rooms, in which every bot is."""
        made = [await self.stack.campfire.create_room(f"Room {n}") for n in range(count)]
        return [room["id"] for room in made]

    async def settle_in(self, homes: Mapping[int, str]) -> None:
        """Have a conversation in each of these rooms, at the member that is named."""
        for room, name in homes.items():
            lane = str(Lane(room, BOT))
            await cast(Awaitable[int], self.redis.hset(self.keys.homes, lane, name))
        asked = [self.stack.ask(f"my room is {room}", room_id=room) for room in homes]
        await asyncio.gather(*asked)
        for room, name in homes.items():
            await self[name].log.event("turn_settled", room=room)
            assert await self.home(room) == name

    async def hang(self, room: int) -> Event:
        """Have a turn run there that ends by nothing but a stop; gives its claim."""
        await self.stack.say("hang", room_id=room)
        await eventually(lambda: self._is_asked(room))
        claims = self.events("turn_claimed", room=room).values()
        return max((it for them in claims for it in them), key=lambda it: it["timestamp"])

    async def _is_asked(self, room: int) -> bool:
        """Whether the model was, in that room's conversation."""
        own = f"my room is {room}"
        return any(it.said == (own, "hang") for it in await self.stack.model_requests())

    async def home(self, room: int) -> str | None:
        """Whose the room's lane is."""
        home = self.redis.hget(self.keys.homes, str(Lane(room, BOT)))
        found = await cast(Awaitable[bytes | None], home)
        return found.decode() if found else None

    def events(self, event: str, **fields: object) -> dict[str, list[Event]]:
        """Such lines of the present runs, by whose they are."""
        found = {name: it.log.events(event, **fields) for name, it in self.workers.items()}
        return {name: events for name, events in found.items() if events}

    def lanes(self, event: str, **fields: object) -> dict[str, Counter[int]]:
        """Of which rooms each tells such an event, and how often."""
        found = self.events(event, **fields).items()
        return {
            name: Counter(Lane.parse(event["lane"]).room_id for event in events)
            for name, events in found
        }

    async def until(self, what: Callable[[], bool]) -> None:
        """Wait for what the logs of all together are to show."""

        async def shown() -> bool:
            return what()

        await eventually(shown)

    async def close(self) -> None:
        """End all but the stack's own worker, which ends with the stack."""
        others = [worker for name, worker in self.workers.items() if name != FIRST]
        self.stack.worker.was_killed |= any(worker.was_killed for worker in others)
        await asyncio.gather(*(worker.close() for worker in others))
        await self.redis.aclose()

    def transcript(self) -> str:
        """What the others said, for a test that failed."""
        others = [worker for name, worker in self.workers.items() if name != FIRST]
        return "\n".join(f"{it.name:8}| {line}" for it in others for line in it.log.lines)
