"""An errand that is asked on its standard input and answers on its output: one caged child each."""

import asyncio
from asyncio.subprocess import Process
from contextlib import suppress

from consumer.documents import caged
from consumer.documents.children import Children

MOST_TOLD = 32 * 1024 * 1024
"""Bytes that a child may tell: its own bounds are not ours, and all of it lies in our memory."""


class TooMuchTold(OSError):
    """The child told more than anybody would read."""


class Answering:
    """Runs errands, each to its end."""

    def __init__(self) -> None:
        self._children = Children()

    async def answer(self, errand: caged.Errand, given: bytes, *, seconds: float) -> bytes:
        """All that the child tells; it is ended when its time is over, with all that it started.

        Raises TimeoutError, OSError where no child can be started, and TooMuchTold.
        """
        child = await self._children.start(errand)
        try:
            async with asyncio.timeout(seconds):
                return await _told(child.process, given)
        finally:
            await child.end()


async def _told(child: Process, given: bytes) -> bytes:
    """What it tells until it has no more to say, whether or not it took all that it was given."""
    assert child.stdout is not None  # noqa: S101 - it was started with pipes
    asking, told = asyncio.create_task(_ask(child, given)), bytearray()
    try:
        while piece := await child.stdout.read(1 << 16):
            told += piece
            if len(told) > MOST_TOLD:
                raise TooMuchTold("the child told too much")
    finally:
        asking.cancel()
        await asyncio.wait({asking})
    return bytes(told)


async def _ask(child: Process, given: bytes) -> None:
    assert child.stdin is not None  # noqa: S101 - as above
    with suppress(BrokenPipeError, ConnectionResetError):  # it has ended: what it told is all
        child.stdin.write(given)
        await child.stdin.drain()
        child.stdin.close()
