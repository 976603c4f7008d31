"""Having a client's CLI connect an MCP server again, where that may help.

The CLI (2.1.330) does one thing at a time of what it is asked here: while it waits for a server
that does not answer, neither a prompt nor an interrupt gets through. So it is asked to connect
again only where we have seen that somebody answers, and a program, which only it can start, now
and then.
"""

from collections.abc import Callable, Coroutine
from time import monotonic
from typing import Any

import structlog

from consumer.ending_tasks import to_its_end
from consumer.mcp.probe import Probe
from shared.bots import Bot

AGAIN_S = {"url": 2.0, "command": 30.0}
"""Between two tries to connect a server. A program is started for each."""
LONG_S = 3.0
AGAIN_AFTER_LONG_S = 300.0
"""The same after one that took longer than LONG_S: meanwhile nothing else gets through."""

log = structlog.get_logger(__name__)


class Reconnecting:
    """Decides for one client when its CLI connects a server again; `began` once it is connected."""

    def __init__(
        self, bot: Bot, reconnect: Callable[[str], Coroutine[Any, Any, None]], probe: Probe
    ) -> None:
        """`reconnect`: has the CLI connect a server again; raises whatever the SDK does."""
        self._bot, self._ask, self._probe = bot, reconnect, probe
        self._began = 0.0
        self._not_before: dict[str, float] = {}

    def began(self) -> None:
        """Its servers are about to be connected for the first time."""
        self._began = monotonic()

    async def may_help(self, name: str) -> bool:
        """Whether it is time to have a server in trouble connected again."""
        server = self._bot.mcp_servers[name]
        first = self._began + AGAIN_S["command"] if server.command else 0.0
        if monotonic() < self._not_before.get(name, first):
            return False
        return not server.url or await self._probe(server) is None

    async def reconnect(self, name: str) -> None:
        """Have the CLI connect a server again.

        Goes on to its end where the turn is cancelled: half a request would be in the way.
        """
        began = monotonic()
        try:
            await to_its_end(self._ask(name))
        except Exception as error:  # noqa: BLE001 - the SDK raises bare Exception on a timeout
            log.info("mcp_reconnect_failed", bot_id=self._bot.id, error=type(error).__name__)
        took = monotonic() - began
        kind = "url" if self._bot.mcp_servers[name].url else "command"
        pause = AGAIN_AFTER_LONG_S if took > LONG_S else AGAIN_S[kind]
        self._not_before[name] = monotonic() + pause
