"""Watches the commands of one client while any of them runs, and ends what takes too much."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog

from consumer.cage.bounds import MIB, Bound, CageBounds, CommandEnded, Usage
from consumer.cage.caged import (
    Caged,
    caged_processes,
    end_cages,
    first_to_go,
    memory_of,
    seconds_of,
)
from consumer.cage.folder_size import bytes_below
from consumer.cage.nameless_files import nameless_bytes

log = structlog.get_logger(__name__)

LOOK_EVERY = 0.5
"""Seconds between two looks."""
LOOK_SHARE = 5
"""A look that took much of the processor is followed by a pause of so many times as much."""
INFINITE = float("inf")
CLI_BYTES = MIB
"""What the CLI itself may write into the temporary folder beside a command."""


class CageWatch:
    """Watches one client's commands; the hook tells it when each begins and ends."""

    def __init__(
        self, bounds: CageBounds, folders: list[Path], cli: Callable[[], int | None]
    ) -> None:
        self._bounds = bounds
        self._folders = folders
        self._cli = cli
        self._running: set[str] = set()
        self._watching: asyncio.Task[None] | None = None
        self._why: Bound | None = None
        self._untold: list[CommandEnded] = []
        self._excused = INFINITE
        self._before = 0.0

    async def began(self, command: str) -> None:
        """Note that the command of that id is about to run."""
        self._running.add(command)
        if self._watching is None or self._watching.done():
            self._why = None
            self._excuse(await asyncio.to_thread(bytes_below, self._folders, INFINITE))
            self._watching = asyncio.create_task(self._watch(), name="cage")

    async def ended(self, command: str) -> str | None:
        """Note that a command is over; why we ended it, a sentence for the model, if we did."""
        self._running.discard(command)
        if not self._running and self._watching is not None:
            watching, self._watching = self._watching, None
            watching.cancel()
            await asyncio.wait({watching})
            await self._look_at_what_is_left()
        return self._bounds.sentence(self._why) if self._why is not None else None

    def rest(self) -> None:
        """The turn is over, and with it every command and all there was to tell of them."""
        self._running.clear()
        self._untold.clear()
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None

    def untold(self) -> list[CommandEnded]:
        """What was ended since the last call."""
        told, self._untold = self._untold, []
        return told

    def _excuse(self, before: float) -> None:
        """A lane over its bound may tidy up, and not grow; growth in small steps is told of."""
        if before <= self._bounds.files_mb * MIB or before == INFINITE:
            self._excused, self._before = INFINITE, 0.0
            return  # what cannot be looked into is no excuse
        self._excused = min(self._excused, before)
        self._before = before + CLI_BYTES

    async def _watch(self) -> None:
        """Until the last command is over."""
        while self._running:
            took = 0.0
            try:
                took = await asyncio.to_thread(self._timed_look)
            except Exception:
                # Whatever /proc surprised us with: the next look may see what this one did not.
                log.exception("cage_not_seen", pid=self._cli())
            await asyncio.sleep(max(LOOK_EVERY, LOOK_SHARE * took))

    def _timed_look(self) -> float:
        """Seconds of the processor; one that had to wait for it behind a fork bomb was not long."""
        began = time.thread_time()
        self._look()
        return time.thread_time() - began

    def _look(self) -> None:
        """See what the commands take, and end them where it is too much."""
        cli = self._cli()
        found = caged_processes(cli) if cli is not None else []
        for usage in self._taken(found):
            if (bound := self._bounds.exceeded(usage, self._before)) is not None and found:
                end_cages(found)
                self._note(bound)
                return

    def _taken(self, found: list[Caged]) -> Iterator[Usage]:
        """The number first: of too many processes nobody can look at each in time."""
        processes = sum(process.threads for process in found)
        yield Usage(processes=processes)
        first_to_go(found)
        nameless = nameless_bytes(process.pid for process in found)
        yield Usage(
            files=bytes_below(self._folders, self._enough) + nameless,
            memory=memory_of(found, self._bounds.memory_mb * MIB),
            seconds=seconds_of(found),
        )

    async def _look_at_what_is_left(self) -> None:
        """A command may have written too much between two looks, and be over."""
        files = await asyncio.to_thread(bytes_below, self._folders, self._enough)
        grown = files > self._before - CLI_BYTES
        excused = self._excused + CLI_BYTES if self._before else 0.0
        if grown and self._bounds.exceeded(Usage(files=files), excused) is not None:
            self._note(Bound.FILES)

    @property
    def _enough(self) -> float:
        return max(self._bounds.files_mb * MIB, self._before)

    def _note(self, bound: Bound) -> None:
        if self._why is None:
            log.warning("command_ended", bound=bound.value, pid=self._cli())
            self._untold.append(CommandEnded(bound, self._bounds.most(bound)))
            self._why = bound
