"""The load generator: a few connections, each sending its next request upon the answer."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import uvloop

CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a number of requests."""

    seconds: float
    """From the first request to the last answer."""
    latencies: list[float]
    """Seconds, one a request."""


def run_load(port: int, requests: Sequence[bytes]) -> Load:
    """Send each once, over `CONNECTIONS` connections; every answer must be a 204.

    Blocks: call it on a thread. It has uvloop, else it would be slower than what it measures.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_run(port, requests))


async def _run(port: int, requests: Sequence[bytes]) -> Load:
    queue, latencies = iter(requests), list[float]()
    loop = asyncio.get_running_loop()
    clients = [_Client(queue, latencies) for _ in range(CONNECTIONS)]
    for client in clients:
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)  # type: ignore[misc]
    began = time.perf_counter()
    for client in clients:
        client.send_next()
    await asyncio.gather(*(client.done for client in clients))
    return Load(time.perf_counter() - began, latencies)


class _Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, queue: Iterator[bytes], latencies: list[float]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue = queue
        self._latencies = latencies
        self._received = b""
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep it for writing."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance

    def send_next(self) -> None:
        """Send the next request, or hang up when there is none."""
        request = next(self._queue, None)
        if request is None:
            self._transport.close()
            self.done.set_result(None)
            return
        self._sent = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """An empty answer ends with its head."""
        self._received += data
        if not self._received.endswith(b"\r\n\r\n"):
            return
        answer, self._received = self._received, b""
        if not answer.startswith(b"HTTP/1.1 204 "):
            self.done.set_exception(AssertionError(f"not a 204: {answer[:200]!r}"))
            self._transport.close()
            return
        self._latencies.append(time.perf_counter() - self._sent)
        self.send_next()

    def connection_lost(self, error: Exception | None) -> None:
        """Hanging up is ours to do."""
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server hung up"))
