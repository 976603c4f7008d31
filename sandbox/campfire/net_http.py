"""One POST as Ruby's net/http makes it: its header order, its two timeouts, no redirects.

Written on h11 because httpx always puts `Host` first, and Campfire does not.
"""

import asyncio
import contextlib
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
    """The webhook could not be reached, or did not speak HTTP: {reason}"""


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
        raise Unreachable(type(error).__name__) from error


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
                connection.receive_data(await reader.read(READ_SIZE))
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
