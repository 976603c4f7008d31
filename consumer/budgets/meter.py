"""The meter of one turn: it counts what the agent uses, and stops it at the end of a budget."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from redis.exceptions import RedisError

from consumer.agent import Spent
from consumer.budgets.reservations import Crossed

log = structlog.get_logger()

PATIENCE_S = 1.0
"""For the last note, whose turn is over: its end is booked anyway."""

Note = Callable[[int], Awaitable[Crossed | None]]
"""Notes how many tokens a turn has used so far; gives a budget that is used up now."""


async def nowhere(_tokens: int) -> None:
    """Notes nothing: for a turn that counts for no budget but its own."""


class TurnMeter:
    """A Meter: see `consumer.agent.spending`. Await `close` when the turn is over."""

    def __init__(self, most: int | None, note: Note) -> None:
        """`most`: tokens that one turn may use."""
        self.stopped_by: Crossed | None = None
        """The budget that ended it, if one did, but for its own."""
        self.is_at_most = False
        """Whether it was ended at what one turn may use."""
        self.truth = Spent()
        """What the agent itself told, of its exchanges that came to an end."""
        self.untold = 0
        """Tokens beyond that, as far as they were seen."""
        self._most, self._note = most, note
        self._stop: Callable[[], None] = lambda: None
        self._goes_on = False
        self._noting: asyncio.Task[None] | None = None

    @property
    def tokens(self) -> int:
        """The tokens that are known to be used so far."""
        return self.truth.tokens + self.untold

    def micro_usd(self, price: float) -> int:
        """What that costs; `price`: of a token of which no cost was told."""
        return self.truth.micro_usd + round(self.untold * price)

    @property
    def was_stopped(self) -> bool:
        """Whether a budget ended it."""
        return self.is_at_most or self.stopped_by is not None

    def begins(self, stop: Callable[[], None]) -> None:
        """See Meter."""
        self._stop = stop

    def uses(self, tokens: int, *, goes_on: bool) -> None:
        """See Meter. What is at its end anyway is not stopped."""
        self.untold += tokens
        self._goes_on = goes_on
        if self._most is not None and self.tokens >= self._most and self._may_stop():
            self.is_at_most = True
            self._stop()
        if self._noting is None or self._noting.done():
            self._noting = asyncio.create_task(self._keep_noting(), name="budget")

    def spent(self, spent: Spent) -> None:
        """See Meter."""
        self.truth, self.untold = self.truth.plus(spent), 0

    async def close(self) -> None:
        """Wait a moment for the last note; nothing is noted after this."""
        if self._noting is not None:
            await asyncio.wait({self._noting}, timeout=PATIENCE_S)
            self._noting.cancel()
            await asyncio.wait({self._noting})

    def _may_stop(self) -> bool:
        return self._goes_on and not self.was_stopped

    async def _keep_noting(self) -> None:
        """One at a time, and once more where more was used meanwhile."""
        noted = -1
        while noted < self.tokens:
            noted = self.tokens
            try:
                used_up = await self._note(noted)
            except (RedisError, OSError) as error:  # the turn's end books it all
                log.warning("budget_not_noted", error=type(error).__name__)
                return
            if used_up is not None and self._may_stop():
                self.stopped_by = used_up
                self._stop()
