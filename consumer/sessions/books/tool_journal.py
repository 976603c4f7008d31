"""Records which tools a turn is about to run, before they run.

A process that is killed in the middle of a turn leaves no other word of what ran in it.
"""

import asyncio
from collections.abc import Awaitable, Callable

from consumer.agent.events import OnEvent, ToolDenied, ToolStarted, TurnEvent

Save = Callable[[tuple[str, ...]], Awaitable[bool]]
"""Puts the names of a turn's tools on record; whether they are there now."""


class ToolJournal:
    """Puts the tools of one turn on record; await `close` before anything else of the turn is."""

    def __init__(self, save: Save) -> None:
        self._save = save
        self._tools: dict[str, str] = {}
        self._changed = False
        self._closed = False
        self._saved: frozenset[str] = frozenset()
        """The ids of the calls that are on record."""
        self._saving: asyncio.Task[None] | None = None

    def before(self, on_event: OnEvent | None) -> OnEvent:
        """Takes note of an event, and passes it on."""

        def heard(event: TurnEvent) -> None:
            self._note(event)
            if on_event is not None:
                on_event(event)

        return heard

    async def on_record(self, call_id: str, tool: str) -> bool:
        """Wait until a call is on record; whether it is, so that it may run. See BeforeTool.

        The agent asks by another way than it tells of the call: either may come first.
        """
        if self._closed:
            return False
        if call_id not in self._tools:
            self._tools[call_id] = tool
            self._save_soon()
        await self.settled()
        return call_id in self._saved

    async def settled(self) -> None:
        """Wait until all that was noted is saved, or could not be."""
        if self._saving is not None:
            await asyncio.shield(self._saving)  # others wait for it too

    async def close(self) -> None:
        """The same once the turn is over or stopped: no call of it may run any more."""
        self._closed = True
        await self.settled()

    def _note(self, event: TurnEvent) -> None:
        if isinstance(event, ToolStarted):
            self._tools[event.id] = event.name
        elif not isinstance(event, ToolDenied) or self._tools.pop(event.id, None) is None:
            return
        self._save_soon()

    def _save_soon(self) -> None:
        self._changed = True
        if self._saving is None or self._saving.done():
            self._saving = asyncio.create_task(self._save_all(), name="tool journal")

    async def _save_all(self) -> None:
        """What comes while one is saved goes with the next: a turn may call hundreds."""
        while self._changed:
            self._changed = False
            tools = dict(self._tools)
            if await self._save(tuple(tools.values())):
                self._saved = frozenset(tools)
