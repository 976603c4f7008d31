"""A response's body: no more of it than fits, counted unpacked."""

import zlib
from collections.abc import AsyncIterable
from dataclasses import dataclass

from consumer.toolboxes import ToolFailed

PLAIN = ("", "identity")
PACKED = ("gzip", "x-gzip")
_GZIP = 31
"""zlib's window bits for gzip."""


@dataclass(frozen=True, slots=True)
class Body:
    """Bytes, unpacked."""

    data: bytes
    cut: bool
    """There was more of it."""


async def read_body(chunks: AsyncIterable[bytes], encoding: str, longest: int) -> Body:
    """The first `longest` bytes of what stands in the chunks; raises ToolFailed.

    No chunk is unpacked further than that, however much it would become.
    """
    unpack = _unpacking(encoding.strip().lower())
    data, taken = bytearray(), 0
    async for chunk in chunks:
        taken += len(chunk)
        data += unpack(chunk, longest + 1 - len(data))
        if len(data) > longest or taken > longest:
            return Body(bytes(data[:longest]), cut=True)
    return Body(bytes(data), cut=False)


class _Unpacking:
    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(_GZIP)

    def __call__(self, chunk: bytes, most: int) -> bytes:
        try:
            return self._zlib.decompress(chunk, most)
        except zlib.error:
            raise ToolFailed("What came from there was damaged.") from None


class _AsItIs:
    def __call__(self, chunk: bytes, most: int) -> bytes:
        return chunk[:most]


def _unpacking(encoding: str) -> _Unpacking | _AsItIs:
    if encoding in PLAIN:
        return _AsItIs()
    if encoding not in PACKED:
        raise ToolFailed("What came from there was packed in a way that nobody asked for.")
    return _Unpacking()
