"""A lane's watchers as a test holds them, and the events they shall see."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from ingress.live.hub import Hub
from ingress.live.watcher import Watcher
from shared.between_processes.live_events import EVENT, KIND, TextDelta
from shared.keys import Keys
from shared.lane import Lane
from tests.patience import PATIENCE_S

ADMIN = "operators-token-0123456789"
BEARER = {"Authorization": f"Bearer {ADMIN}"}
LANE = Lane(2, "assistant")
PATH = "/lanes/2/assistant/events"


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event."""

    id: str
    kind: str
    data: dict[str, Any]

    @property
    def text(self) -> str:
        return str(self.data["text"])


class Watching:
    """One open stream of server-sent events."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()
        self.comments: list[str] = []

    async def next(self, within_s: float = PATIENCE_S) -> Event:
        """The next event; raises TimeoutError, and StopAsyncIteration at the end of the stream."""
        async with asyncio.timeout(within_s):
            fields: dict[str, str] = {}
            while (line := await anext(self._lines)) or "data" not in fields:
                name, _, value = line.partition(": ")
                if line.startswith(":"):
                    self.comments.append(line)
                elif line:
                    fields[name] = value
            return Event(fields.get("id", ""), fields["event"], json.loads(fields["data"]))

    async def take(self, count: int) -> list[Event]:
        """So many events."""
        return [await self.next() for _ in range(count)]

    async def until(self, kind: str, within_s: float = PATIENCE_S) -> list[Event]:
        """All events up to the first of this kind."""
        events = [await self.next(within_s)]
        while events[-1].kind != kind:
            events.append(await self.next(within_s))
        return events


@asynccontextmanager
async def watch(
    base: str, *, after: str = "", path: str = PATH, headers: dict[str, str] = BEARER
) -> AsyncIterator[Watching]:
    """Open a stream; when this is entered the server watches."""
    resume = {"Last-Event-ID": after} if after else {}
    async with (
        httpx.AsyncClient(base_url=base, trust_env=False, timeout=PATIENCE_S) as client,
        client.stream("GET", path, headers={**headers, **resume}) as response,
    ):
        watching = Watching(response)
        if response.status_code == 200:
            assert await anext(watching._lines) == "retry: 2000"
        yield watching


async def tell(redis: Redis, keys: Keys, *texts: str, lane: Lane = LANE) -> list[str]:
    """Write deltas as the consumer does; gives their ids."""
    pipe = redis.pipeline(transaction=False)
    for text in texts:
        event = TextDelta(job="j", at_ms=1, text=text)
        pipe.xadd(keys.events(lane), {KIND: event.kind, EVENT: event.wire()})
    return [entry_id.decode() for entry_id in await pipe.execute()]


def noted_hubs(monkeypatch: pytest.MonkeyPatch) -> list[Hub]:
    """The hubs that anybody watched with since."""
    noted: list[Hub] = []
    real = Hub.watch

    def watch_and_note(
        hub: Hub, lane: Lane, after: str | None, link: str = ""
    ) -> AbstractContextManager[Watcher]:
        noted.append(hub)
        return real(hub, lane, after, link)

    monkeypatch.setattr(Hub, "watch", watch_and_note)
    return noted


async def watched_by(hubs: list[Hub], count: int) -> bool:
    return bool(hubs) and hubs[0].watchers == count
