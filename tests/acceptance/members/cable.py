"""What a consumer's bytes to Redis go through, to be cut: it lives, and is alone."""

import asyncio
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.acceptance.environment import free_port

Pipe = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Cable:
    """An async context manager; `url` is for whoever is behind it."""

    def __init__(self, redis_url: str) -> None:
        self._there = urlsplit(redis_url)
        self._port = free_port()
        self._whole = asyncio.Event()
        self._whole.set()
        self._forwarding: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """As `redis_url`, by way of this."""
        who, at, _ = self._there.netloc.rpartition("@")
        return f"redis://{who}{at}127.0.0.1:{self._port}/0"

    def cut(self) -> None:
        """Nothing goes through, and nobody is told."""
        self._whole.clear()

    def mend(self) -> None:
        """What waited goes through."""
        self._whole.set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._forwarding:
            task.cancel()
        await asyncio.gather(*self._forwarding, return_exceptions=True)

    async def _connected(self, *here: asyncio.StreamReader | asyncio.StreamWriter) -> None:
        reader, writer = here
        assert isinstance(reader, asyncio.StreamReader)
        assert isinstance(writer, asyncio.StreamWriter)
        there = await self._reach()
        for source, sink in ((reader, there[1]), (there[0], writer)):
            task = asyncio.create_task(self._forward(source, sink))
            self._forwarding.add(task)
            task.add_done_callback(self._forwarding.discard)

    async def _reach(self) -> Pipe:
        if self._there.scheme == "unix":
            return await asyncio.open_unix_connection(self._there.path)
        return await asyncio.open_connection(self._there.hostname, self._there.port)

    async def _forward(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while some := await source.read(65536):
                await self._whole.wait()
                sink.write(some)
                await sink.drain()
        except OSError:
            return  # one end is gone: so is the other
        finally:
            sink.close()
