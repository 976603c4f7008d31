"""The boosts that one turn's tools put up: each once, whatever becomes of the process meanwhile.

Campfire lists no boosts to bots. Where one was sent and nobody saw it arrive, another is put up,
and the unknown one, which lies between, is taken down (consumer.progress.marks.boost_ids).
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

from consumer.campfire_tools.acts.ledger import Boosted
from consumer.campfire_tools.acts.turn_ledger import TurnLedger
from consumer.posting.announced import announced
from consumer.progress.marks.boost_ids import BoostIds
from consumer.progress.marks.gone import is_gone
from shared.kill_points import reached

How = Literal["put up", "stood", "changed"]


class TurnBoosts:
    """Puts up the boosts of one attempt at a turn.

    Raises CampfireError, and Fenced when the claim is lost.
    """

    def __init__(
        self,
        ledger: TurnLedger,
        boost_ids: BoostIds,
    ) -> None:
        self._ledger, self._boost_ids = ledger, boost_ids
        self.count = 0
        """How many this attempt has brought to their end."""

    async def boost(self, message_id: str, text: str) -> How:
        """Have the next one stand under a message; it takes the place of an earlier attempt's."""
        async with self._ledger.lock:
            boosts = self._ledger.boosts
            known = boosts[self.count] if self.count < len(boosts) else None
            wanted = Boosted(message_id=message_id, text=text)
            how = await self._bring(known, wanted)
            self.count += 1
            return how

    async def _bring(self, known: Boosted | None, wanted: Boosted) -> How:
        same = known is not None and (known.message_id, known.text) == (
            wanted.message_id,
            wanted.text,
        )
        if known is None or known.boost_id is None or not same:
            await self._put_up(known, wanted)
        await self._clear_away()
        if known is None or known.boost_id is None:
            return "put up"
        return "stood" if same else "changed"

    async def _put_up(self, known: Boosted | None, wanted: Boosted) -> None:
        before = list(self._ledger.boosts)
        async with self._boost_ids.making() as newest:
            wanted = _in_place_of(known, wanted, newest)
            await self._record(wanted)
            reached("tool.boosting")
            async with announced(self._ledger.lanes, partial(self._restore, before)):
                boost = await self._ledger.room.boost(wanted.message_id, wanted.text)
            reached("tool.boosted")
            await self._boost_ids.keep(boost.id)
            above = wanted.above if known is not None and known.above is not None else None
            await self._record(replace(wanted, boost_id=boost.id, above=above))
        reached("tool.boost_recorded")

    async def _clear_away(self) -> None:
        """Take down what the newest one stands in the place of."""
        stands = self._ledger.boosts[self.count]
        if stands.instead_of is not None:
            on, boost_id = stands.instead_of
            await is_gone(self._ledger.room.unboost(on, boost_id))
            stands = replace(stands, instead_of=None)
            await self._record(stands)
        if stands.above is not None and stands.boost_id is not None:
            async with self._boost_ids.unknown(stands.above, stands.boost_id) as candidates:
                for boost_id in candidates:
                    await is_gone(self._ledger.room.unboost(stands.on, boost_id))
            await self._record(replace(stands, above=None, on=""))

    async def _record(self, boosted: Boosted) -> None:
        self._ledger.boosts[self.count : self.count + 1] = [boosted]
        await self._ledger.keep()

    async def _restore(self, boosts: Sequence[Boosted]) -> None:
        self._ledger.boosts[:] = boosts
        await self._ledger.keep()


def _in_place_of(known: Boosted | None, wanted: Boosted, newest: int) -> Boosted:
    """As it is recorded before it is put up: with what may stand in its place. Pure.

    The lowest id that is known stays: what an earlier attempt sent may stand as well.
    """
    if known is None:
        return replace(wanted, above=newest, on=wanted.message_id)
    above = newest if known.above is None else min(newest, known.above)
    on = wanted.message_id if known.above is None else known.on
    standing = (
        (known.message_id, known.boost_id) if known.boost_id is not None else known.instead_of
    )
    return replace(wanted, above=above, on=on, instead_of=standing)
