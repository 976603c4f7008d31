"""A server on loopback to which each dialled address leads."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import httpcore

PUBLIC = "93.184.216.34"
Answering = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Site:
    """Answers each request as `answer` does; its dialler keeps which address was dialled."""

    def __init__(self) -> None:
        self.answer: Answering = self.page(b"hi")
        self.asked: list[bytes] = []
        self.dialled: list[tuple[str, int]] = []
        self.port = 0
        self._reader: asyncio.StreamReader | None = None

    def page(self, body: bytes, content_type: str = "text/html") -> Answering:
        """Answers with this page."""

        async def answer(writer: asyncio.StreamWriter) -> None:
            head = f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(b"HTTP/1.1 200 OK\r\n" + head.encode() + body)
            await writer.drain()

        return answer

    async def until_left(self) -> None:
        """Wait until whoever asked last has closed the connection."""
        assert self._reader is not None
        await self._reader.read()

    async def resolve(self, host: str) -> Sequence[str]:
        """Every name is that of a public machine."""
        return [PUBLIC]

    async def dial(
        self, address: str, port: int, timeout: float | None
    ) -> httpcore.AsyncNetworkStream:
        """Each address leads to this server."""
        self.dialled.append((address, port))
        return await httpcore.AnyIOBackend().connect_tcp("127.0.0.1", self.port, timeout)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            self._reader = reader
            self.asked.append(await reader.readuntil(b"\r\n\r\n"))
            await self.answer(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the other side has left
        finally:
            writer.close()


@asynccontextmanager
async def serving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    """A site, up meanwhile."""
    site = Site()
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
