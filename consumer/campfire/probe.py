"""What an installation offers its bots: v1.4.9 only posts, main lists, edits and boosts too."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from consumer.campfire.answer import CampfireAnswer
from consumer.campfire.answers import is_sign_in
from consumer.campfire.requests.wire import Wire
from shared.errors import CampfireError

WRONG_KEY = "0-0"
"""Nobody's: main sends it to the sign-in page (302), a look-alike says 401, v1.4.9 has no such
route and says 404 before it looks at a key (docs/campfire.md, "Releases")."""
FRESH_S = 24 * 3600.0
"""An administrator may update Campfire any day; a surprise asks again sooner."""
HASTE_S = 60.0
"""Not more often, whatever surprises us: an edit of a deleted message is a 404 too."""
AT_FIRST_S = 0.25
"""How soon a Campfire that has never answered is asked again, then twice as long each time: whoever
starts both at once has us here first, and nobody is to go without signs for a minute."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Offers:
    """The calls a Campfire has beyond POST."""

    index: bool = False
    edit: bool = False
    """PATCH and DELETE."""
    boosts: bool = False


POST_ONLY, EVERYTHING = Offers(), Offers(index=True, edit=True, boosts=True)


class Probe:
    """Asks once, and again after a day or a surprise; `offers` is what is known now."""

    def __init__(self, wire: Wire, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._wire = wire
        self._monotonic = monotonic
        self._asked_at: float | None = None
        self._stale_after_s = 0.0
        self._has_answered = False
        self.offers = POST_ONLY
        """The least until Campfire has said more."""

    @property
    def known(self) -> Offers | None:
        """What the last answer said; None before the first."""
        return self.offers if self._has_answered else None

    @property
    def at_hand(self) -> Offers | None:
        """What `fresh` gives, where it need not ask."""
        return self.offers if self._has_answered and not self._is_due(self._stale_after_s) else None

    async def fresh(self) -> Offers:
        """What Campfire offers, asked for when the last answer is a day old. Never raises."""
        return await self._offers(self._stale_after_s)

    async def surprised(self) -> Offers:
        """The same after a 404 that the last answer does not explain."""
        return await self._offers(min(HASTE_S, self._stale_after_s))

    async def _offers(self, stale_after_s: float) -> Offers:
        if self._is_due(stale_after_s):
            self._asked_at = self._monotonic()
            await self._ask()
        return self.offers

    def _is_due(self, stale_after_s: float) -> bool:
        return self._asked_at is None or self._monotonic() - self._asked_at >= stale_after_s

    async def _ask(self) -> None:
        try:
            found = _offers_by(await self._wire.again("GET", 1, WRONG_KEY, ""))
        except CampfireError as error:
            log.info("campfire_not_probed", reason=str(error))
            found = None
        self._stale_after_s = self._until_next_s(found)
        if found is not None and found != self.offers:
            log.info("campfire_probed", index=found.index, edit=found.edit, boosts=found.boosts)
        self.offers = found or self.offers
        self._has_answered |= found is not None

    def _until_next_s(self, found: Offers | None) -> float:
        if found is not None:
            return FRESH_S
        if self._has_answered:
            return HASTE_S
        return min(max(AT_FIRST_S, 2 * self._stale_after_s), HASTE_S)


def _offers_by(answer: CampfireAnswer) -> Offers | None:
    """What the answer to a wrong key says; None when it says nothing."""
    if answer.status_code == 404:
        return POST_ONLY
    return EVERYTHING if answer.status_code == 401 or is_sign_in(answer) else None
