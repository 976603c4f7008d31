"""Delivery: posts the parts of a reply that are not in the room yet, and keeps the ledger.

The ledger stands with the message in Redis: that a post is about to happen, and that it did.
Between the two it is unclear whether Campfire has it, and then Campfire is asked before it is
posted again.
"""

from dataclasses import dataclass

import structlog
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from consumer.campfire.client import Campfire
from consumer.campfire.errors import CampfireUnavailable, CampfireUnclear, NoIndex
from consumer.live.broadcast import Broadcast
from consumer.queue.claim import Claim
from consumer.queue.lanes import Lanes
from shared.catalogue import Catalogue
from shared.errors import CampfireError
from shared.kill_points import reached

POST_ATTEMPTS = 4

log = structlog.get_logger()


class Delivery:
    """Posts replies of claimed messages as the bots whose keys it holds (by bot id)."""

    def __init__(
        self,
        campfire: Campfire,
        lanes: Lanes,
        keys: dict[str, str],
        live: Broadcast,
        words: Catalogue,
    ) -> None:
        self._campfire = campfire
        self._lanes = lanes
        self._keys = keys
        self._live = live
        self._words = words

    async def say(self, room_id: int, bot_id: str, html: str) -> None:
        """Post something of the service's own, once, without a ledger; raises CampfireError."""
        await self._campfire.post(room_id, self._keys[bot_id], html)

    async def deliver(self, claim: Claim, parts: tuple[str, ...]) -> None:
        """Post what is missing, in order.

        Raises Fenced when the claim is lost, and CampfireError when a part would not go.
        """
        posted = list(claim.posted)
        unclear = claim.posting
        for part in parts[len(posted) :]:
            message_id = await self._find_or_post(claim, part, posted, unclear=unclear)
            posted.append(message_id)
            await self._lanes.record_post(claim, posted)
            reached("turn.recorded")
            self._live.turn(claim.message).posted(message_id, len(posted), len(parts))
            log.info("reply_posted", part=len(posted), parts=len(parts), posted_as=message_id)
            unclear = False

    async def _find_or_post(
        self, claim: Claim, part: str, posted: list[str], *, unclear: bool
    ) -> str:
        """Post the part, unless an attempt whose end nobody saw has done so."""
        while True:
            label = ""
            if unclear:
                found = await self._look_for(claim, part, posted)
                if found.message_id:
                    return found.message_id
                label = found.label
            try:
                return await self._post(claim, label + part)
            except CampfireUnclear as error:
                log.warning("post_unclear", error=str(error))
                if unclear:
                    raise  # twice in a row: the queue tries again later
                unclear = True

    async def _look_for(self, claim: Claim, part: str, posted: list[str]) -> "_Found":
        """Ask Campfire whether the part is there; without an index a second copy is labelled."""
        message = claim.message
        after = _newest(message.message_id, await self._lanes.last_post(claim), *posted)
        try:
            found = await self._campfire.find_own(
                message.room_id, self._keys[message.bot_id], part, after
            )
        except NoIndex:
            log.warning("repeat_labelled")
            return _Found("", self._words.say("repeat") + "<br>")
        log.info("post_looked_up", found=found is not None)
        return _Found(found or "", "")

    async def _post(self, claim: Claim, part: str) -> str:
        message = claim.message
        async for attempt in _patiently():
            with attempt:
                await self._lanes.record(claim, posting=True)
                reached("turn.posting")
                message_id = await self._try(claim, message.room_id, part)
        reached("turn.posted")
        return message_id

    async def _try(self, claim: Claim, room_id: int, part: str) -> str:
        try:
            return await self._campfire.post(room_id, self._keys[claim.message.bot_id], part)
        except CampfireUnclear:
            raise
        except CampfireError:
            # Certainly not in the room: nobody has to look for it.
            await self._lanes.record(claim, posting=False)
            raise


@dataclass(frozen=True, slots=True)
class _Found:
    """What a look into the room gave: the post's id, or what to put before a second copy."""

    message_id: str
    label: str


def _newest(*ids: str | None) -> int:
    """The highest of Campfire's ids; 0 when none is a number (v1's form has its own)."""
    return max((int(known) for known in ids if known and known.isdigit()), default=0)


def _patiently() -> AsyncRetrying:
    """A few tries within seconds; a longer outage is the queue's to wait out."""
    return AsyncRetrying(
        retry=retry_if_exception_type(CampfireUnavailable),
        wait=wait_random_exponential(multiplier=0.2, max=2),
        stop=stop_after_attempt(POST_ATTEMPTS),
        reraise=True,
    )
