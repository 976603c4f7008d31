"""How an attempt at a message ends. Values, not exceptions."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from consumer.notes.notes import Note
from consumer.outbox.files import File, LeftOut
from shared.on_time import Reminder

Ending = Literal["completed", "failed", "dead", "cancelled", "expired", "ignored"]


@dataclass(frozen=True, slots=True)
class Edit:
    """What a post becomes once it is in the room; that it does not is no loss."""

    part: int
    """The post's place among the reply's."""
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the room will see, and how the message then ends. Stored before the first post."""

    parts: tuple[str, ...]
    """HTML bodies, in order; each is one post."""
    ending: Ending
    reason: str = ""
    """For an operator: an error's name, never chat text."""
    detail: str = ""
    """For an operator: what was said of it, without text of the chat."""
    tier: str = ""
    skipped: tuple[str, ...] = ()
    """Job ids of messages behind this one that end with it: answered by it, or by nothing."""
    files: tuple[File, ...] = ()
    """Each is one post, after the parts."""
    left_out: tuple[LeftOut, ...] = ()
    """Of these the room is told when all else is posted."""
    notes: tuple[Note, ...] = ()
    """What the turn noted: kept in the same step in which the reply is stored, and with no part of
    it."""
    reminders: tuple[Reminder, ...] = ()
    """What its asker is to be reminded of: kept as notes are."""
    edit: Edit | None = None
    """At the end: where the asker's name could only be text."""

    def to_json(self) -> dict[str, Any]:
        """As it is stored with the message; a release before this one reads what has no edit."""
        # Not asdict of all of it: most replies are one part and nothing else.
        stored = {name: getattr(self, name) for name in _STORED}
        stored |= {name: [asdict(it) for it in stored[name]] for name in ("files", "left_out")}
        return stored | ({"edit": asdict(self.edit)} if self.edit else {})

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Reply":
        """What an earlier attempt stored, be it an earlier release's."""
        known = {
            **stored,
            "parts": tuple(stored["parts"]),
            "skipped": tuple(stored["skipped"]),
            "files": tuple(File(**file) for file in stored.get("files", ())),
            "left_out": tuple(
                LeftOut(**{**left, "names": tuple(left["names"])})
                for left in stored.get("left_out", ())
            ),
            "edit": Edit(**edit) if (edit := stored.get("edit")) else None,
        }
        return cls(**known)


_STORED = [it.name for it in fields(Reply) if it.name not in ("notes", "reminders", "edit")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """The attempt failed in a way that may pass: again after `after_s`, in the lane."""

    after_s: float
    reason: str
