"""A webhook that answers what a recording says, byte for byte, and keeps what it was sent."""

import asyncio
import contextlib
import socket
import struct
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came over the wire."""

    raw: bytes

    @property
    def path(self) -> str:
        """The target of the request line."""
        return self.raw.split(b" ", 2)[1].decode()

    @property
    def header_names(self) -> list[str]:
        """The headers in their order."""
        head = self.raw.partition(b"\r\n\r\n")[0].decode()
        return [line.partition(":")[0] for line in head.split("\r\n")[1:]]

    @property
    def body(self) -> bytes:
        """What follows the headers."""
        return self.raw.partition(b"\r\n\r\n")[2]


class AnsweringServer:
    """Answers every request with `answer`, a recording's `answered`; `scale` shortens its waits.

    `{"silent": True}` accepts a connection and never says anything. `called` is set by the first
    request.
    """

    def __init__(self, answer: dict[str, Any] | None = None, *, scale: float = 1.0) -> None:
        self.received: list[Received] = []
        self.called = asyncio.Event()
        self.answer = answer or {"status": "204 No Content", "ct": None, "body": ""}
        self._scale = scale
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where it listens."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()  # in Python 3.11 it waits for no connection
        for serving in self._serving:
            serving.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError):
                await self._answer(reader, writer)
        finally:
            writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.answer.get("silent"):
            await reader.read()
            return
        self.received.append(await _read_request(reader))
        self.called.set()
        if self.answer.get("reset"):
            _reset(writer)
            return
        await asyncio.sleep(self.answer.get("delay", 0) * self._scale)
        body = self.answer["body"].encode("latin-1")
        writer.write(self._head(body))
        drip = self.answer.get("drip")
        for piece in [bytes([byte]) for byte in body] if drip else [body]:
            await asyncio.sleep((drip or 0) * self._scale)
            writer.write(piece)
            await writer.drain()

    def _head(self, body: bytes) -> bytes:
        lines = [f"HTTP/1.1 {self.answer['status']}\r\n", "Connection: close\r\n"]
        if self.answer["ct"] is not None:
            lines.append(f"Content-Type: {self.answer['ct']}\r\n")
        if not self.answer["status"].startswith("204"):
            lines.append(f"Content-Length: {len(body)}\r\n")
        extra: str = self.answer.get("extra", "")
        return ("".join(lines) + extra + "\r\n").encode("latin-1")


def _reset(writer: asyncio.StreamWriter) -> None:
    """Cut the connection so that the other side is told: an RST, not an end."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _read_request(reader: asyncio.StreamReader) -> Received:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    return Received(head + await reader.readexactly(length))
