"""Carries out what operators and the ingress ask for (shared.between_processes.commands)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

import structlog
from redis.asyncio import Redis

from consumer.queue.wakeup import LISTEN_S
from shared.between_processes.commands import Command, read
from shared.errors import AgentError, UnknownCommand
from shared.keys import Keys
from shared.redis.outages import despite_outages

log = structlog.get_logger()

Act = Callable[[Any], Awaitable[object]]
Acts = Mapping[type[Command], Act]
"""What is done for each kind of command; done twice, it does no harm."""


class Commands:
    """Hears commands and has them carried out one after the other."""

    def __init__(self, redis: Redis, keys: Keys, name: str, acts: Acts) -> None:
        """`name`: this member's. What was asked while nobody was there is heard too."""
        self._redis = redis
        self._lists = [keys.commands_of(name), keys.commands]
        self._acts = acts

    async def listen(self) -> None:
        """Carry out commands as they come; never returns."""
        while True:
            await despite_outages("commands", self._listen_once)

    async def _listen_once(self) -> None:
        heard = await cast(
            Awaitable[tuple[bytes, bytes] | None],
            self._redis.blpop(self._lists, timeout=LISTEN_S),
        )
        if heard is None:
            return
        try:
            command = read(heard[1])
            act = self._acts[type(command)]
        except (UnknownCommand, KeyError):
            log.warning("command_unknown")  # a newer version's, or somebody's own
        else:
            # It stands in no list any more: an outage of Redis in its middle must not end it.
            await despite_outages("command", self._carry_out, act, command)

    async def _carry_out(self, act: Act, command: Command) -> None:
        try:
            await act(command)
        except (AgentError, OSError) as error:
            # What somebody asked for failed; what others ask for goes on.
            log.error("command_failed", error=type(error).__name__)
