"""One client's conversation: its record, what it has cost, what its next prompt has to tell."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from consumer.agent.events import Memory
from consumer.agent.spending import Spent
from consumer.archive.records import SessionRecord
from consumer.archive.workspaces import Files
from consumer.sessions.session.notes import files_note, undone_note
from consumer.sessions.session.stretch import Answered, Stretch
from shared.lane import Lane


class Conversation:
    """Keeps what one session's client knows, has cost and is yet to be told.

    Others report what happened by a method and never write to its fields.
    """

    def __init__(
        self,
        record: SessionRecord | None = None,
        counted: Spent | None = None,
        files: Files = "here",
    ) -> None:
        self.record = record
        """None while nothing of it is on record."""
        self.unanswered: SessionRecord | None = None
        """What is on record of turns before it, none of which was answered."""
        self.counted = counted or Spent()
        """What the client has counted so far; a resumed one goes on from another's."""
        self.fence = 0
        """What its record is saved under; see SessionRecords."""
        self.undone = record.undone if record is not None else ()
        """Tools of turns that were cut off, of which the conversation knows nothing yet."""
        self.files: Files = files
        """Where what its agent wrote in turns before lies, as seen from its client."""
        self.is_lost = False
        """Whether the one on record was lost, so that this one starts knowing nothing."""

    @property
    def memory(self) -> Memory:
        """What the agent knows before its next prompt."""
        if self.is_lost:
            return "lost"
        return "kept" if self.record is not None else "new"

    def notes(self, tools: Iterable[str]) -> list[str]:
        """What stands before its next prompt, for an agent with these built-in tools."""
        notes = files_note(self.files, tools), undone_note(self.undone)
        return [note for note in notes if note]

    def begins(self, fence: int, before: SessionRecord | None = None, *, lost: bool) -> None:
        """Start a new conversation for a lane, whose record is saved under `fence` from now on.

        `before`: what was on record of the lane, whose tools the next prompt tells of. `lost`: the
        conversation on record could not be resumed, so the agent knows nothing of it.
        """
        self.fence = fence
        self.undone = before.undone if before is not None else ()
        self.unanswered = before if before is not None and not before.resumable else None
        self.is_lost = lost

    def counts(self, total: Spent) -> Spent:
        """Note the client's total after a turn; gives what the turn has spent."""
        before, self.counted = self.counted, total
        return total.since(before)

    def was_answered(self) -> None:
        """Note an answer: of a lost conversation, and of lost files, its agent knows by now."""
        self.is_lost, self.files = False, "here"

    def goes_on(self, record: SessionRecord) -> None:
        """Take the record with one more turn in it; no tool is left to be told of."""
        self.record, self.undone, self.unanswered = record, (), None

    def is_forgotten(self) -> None:
        """Note that the record was deleted: when the client ends, its transcript goes too."""
        self.record = self.unanswered = None

    def with_turn(
        self,
        lane: Lane,
        turn: Stretch,
        now: datetime,
        *,
        spent: Spent,
        folder: str,
        disk: str | None = None,
        job: str | None = None,
    ) -> SessionRecord:
        """The record to save when a turn stays in the conversation; the first one makes it.

        `spent` is what the turn has cost by itself; `folder` the name of the working directory,
        which a spare brings along, `disk` where it lies; `job` what the turn was of, should its
        answer get lost.
        """
        entry_before = self.record.last_entry if self.record is not None else None
        answered = isinstance(turn, Answered)
        before = self.record or SessionRecord(
            lane=lane, session_id=turn.session_id, created_at=now, last_used=now
        )
        record = replace(
            before.renamed(turn.session_id, now).charged(spent.cost, spent.read, spent.written),
            turns=before.turns + answered,
            last_entry=turn.entry,
            last_job=job if self.record is None or entry_before is not None else None,
            entry_before=entry_before,
            folder=folder,
            disk=disk,
            last_answered=answered,
            last_tools=turn.tools,
            undone=(),
        )
        if (paid := self.unanswered) is None:
            return record
        return record.charged(paid.cost, paid.input_tokens, paid.output_tokens)

    def with_undone(self, lane: Lane, tools: tuple[str, ...], now: datetime) -> SessionRecord:
        """The record to save when a turn is cut off: the next prompt tells which `tools` ran in it.

        A conversation without an answered turn gets a record that holds nothing else.
        """
        undone = (*self.undone, *tools)
        if self.record is not None:
            return replace(self.record, undone=undone)
        nothing = SessionRecord(
            lane=lane, session_id=str(uuid.uuid4()), created_at=now, last_used=now, resumable=False
        )
        return replace(self.unanswered or nothing, undone=undone, lost=self.is_lost)
