"""One attempt's hold of its turn's ledger: kept with the message, under the attempt's claim."""

import asyncio

from consumer.campfire.client import Campfire
from consumer.campfire.room import Room
from consumer.campfire_tools.acts.ledger import ToolsLedger
from consumer.queue.claim import Claim
from consumer.queue.lanes import Lanes


class TurnLedger:
    """Raises Fenced when the claim is lost."""

    def __init__(self, campfire: Campfire, lanes: Lanes, claim: Claim) -> None:
        self.campfire, self.lanes, self.claim = campfire, lanes, claim
        self.lock = asyncio.Lock()
        """Whoever holds it may change what is in it."""
        self._ledger = ToolsLedger.read(claim.by_tools)
        self.posts, self.boosts = self._ledger.posts, self._ledger.boosts

    @property
    def room(self) -> Room:
        """Where the turn's tools act."""
        return self.campfire.room(self.claim.message.lane)

    async def keep(self) -> None:
        """Put it on record as it is."""
        await self.lanes.ledger.record(self.claim, by_tools=self._ledger.wire())

    async def keep_posted(self, message_id: str) -> None:
        """Put it on record, and that this message is in the room."""
        await self.lanes.ledger.record_tool_post(self.claim, self._ledger.wire(), message_id)

    async def ours_until_s(self) -> float:
        """Until when, by the steady clock, the attempt may still act: asked for anew."""
        await self.lanes.ledger.record(self.claim)
        return self.lanes.ledger.fresh_until_s()
