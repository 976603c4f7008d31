"""Which servers are in trouble, as far as this process has seen: for people, operators, the log."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from consumer.mcp.trouble import Trouble
from shared.between_processes.service_status import ServerStatus
from shared.bots import Bot

log = structlog.get_logger(__name__)

BY_LOOKING = frozenset({Trouble.UNREACHABLE, Trouble.SILENT})
"""What is over when the server answers us; the rest only a client of it can tell."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A server whose tools are missing, or may be."""

    server: str
    trouble: Trouble
    since: float
    """Seconds since the epoch; the same for as long as it lasts."""


class ServerBoard:
    """One for all bots; each server is known from the first time that somebody looked."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.on_change: Callable[[], None] = lambda: None
        """Called when a server falls into trouble, or is out of it."""
        self._clock = clock
        self._seen: dict[tuple[str, str], Missing | None] = {}

    def note(self, bot: Bot, seen: Mapping[str, Trouble | None]) -> list[Missing]:
        """What a client of these servers sees; gives those that are in trouble."""
        for of_bot, server in [*self._seen]:
            if of_bot == bot.id and server not in bot.mcp_servers:
                del self._seen[of_bot, server]
        for server, trouble in seen.items():
            self._note(bot, server, trouble)
        return [found for server in seen if (found := self._seen.get((bot.id, server)))]

    def answers(self, bot: Bot, server: str) -> None:
        """Note that a server answered our look, which is no client's: what a look finds is over."""
        found = self._seen.get((bot.id, server))
        if found is not None and found.trouble in BY_LOOKING:
            self._note(bot, server, None)

    def missing(self, bot_id: str) -> tuple[Missing, ...]:
        """The bot's servers that are in trouble now."""
        return tuple(
            found for (of_bot, _), found in self._seen.items() if found and of_bot == bot_id
        )

    def status(self) -> tuple[ServerStatus, ...]:
        """The status of every server that is known."""
        return tuple(
            ServerStatus(bot_id=bot_id, server=server, state=_state(found), since=_since(found))
            for (bot_id, server), found in sorted(self._seen.items(), key=_by_name)
        )

    def _note(self, bot: Bot, server: str, trouble: Trouble | None) -> None:
        key, before = (bot.id, server), self._seen.get((bot.id, server))
        if trouble is Trouble.STARTING and before is not None:
            return  # one more client that starts is no news
        if trouble is (before.trouble if before else None):
            self._seen[key] = before
            return
        since = before.since if before and before.trouble is not Trouble.STARTING else self._clock()
        self._seen[key] = Missing(server, trouble, since) if trouble else None
        if trouble is not Trouble.STARTING:
            _tell(bot, server, trouble, before)
            self.on_change()


def _by_name(seen: tuple[tuple[str, str], object]) -> tuple[str, str]:
    return seen[0]


def _tell(bot: Bot, server: str, trouble: Trouble | None, before: Missing | None) -> None:
    if trouble is not None:
        log.warning("mcp_server_down", bot_id=bot.id, server=server, reason=trouble.value)
    elif before is not None and before.trouble is not Trouble.STARTING:
        log.info("mcp_server_up", bot_id=bot.id, server=server)


def _state(found: Missing | None) -> str:
    return found.trouble.value if found else "up"


def _since(found: Missing | None) -> str | None:
    return datetime.fromtimestamp(found.since, UTC).isoformat() if found else None
