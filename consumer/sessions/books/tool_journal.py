"""The tools of a running turn, put on record as they start.

A process that is killed in the middle of a turn leaves no other word of what ran in it.
"""

import asyncio
from collections.abc import Awaitable, Callable

from consumer.sessions.events import OnEvent, ToolDenied, ToolStarted, TurnEvent

Save = Callable[[tuple[str, ...]], Awaitable[None]]


class ToolJournal:
    """Of one turn; await `settled` before anything else of the turn goes on record."""

    def __init__(self, save: Save) -> None:
        self._save = save
        self._tools: dict[str, str] = {}
        self._changed = False
        self._saving: asyncio.Task[None] | None = None

    def before(self, on_event: OnEvent | None) -> OnEvent:
        """Takes note of an event, and passes it on."""

        def heard(event: TurnEvent) -> None:
            self._note(event)
            if on_event is not None:
                on_event(event)

        return heard

    async def settled(self) -> None:
        """Wait until all that was noted is saved."""
        if self._saving is not None:
            await self._saving

    def _note(self, event: TurnEvent) -> None:
        if isinstance(event, ToolStarted):
            self._tools[event.id] = event.name
        elif not isinstance(event, ToolDenied) or self._tools.pop(event.id, None) is None:
            return
        self._changed = True
        if self._saving is None or self._saving.done():
            self._saving = asyncio.create_task(self._save_all(), name="tool journal")

    async def _save_all(self) -> None:
        """What comes while one is saved goes with the next: a turn may call hundreds."""
        while self._changed:
            self._changed = False
            await self._save(tuple(self._tools.values()))
