"""The MCP servers of one client: which of them its CLI has, before a turn and after each call."""

import asyncio
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any, Protocol

import structlog

from consumer.claude.reconnecting import Reconnecting
from consumer.mcp.board import Missing, ServerBoard
from consumer.mcp.config import CONNECT_S
from consumer.mcp.grants import server_of
from consumer.mcp.probe import Probe
from consumer.mcp.trouble import Trouble, of_call, of_servers
from shared.bots import Bot

LOOK_AGAIN_S = 0.1
"""Between two looks at servers that are starting: the CLI does not say when they are there."""
ANSWER_S = 2.0
"""For the CLI to say what it has, which takes it milliseconds."""

log = structlog.get_logger(__name__)


class Cli(Protocol):
    """What is asked of the CLI."""

    async def server_statuses(self) -> Sequence[Mapping[str, Any]]:
        """As the SDK has them; raises whatever it does."""
        ...

    async def reconnect(self, server: str) -> None:
        """Connect it again; raises whatever the SDK does."""
        ...


class ClientServers:
    """`began` once the client is connected, `before_turn`, `called` after each call, `close`."""

    def __init__(
        self, bot: Bot, cli: Cli, board: ServerBoard, probe: Probe, *, wait_s: float
    ) -> None:
        """`wait_s`: how long the first turn may wait for servers that start."""
        self._bot, self._cli, self._board = bot, cli, board
        self._reconnecting = Reconnecting(bot, cli.reconnect, probe)
        self._wait_s = wait_s
        self._began = 0.0
        self._starting: asyncio.Task[None] | None = None
        self._suspects: dict[str, Trouble] = {}
        self._looking: asyncio.Task[list[Missing]] | None = None
        self._untold: list[Missing] = []

    def began(self) -> None:
        """The client is connected, and its servers are about to be."""
        if self._bot.mcp_servers:
            self._began = monotonic()
            self._reconnecting.began()
            self._starting = asyncio.create_task(self._until_started(), name="mcp servers")

    async def before_turn(self) -> Sequence[Missing] | None:
        """The servers whose tools are missing in this turn; tries to have them back first.

        None: `stop` was called meanwhile.
        """
        if self._starting is None:
            return ()
        self._looking = looking = asyncio.create_task(self._look(self._starting))
        try:
            return await looking
        except asyncio.CancelledError:
            if self._looking is looking:
                raise
            return None
        finally:
            self._looking = None

    def stop(self) -> bool:
        """Have `before_turn` end now; whether it was at work."""
        looking, self._looking = self._looking, None
        return looking is not None and looking.cancel()

    async def _look(self, starting: asyncio.Task[None]) -> list[Missing]:
        left_s = self._began + self._wait_s - monotonic()
        await asyncio.wait({starting}, timeout=max(0.0, left_s))
        seen = await self._seen()
        again = [name for name, trouble in seen.items() if await self._may_be_back(name, trouble)]
        for name in again:
            self._suspects.pop(name, None)
            await self._reconnecting.reconnect(name)
        if again:
            seen = await self._started(within_s=ANSWER_S)
        return self._board.note(self._bot, seen)

    def called(self, tool: str, error: str | None) -> None:
        """A call of a tool is over; `error` is what the CLI said of it, if it failed."""
        server = server_of(self._bot, tool)
        if server is None:
            return
        trouble = of_call(error) if error is not None else None
        if trouble is not None:
            self._suspects[server] = trouble
            self._untold += self._board.note(self._bot, {server: trouble})
        elif error is None:
            self._suspects.pop(server, None)
            self._board.answers(self._bot, server)

    def untold(self) -> tuple[Missing, ...]:
        """What was seen in calls since it was last asked for."""
        told, self._untold = tuple(self._untold), []
        return told

    async def close(self) -> None:
        """Stop looking at the servers."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait({self._starting})

    async def _until_started(self) -> None:
        """What is then known is everybody's to know."""
        self._board.note(self._bot, await self._started(within_s=CONNECT_S + 1))

    async def _started(self, *, within_s: float) -> dict[str, Trouble | None]:
        """How they are once each is there or is not."""
        deadline = monotonic() + within_s
        while True:
            seen = await self._seen()
            if Trouble.STARTING not in seen.values() or monotonic() > deadline:
                return seen
            await asyncio.sleep(LOOK_AGAIN_S)

    async def _seen(self) -> dict[str, Trouble | None]:
        """As the CLI has them; what it does not say is taken to be well: a call will tell."""
        try:
            async with asyncio.timeout(ANSWER_S):
                statuses = await self._cli.server_statuses()
        except Exception as error:  # noqa: BLE001 - the SDK raises bare Exception on a timeout
            log.info("mcp_status_unknown", bot_id=self._bot.id, error=type(error).__name__)
            return {}
        seen = of_servers(self._bot, statuses)
        return {name: trouble or self._suspects.get(name) for name, trouble in seen.items()}

    async def _may_be_back(self, name: str, trouble: Trouble | None) -> bool:
        if trouble in (None, Trouble.STARTING):
            return False
        if not self._bot.mcp_servers[name].url and self._suspects.pop(name, None) is not None:
            return False  # the CLI starts a program that ended by itself, at the next call
        return await self._reconnecting.may_help(name)
