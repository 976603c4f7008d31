"""The turns that run, for the tools that act in their rooms: a call finds its turn by its job id.

So nothing of the queue goes through the agent's client, and a call that comes when its turn is over
finds none.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import cached_property

from consumer.campfire.client import Campfire
from consumer.campfire_tools.acts.boosts import TurnBoosts
from consumer.campfire_tools.acts.posts import TurnPosts
from consumer.campfire_tools.acts.turn_ledger import TurnLedger
from consumer.notes.notes import Note
from consumer.progress.marks.boost_ids import BoostIds
from consumer.queue.claim import Claim
from consumer.queue.lanes import Lanes
from consumer.toolboxes import Asking, ToolFailed
from shared.catalogue import Catalogue
from shared.keys import plain
from shared.on_time import Reminder

TURN_OVER = "It was not done: the turn that it belongs to is over."


class TurnActs:
    """What one attempt's tools do in the room; most turns' do nothing there."""

    def __init__(self, acting: "Acting", claim: Claim) -> None:
        self._acting, self.claim = acting, claim
        self.notes: list[Note] = []
        """What was noted; kept once the answer that tells of it is stored."""
        self.reminders: list[Reminder] = []
        """What the asker is to be reminded of; kept as notes are."""

    @cached_property
    def posts(self) -> TurnPosts:
        """The messages."""
        return self._acting.posts_of(self._ledger)

    @cached_property
    def boosts(self) -> TurnBoosts:
        """The boosts."""
        return self._acting.boosts_of(self._ledger)

    @cached_property
    def _ledger(self) -> TurnLedger:
        return self._acting.ledger_of(self.claim)


class Acting:
    """Knows the attempts that run here."""

    def __init__(
        self,
        campfire: Campfire,
        lanes: Lanes,
        boost_ids: BoostIds,
        make_way: Callable[[Claim], Awaitable[None]],
        sentences: Catalogue,
    ) -> None:
        """`make_way`: called before a message is posted (consumer.progress)."""
        self._campfire, self._lanes, self._boost_ids = campfire, lanes, boost_ids
        self._make_way, self._sentences = make_way, sentences
        self._turns: dict[str, TurnActs] = {}

    @contextmanager
    def of(self, claim: Claim) -> Iterator[TurnActs]:
        """Within this block the tools of the claimed message's turn act, and not after it."""
        job_id = plain(claim.job_id)
        acts = self._turns[job_id] = TurnActs(self, claim)
        try:
            yield acts
        finally:
            if self._turns.get(job_id) is acts:
                del self._turns[job_id]

    def ledger_of(self, claim: Claim) -> TurnLedger:
        """What stands with an attempt's message of what its tools did."""
        return TurnLedger(self._campfire, self._lanes, claim)

    def posts_of(self, ledger: TurnLedger) -> TurnPosts:
        """The messages of one attempt."""
        return TurnPosts(ledger, self._sentences, self._make_way)

    def boosts_of(self, ledger: TurnLedger) -> TurnBoosts:
        """The boosts of one attempt."""
        return TurnBoosts(ledger, self._boost_ids)

    def turn(self, asking: Asking) -> TurnActs:
        """The turn that a call belongs to; raises ToolFailed when it is over."""
        acts = self._turns.get(plain(asking.job_id))
        if acts is None:
            raise ToolFailed(TURN_OVER)
        return acts
