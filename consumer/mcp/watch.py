"""Looks at servers over HTTP now and then, so that what is told of them is not as old as their last
call: a program is looked at by its conversations alone, each of which has one of its own."""

import asyncio
from collections.abc import Callable, Iterable

from consumer.mcp.board import ServerBoard
from consumer.mcp.probe import Probe
from shared.bots import Bot

LOOK_EVERY_S = 30.0


class ServerWatch:
    """One part of the consumer; `run` it beside the others."""

    def __init__(
        self,
        bots: Callable[[], Iterable[Bot]],
        board: ServerBoard,
        probe: Probe,
        every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._bots = bots
        self._board = board
        self._probe = probe
        self._every_s = every_s

    async def run(self) -> None:
        """Look at the bots' servers now and then; never returns."""
        while True:
            await self.look()
            await asyncio.sleep(self._every_s)

    async def look(self) -> None:
        """Look at all servers at once."""
        looks = (self._look(bot, name) for bot in self._bots() for name in bot.mcp_servers)
        await asyncio.gather(*looks)

    async def _look(self, bot: Bot, name: str) -> None:
        server = bot.mcp_servers[name]
        if not server.url:
            return
        trouble = await self._probe(server)
        if trouble is not None:
            self._board.note(bot, {name: trouble})
        else:
            self._board.answers(bot, name)
