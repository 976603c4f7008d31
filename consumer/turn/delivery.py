"""Delivery: posts the parts of a reply that are not in the room yet, and records each."""

import structlog
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from consumer.campfire.errors import CampfireUnavailable
from consumer.campfire.room import Campfire
from consumer.queue.claim import Claim
from consumer.queue.lanes import Lanes
from shared.kill_points import reached

POST_ATTEMPTS = 4

log = structlog.get_logger()


class Delivery:
    """Posts replies of claimed messages as the bots whose keys it holds (by bot id)."""

    def __init__(self, campfire: Campfire, lanes: Lanes, keys: dict[str, str]) -> None:
        self._campfire = campfire
        self._lanes = lanes
        self._keys = keys

    async def deliver(self, claim: Claim, parts: tuple[str, ...]) -> None:
        """Post what is missing, in order.

        Raises Fenced when the claim is lost, and CampfireError when a part would not go.
        """
        posted = list(claim.posted)
        for part in parts[len(posted) :]:
            message_id = await self._post(claim, part)
            reached("turn.posted")
            posted.append(message_id)
            await self._lanes.record(claim, posted=posted)
            reached("turn.recorded")
            log.info("reply_posted", part=len(posted), parts=len(parts), posted_as=message_id)

    async def _post(self, claim: Claim, part: str) -> str:
        message = claim.message
        async for attempt in _patiently():
            with attempt:
                await self._lanes.check(claim)
                reached("turn.posting")
                return await self._campfire.post(message.room_id, self._keys[message.bot_id], part)
        raise AssertionError("tenacity re-raises the last error")


def _patiently() -> AsyncRetrying:
    """A few tries within seconds; a longer outage is the queue's to wait out."""
    return AsyncRetrying(
        retry=retry_if_exception_type(CampfireUnavailable),
        wait=wait_random_exponential(multiplier=0.2, max=2),
        stop=stop_after_attempt(POST_ATTEMPTS),
        reraise=True,
    )
