"""So many requests at one web process, some connections at a time, and its memory measured."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

import psutil

from tests.acceptance.environment import BOT_KEYS, WEBHOOK_TOKEN
from tests.acceptance.stack import Stack
from tests.fuzz.judge import Judge
from tests.fuzz.requests import Keys, Request, request

AT_A_TIME = 32
WARM_UP = 1000
"""Requests after which the process has loaded what it needs: memory is measured from there."""
ANSWERED_WITHIN_S, GIVEN_UP_S = 30.0, 0.1


@dataclass(slots=True)
class Campaign:
    """Run it, then read `judge`, `grown` and `unanswered`."""

    stack: Stack
    seed: int
    judge: Judge = field(default_factory=Judge)
    grown: int = 0
    """Bytes of memory at the end beyond those after the warm-up."""
    unanswered: int = 0
    """Whole requests that nothing came back to."""

    async def run(self, count: int) -> None:
        """Send so many."""
        random = Random(self.seed)
        admin = self.stack.operator["Authorization"].partition(" ")[2]
        keys = Keys(BOT_KEYS["assistant"], WEBHOOK_TOKEN, admin)
        web = psutil.Process(self.stack.web.pid)
        left = min(WARM_UP, count // 2)
        await self._send(random, keys, left)
        before = web.memory_info().rss
        await self._send(random, keys, count - left)
        self.grown = web.memory_info().rss - before

    async def _send(self, random: Random, keys: Keys, count: int) -> None:
        waiting = iter(range(count))

        async def sender() -> None:
            for _ in waiting:
                drawn = request(random, keys)
                came, hung_up = await self._exchange(drawn)
                self.judge.read(drawn.sent, came, cut=hung_up)

        async with asyncio.TaskGroup() as senders:
            for _ in range(AT_A_TIME):
                senders.create_task(sender())

    async def _exchange(self, drawn: Request) -> tuple[bytes, bool]:
        """What comes back until either side hangs up, and whether we did.

        We do on what may be half a request; a busy machine may then be amid an answer.
        """
        port = int(self.stack.web_url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        found, hung_up = bytearray(), False
        try:
            async with asyncio.timeout(ANSWERED_WITHIN_S if drawn.is_whole else GIVEN_UP_S):
                with suppress(ConnectionError):
                    writer.write(drawn.sent)
                    await writer.drain()
                    while chunk := await reader.read(1 << 16):
                        found += chunk
        except TimeoutError:
            hung_up = True
        finally:
            writer.transport.abort()
        self.unanswered += drawn.is_whole and not found
        return bytes(found), hung_up
