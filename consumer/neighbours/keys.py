"""Which bots' keys Campfire refuses: one bot that is shut out leaves the others ready."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import cycle

import structlog

from consumer.campfire.answer import CampfireAnswer
from consumer.campfire.answers import is_refused
from consumer.campfire.client import Campfire
from shared.errors import CampfireError
from shared.lane import Lane

AGAIN_S = 60.0
"""How often a refused key is tried again."""
ALL_EVERY = 5
"""Every so many rounds all are tried: of a key that was rotated nothing else need tell."""
ANY_ROOM = 1
"""Whether there is such a room does not matter: the key is looked at first."""

log = structlog.get_logger()


class BotKeys:
    """Hears every answer of Campfire's; run `run()` beside the service.

    v1.4.9 looks at keys only where something is posted: there the next post tells.
    """

    def __init__(
        self,
        campfire: Campfire,
        *,
        ask_at_start: bool = False,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_change`: `refused` is another now."""
        self._campfire = campfire
        self._ask_at_start, self._on_change = ask_at_start, on_change
        self._refused: set[str] = set()
        campfire.on_answer(self._hear)

    @property
    def refused(self) -> list[str]:
        """The ids of the bots whose key was refused the last time."""
        return sorted(self._refused)

    async def run(self) -> None:
        """Try refused keys again, and now and then all of them; never returns."""
        if self._ask_at_start:
            await self._try(self._campfire.bot_ids)
        for place in cycle(range(1, ALL_EVERY + 1)):
            await asyncio.sleep(AGAIN_S)
            await self._try(self._campfire.bot_ids if place == ALL_EVERY else self.refused)

    async def _try(self, bot_ids: Iterable[str]) -> None:
        for bot_id in bot_ids:
            with suppress(CampfireError):  # the answer was heard; without one nothing is known
                await self._campfire.room(Lane(ANY_ROOM, bot_id)).page()

    def _hear(self, bot_id: str, answer: CampfireAnswer) -> None:
        known = bot_id in self._refused
        if not known and is_refused(answer):
            self._refused.add(bot_id)
            log.warning("bot_key_refused", bot_id=bot_id, advice="set the key that its page shows")
            self._on_change()
        elif known and self._accepts(answer):
            self._refused.discard(bot_id)
            log.info("bot_key_accepted", bot_id=bot_id)
            self._on_change()

    def _accepts(self, answer: CampfireAnswer) -> bool:
        """A key that is right may be in no such room; v1.4.9 says 404 to any."""
        return answer.is_success or (answer.status_code == 404 and self._campfire.offers.index)
