"""What is on record of a lane's session, and the port to wherever the records live."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from shared.between_processes.resets import Scope
from shared.lane import Lane

Clock = Callable[[], datetime]
"""Tells the time, with its zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """A conversation that can be resumed. Times carry their zone."""

    lane: Lane
    session_id: str
    created_at: datetime
    last_used: datetime
    turns: int = 0
    """Turns that ended in an answer."""
    cost: float = 0.0
    """US dollars since the session began."""
    input_tokens: int = 0
    output_tokens: int = 0
    last_entry: str | None = None
    """The transcript's last message that belongs to an answered turn."""
    last_job: str | None = None
    """The job that turn was of; None where it could not be taken back."""
    entry_before: str | None = None
    """`last_entry` before that turn; None where that was the session's first."""
    folder: str | None = None
    """The name of the working directory, where it is not the lane's own (a spare's)."""
    disk: str | None = None
    """Where that directory lay (Workspaces.disk); None: nobody else answered."""
    last_answered: bool = True
    """Whether the last turn ended in an answer, not in a stop, its deadline or its limit."""
    last_tools: tuple[str, ...] = ()
    """The names of the tools that ran in it."""
    undone: tuple[str, ...] = ()
    """The same of turns that were cut off since, which nobody undid: the next prompt tells."""
    resumable: bool = True
    """False: nothing of the conversation is left but what it has cost, `undone` and `lost`."""
    lost: bool = False
    """Whether the conversation before it was lost, of which nobody could be told yet."""

    def renamed(self, session_id: str, now: datetime) -> "SessionRecord":
        """The record under another session id; its transcript is another one too."""
        if session_id == self.session_id:
            return replace(self, last_used=now)
        return replace(
            self,
            session_id=session_id,
            last_entry=None,
            last_job=None,
            entry_before=None,
            last_used=now,
        )

    def charged(self, cost: float, read: int, written: int) -> "SessionRecord":
        """The record with more spent on it: US dollars, tokens of input and of output."""
        return replace(
            self,
            cost=self.cost + cost,
            input_tokens=self.input_tokens + read,
            output_tokens=self.output_tokens + written,
        )

    def has_answered(self, job: str | None) -> bool:
        """Whether the last turn was this job's."""
        return job is not None and job == self.last_job

    def without_last_turn(self) -> "SessionRecord":
        """The record before `last_job`'s turn; what its tools did is not undone by that."""
        return replace(
            self,
            turns=self.turns - self.last_answered,
            last_entry=self.entry_before,
            last_job=None,
            entry_before=None,
            last_tools=(),
            undone=(*self.undone, *self.last_tools),
            resumable=self.entry_before is not None,
        )


class SessionRecords(Protocol):
    """The store of the lanes' session records: on disk, or in Redis for several consumers."""

    async def own(self, lane: Lane) -> int:
        """Take the lane's session over; gives the fence that `save` asks for.

        Whoever owned it before, a consumer that lost its lease for one, writes nothing more.
        Raises Superseded when we are that consumer.
        """
        ...

    async def load(self, lane: Lane) -> SessionRecord | None:
        """The lane's record; None when there is none, or none that can be read."""
        ...

    async def save(self, record: SessionRecord, fence: int) -> bool:
        """Keep the record: all of it or, when this process dies meanwhile, the one before.

        Gives whether the lane had none before. Raises Superseded when somebody else owns the
        lane's session by now.
        """
        ...

    async def forget(self, lane: Lane) -> None:
        """Delete the lane's record, if there is one."""
        ...

    async def set_aside(self, lane: Lane, reason: str) -> None:
        """Take a record out of use but keep it for the operator; `reason` is one short word."""
        ...

    async def last_reset(self, *scopes: Scope) -> datetime | None:
        """When the sessions of one of these were reset last; None where nobody else answers, and
        whoever asks has done it."""
        ...

    async def settled(self) -> None:
        """Wait until what was saved is there to stay, whatever happens to the machine."""
        ...

    async def all(self) -> list[SessionRecord]:
        """Every record that can be read: the one thing here that grows with their number."""
        ...

    async def newest(self, most: int, since: datetime) -> list[SessionRecord]:
        """The records that were used last, since that moment, the newest first."""
        ...

    async def unused_since(self, moment: datetime) -> dict[Lane, datetime]:
        """The lanes that were used before that moment alone, and when."""
        ...

    async def count(self) -> int:
        """How many records there are; some of them may have expired lately."""
        ...
