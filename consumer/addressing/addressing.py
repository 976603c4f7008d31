"""How one answer says whose it is: the rule of `naming`, with what is known in this turn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from consumer.addressing.between import Between
from consumer.addressing.mentionable import Mentionable
from consumer.addressing.naming import LATE_S, naming
from consumer.addressing.quote import quote_of
from consumer.queue.claim import Claim
from consumer.rendering.pieces import Piece
from shared.bots import Bot
from shared.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Address:
    """What stands before an answer's own words; both may be empty."""

    quote: tuple[Piece, ...] = ()
    """What was asked, in Campfire's reply form."""
    name: tuple[Piece, ...] = ()
    """The asker."""


class Addressing:
    """Looks at what came between, where an answer could name anybody."""

    def __init__(
        self,
        between: Between,
        bots: Mapping[str, Bot],
        sentences: Catalogue,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._between, self._bots = between, bots
        self._sentences, self._now = sentences, now

    async def of(self, claim: Claim, who: Mentionable, text: str) -> Address:
        """The address of an answer with this text."""
        message = claim.message
        if message.is_unattended:
            return Address()  # nobody asked
        waited_s = self._now().timestamp() - message.accepted_ms / 1000
        named = naming(
            shared=message.room_name is not None,
            late=waited_s > LATE_S,
            mixed=await self._between.mixed(claim),
            can_call=who.can_call_asker,
            will_draw=who.will_draw_asker,
        )
        return Address(
            quote=self._quote(claim) if named.has_quote else (),
            name=who.addressed(text) if named.has_name else (),
        )

    def _quote(self, claim: Claim) -> tuple[Piece, ...]:
        # Of several messages in one turn the last one's words: its id is the turn's, too.
        asked = claim.said[-1][1] if claim.said else claim.message
        return quote_of(asked, self._bots[asked.bot_id].name, self._sentences).pieces

    def answered(self, claim: Claim) -> None:
        """Note that the message's reply is about to be posted."""
        self._between.answered(claim)
