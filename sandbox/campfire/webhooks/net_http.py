"""One POST as Ruby's net/http makes it: its header order, its two timeouts, no redirects.

Written on h11 because httpx always puts `Host` first, and Campfire does not.
"""

import asyncio
import contextlib
import socket
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import h11

READ_SIZE = 65536


class NetHttpError(Exception):
    """A webhook call that brought no answer.

    NetHttpError
    ├── TimedOut     the connection, or one read, took longer than the timeout
    └── Unreachable  refused, reset, no TLS, or no HTTP
    """


class TimedOut(NetHttpError):
    """The webhook took longer than the timeout to be connected or to send the next bytes."""


class Unreachable(NetHttpError):
    """The webhook could not be reached, or did not speak HTTP: {exception}: {error}"""

    def __init__(self, exception: str, error: str) -> None:
        super().__init__(f"{exception}: {error}")
        self.exception = exception
        self.error = error


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the body is unpacked."""

    status: int
    content_type: str | None
    body: bytes


async def post(url: str, headers: Sequence[tuple[str, str]], body: bytes, timeout: float) -> Answer:
    """Send `body` with exactly these headers; `timeout` seconds to connect and for each read.

    Raises `TimedOut` or `Unreachable`.
    """
    target = urlsplit(url)
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await _connect(target)
        try:
            return await _exchange(reader, writer, _request(target, headers, body), timeout)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
    except TimeoutError as error:
        raise TimedOut from error
    except (OSError, EOFError, ValueError, zlib.error, h11.ProtocolError) as error:
        raise _as_ruby(error, target) from error


def _as_ruby(error: Exception, target: SplitResult) -> Unreachable:
    """The same failure by the name that Ruby gives it (r30, r30c, r31)."""
    host, port = target.hostname, target.port or (443 if target.scheme == "https" else 80)
    opening = f"Failed to open TCP connection to {host}:{port}"
    if isinstance(error, ConnectionRefusedError):
        told = f'(Connection refused - connect(2) for "{host}" port {port})'
        return Unreachable("Errno::ECONNREFUSED", f"{opening} {told}")
    if isinstance(error, socket.gaierror):
        told = f"(getaddrinfo: {error.strerror})"
        return Unreachable("Socket::ResolutionError", f"{opening} {told}")
    if isinstance(error, ConnectionResetError):
        return Unreachable("Errno::ECONNRESET", "Connection reset by peer")
    if isinstance(error, EOFError):
        return Unreachable("EOFError", "end of file reached")
    return Unreachable(type(error).__name__, str(error))


async def _connect(target: SplitResult) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    secure = target.scheme == "https"
    port = target.port or (443 if secure else 80)
    return await asyncio.open_connection(target.hostname, port, ssl=True if secure else None)


def _request(target: SplitResult, headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode() + body


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes, timeout: float
) -> Answer:
    writer.write(request)
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="POST", target="/", headers=[("Host", "-")]))
    connection.send(h11.EndOfMessage())
    response: h11.Response | None = None
    body = bytearray()
    while not isinstance(event := connection.next_event(), h11.EndOfMessage):
        if event is h11.NEED_DATA:
            async with asyncio.timeout(timeout):
                data = await reader.read(READ_SIZE)
            if not data and response is None:
                raise EOFError
            connection.receive_data(data)
        elif isinstance(event, h11.Response):
            response = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.ConnectionClosed):
            raise EOFError
    if response is None:
        raise EOFError
    headers = {name.decode(): value.decode("latin-1") for name, value in response.headers}
    content = _unpacked(bytes(body), headers.get("content-encoding", ""))
    return Answer(response.status_code, headers.get("content-type"), content)


def _unpacked(body: bytes, encoding: str) -> bytes:
    if encoding.lower() in ("gzip", "x-gzip", "deflate"):
        return zlib.decompress(body, 32 + zlib.MAX_WBITS)
    return body
