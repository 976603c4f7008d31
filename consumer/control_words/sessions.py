"""The port to the sessions: what control words need of the session manager."""

from typing import Protocol

from consumer.agent import Tier
from consumer.sessions import Account
from shared.lane import Lane


class Sessions(Protocol):
    """The lanes' conversations; consumer.sessions implements it."""

    async def account(self, lane: Lane) -> Account:
        """What the lane's next message meets, and what its session has cost."""
        ...

    async def forget(self, lane: Lane) -> None:
        """Forget the lane's session, also while a turn runs in it."""
        ...


class NoSessions:
    """For an agent without sessions: every turn is its first."""

    async def account(self, lane: Lane) -> Account:
        """An account of a lane with nothing on record."""
        del lane
        return Account(Tier.COLD)

    async def forget(self, lane: Lane) -> None:
        """Forget nothing: there is nothing."""
