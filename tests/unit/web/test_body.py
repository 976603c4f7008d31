"""Bodies within their bounds."""

import gzip
import tracemalloc
from collections.abc import AsyncIterator

import pytest

from consumer.toolboxes import ToolFailed
from consumer.web.body import read_body

LONGEST = 100_000


async def _chunks(data: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@pytest.mark.parametrize(
    ("encoding", "pack"), [("", bytes), ("identity", bytes), ("gzip", gzip.compress)]
)
@pytest.mark.parametrize(("length", "cut"), [(0, False), (LONGEST, False), (LONGEST + 1, True)])
async def test_as_much_as_fits(encoding: str, pack: type[bytes], length: int, cut: bool) -> None:
    """A body of the longest length is whole, one byte more is cut; unpacked bytes count."""
    body = await read_body(_chunks(pack(b"x" * length)), encoding, LONGEST)
    assert (body.data, body.cut) == (b"x" * min(length, LONGEST), cut)


async def test_a_bomb_is_not_unpacked() -> None:
    """Of 20 MB in 20 KB no more is unpacked than fits."""
    bomb = gzip.compress(b"\0" * 20_000_000)
    tracemalloc.start()
    try:
        body = await read_body(_chunks(bomb, len(bomb)), "gzip", LONGEST)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert body.cut
    assert len(body.data) == LONGEST
    assert most < 10 * LONGEST


async def test_an_endless_body_is_left() -> None:
    """What never ends is read up to the bound, and no chunk more."""
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        while True:
            given += 1
            yield b"x" * 1000

    assert (await read_body(endless(), "", LONGEST)).cut
    assert given == LONGEST // 1000 + 1


async def test_packing_without_content_is_bounded_too() -> None:
    """Packed bytes that become nothing count as they are."""
    empty = gzip.compress(b"")[:10] + b"\x00\x00\x00\xff\xff" * 1_000_000  # empty stored blocks
    body = await read_body(_chunks(empty), "gzip", LONGEST)
    assert (body.data, body.cut) == (b"", True)


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "deflate", "zstd", "x"])
async def test_other_packings_are_refused(encoding: str) -> None:
    """What was not asked for is not unpacked."""
    with pytest.raises(ToolFailed, match="packed"):
        await read_body(_chunks(b"x"), encoding, LONGEST)


async def test_damaged_packing_is_a_sentence() -> None:
    """What is no gzip is refused in words."""
    with pytest.raises(ToolFailed, match="damaged"):
        await read_body(_chunks(b"not packed at all"), "gzip", LONGEST)
