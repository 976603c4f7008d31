"""`stop` and `stop all`: end what was asked in this lane before them, and nothing else."""

from collections.abc import Sequence

from consumer.names import names_html
from consumer.queue.cancellation.cancelling import Cancelling, Stopped
from consumer.queue.claim import Claim
from consumer.queue.lanes import Lanes
from consumer.queue.ticket import Ticket, asked_before
from shared.catalogue import Catalogue
from shared.lane import Line

Target = tuple[str, str]
"""A message to be stopped: its job id, and who asked."""


class Stopping:
    """What is to be stopped is recorded with the word before the first is touched, so that an
    attempt after a crash ends what is left of it and knows what to say."""

    def __init__(self, lanes: Lanes, cancelling: Cancelling, sentences: Catalogue) -> None:
        self._lanes = lanes
        self._cancelling = cancelling
        self._sentences = sentences

    async def stop(self, claim: Claim, *, own_only: bool = False) -> tuple[str, ...] | None:
        """Stop it; what the room is told: nothing where a stopped turn says so itself.

        Turns that `stop all` ends do not: one message tells of all that it ended. With `own_only`
        nothing is stopped but the first message of whoever types it: None where there is none.
        """
        targets, all_of_them = await self._targets(claim, own_only), _is_all(claim)
        if targets is None:
            return None
        ends: dict[Target, Stopped] = {}
        # The last first: were the head ended before them, the next one would begin.
        for target in reversed(targets):
            ends[target] = await self._cancelling.stop(target[0], quietly=all_of_them)
        silent = [name for (_, name), end in reversed(ends.items()) if end == "silently"]
        if silent:
            own = silent == [claim.message.user_name]
            return (self._unanswered(silent, named=all_of_them or not own),)
        if "told" in ends.values():
            return ()
        return (self._sentences.say("control.too_late" if targets else "control.nothing"),)

    async def _targets(self, claim: Claim, own_only: bool) -> Sequence[Target] | None:
        if claim.stopping is not None:
            return claim.stopping
        tickets = [
            ticket
            for ticket in await self._lanes.lines.tickets(Line(claim.message.lane))
            if asked_before(ticket, Ticket.of(claim))
        ]
        if own_only:
            tickets = _of(tickets, claim.message.user_id)
            if not tickets:
                return None
        tickets = tickets if _is_all(claim) else tickets[:1]
        targets = [(ticket.job_id, ticket.user_name) for ticket in tickets]
        await self._lanes.ledger.record(claim, stopping=targets)
        return targets

    def _unanswered(self, names: Sequence[str], *, named: bool) -> str:
        """`named`: not where somebody stops what they asked themselves."""
        if not named:
            return self._sentences.say("cancelled")
        people = names_html(names, self._sentences)
        kind = "one" if len(names) == 1 else "many"
        return self._sentences.say(f"control.unanswered.{kind}", people=people, count=len(names))


def _is_all(claim: Claim) -> bool:
    return claim.message.control == "stop all"


def _of(tickets: Sequence[Ticket], user_id: int | None) -> list[Ticket]:
    """Those of this person, also where another's runs before them; of somebody unknown none."""
    return [ticket for ticket in tickets if user_id is not None and ticket.user_id == user_id]
