"""A turn that its budgets let begin: its meter, the booking at its end, the warnings to tell."""

from dataclasses import replace

import structlog

from consumer.agent import Meter
from consumer.budgets.meter import TurnMeter
from consumer.budgets.reservations import Reservations, Reserved
from consumer.budgets.telling import Telling
from consumer.ending_tasks import to_its_end
from consumer.outcome.outcome import Reply, Retry
from consumer.queue.claim import Claim
from shared.bots import Bot
from shared.kill_points import reached

log = structlog.get_logger()


class Allowed:
    """A turn that may begin; of this one nobody counts what it uses."""

    def __init__(self, claim: Claim, meter: Meter) -> None:
        self.claim, self.meter = claim, meter

    async def end(self) -> None:
        """End the turn's use, however it ended; a cancellation that comes meanwhile is raised when
        that is done."""

    def why_stopped(self) -> str:
        """What stands after an answer that a budget ended; empty where none did."""
        return ""

    def with_warnings(self, reply: Reply | Retry) -> Reply | Retry:
        """The reply, with what the room is to be told of budgets; after `end`."""
        return reply


class Counted(Allowed):
    """One that counts for budgets."""

    def __init__(
        self,
        claim: Claim,
        meter: TurnMeter,
        reserved: Reserved | None,
        reservations: Reservations,
        telling: Telling,
        bot: Bot,
    ) -> None:
        super().__init__(claim, meter)
        self._meter, self._reserved, self._reservations = meter, reserved, reservations
        self._telling, self._budgets = telling, bot.budgets
        self._warnings: tuple[str, ...] = ()

    async def end(self) -> None:
        """See Allowed."""
        await to_its_end(self._booked())

    async def _booked(self) -> None:
        """Book what it used up, as far as that is known; outlives an outage of Redis."""
        meter = self._meter
        await meter.close()
        if self._budgets and self._budgets.turn and meter.tokens:
            await self._reservations.keep_spent(self.claim, meter.tokens)
        if self._reserved is None:
            return
        micro_usd = meter.micro_usd(self._reserved.price)
        crossed = await self._reservations.settle(
            self.claim, self._reserved, meter.tokens, micro_usd
        )
        reached("budget.settled")
        log.info("turn_spent", tokens=meter.tokens, micro_usd=micro_usd)
        self._warnings = tuple(self._telling.warning(it) for it in crossed)

    def why_stopped(self) -> str:
        """See Allowed."""
        if self._meter.stopped_by is not None:
            return self._telling.stopped(self._meter.stopped_by)
        if self._meter.is_at_most and self._budgets and self._budgets.turn:
            return self._telling.stopped_turn(self._budgets.turn.tokens)
        return ""

    def with_warnings(self, reply: Reply | Retry) -> Reply | Retry:
        """See Allowed. They are posts of their own, the last ones."""
        if isinstance(reply, Retry) or not self._warnings:
            return reply
        return replace(reply, parts=(*reply.parts, *self._warnings))
