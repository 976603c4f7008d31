"""The one boost of ours under a question.

It is replaced as people see it best: the new one is put up, then the old one taken down. What
stands is recorded around each step.
"""

from typing import Any

from consumer.campfire.errors import CampfireUnclear
from consumer.campfire.room import Room
from consumer.progress.marks.boost_ids import BoostIds
from consumer.progress.marks.gone import is_gone
from consumer.progress.marks.traces import SEEN, Record, Standing
from consumer.queue.errors import Fenced
from shared.errors import CampfireError
from shared.kill_points import reached


class OwnBoost:
    """Raises CampfireError, and Fenced."""

    def __init__(self, room: Room, asked_id: str, record: Record, boost_ids: BoostIds) -> None:
        self._room, self._asked_id = room, asked_id
        self._record, self._boost_ids = record, boost_ids

    async def become(self, text: str) -> None:
        """Have this text stand under the question, and no other of ours; empty: none."""
        traces = self._record.traces
        stays = self._standing(text)
        if stays is None and (text or traces.above is not None):
            stays = await self._put_up(text or SEEN)
        if stays is not None and self._record.traces.above is not None:
            await self._take_down_the_unseen(below=stays.id)
        for old in self._record.traces.boosts:
            if old != stays or not text:
                await self._take_down(old)

    def _standing(self, text: str) -> Standing | None:
        """The boost that says so already, unless another may stand that nobody knows."""
        traces = self._record.traces
        if traces.above is not None:
            return None
        return next((boost for boost in traces.boosts if boost.text == text), None)

    async def _put_up(self, text: str) -> Standing:
        before = self._record.traces.above
        async with self._boost_ids.making() as newest:
            # The lowest that is known stays: what an earlier attempt sent may stand as well.
            await self._record.change(above=newest if before is None else min(newest, before))
            boost = await self._send(text, before)
            reached("progress.boosted")
            await self._boost_ids.keep(boost.id)
            boosts = (*self._record.traces.boosts, boost)
            await self._own(boost, boosts=boosts, above=before, done=False)
        reached("progress.boost_recorded")
        return boost

    async def _send(self, text: str, before: int | None) -> Standing:
        try:
            boost = await self._room.boost(self._asked_id, text)
        except CampfireUnclear:
            raise
        except CampfireError:
            await self._record.change(above=before)  # certainly not there: nothing to look for
            raise
        return Standing(boost.id, text)

    async def _own(self, boost: Standing, **changes: Any) -> None:
        try:
            await self._record.change(**changes)
        except Fenced:
            await self._unboost(boost.id)  # whoever shows the signs now does not know of it
            raise

    async def _take_down_the_unseen(self, below: int) -> None:
        """A boost that nobody saw arrive lies between what was known before it and our own."""
        above = self._record.traces.above or 0
        async with self._boost_ids.unknown(above, below) as candidates:
            for boost_id in candidates:
                await self._unboost(boost_id)
        await self._record.change(above=None)

    async def _take_down(self, old: Standing) -> None:
        await self._record.change()
        await self._unboost(old.id)
        reached("progress.unboosted")
        left = (boost for boost in self._record.traces.boosts if boost != old)
        await self._record.change(boosts=tuple(left))

    async def _unboost(self, boost_id: int) -> None:
        await is_gone(self._room.unboost(self._asked_id, boost_id))
