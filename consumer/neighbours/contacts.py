"""All neighbours: who fails now, and asking those again, so that nobody has to write a message."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from typing import Protocol

import structlog

from shared.between_processes.heartbeat import Neighbour

AGAIN_S = 5.0

log = structlog.get_logger()


class Contact(Protocol):
    """One neighbour."""

    @property
    def is_failing(self) -> bool:
        """Whether the last contact failed."""
        ...

    def ask(self) -> Awaitable[None]:
        """Make contact once; never raises."""
        ...


class Contacts:
    """Run `run()` beside the service."""

    def __init__(
        self, neighbours: Mapping[Neighbour, Contact], *, ask_at_start: bool = False
    ) -> None:
        self._neighbours = neighbours
        self._ask_at_start = ask_at_start
        """Else each is taken to be well until somebody wrote a message."""
        self._told: tuple[Neighbour, ...] = ()

    @property
    def failing(self) -> tuple[Neighbour, ...]:
        """Whom the last contact failed with."""
        return tuple(name for name, contact in self._neighbours.items() if contact.is_failing)

    async def run(self) -> None:
        """Ask again whoever did not answer, until they do; never returns."""
        if self._ask_at_start:
            await self._ask(self._neighbours)
        while True:
            if self.failing != self._told:
                self._told = self.failing
                log.warning("contacts_failing", neighbours=list(self._told))
            await asyncio.sleep(AGAIN_S)
            await self._ask(self.failing)

    async def _ask(self, names: Iterable[Neighbour]) -> None:
        for name in names:
            await self._neighbours[name].ask()
