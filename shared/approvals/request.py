"""One request for approval: a call that a person is asked for, and what became of it.

Stored as a hash (`Keys.approval`): what was asked for as JSON under `request`, the rest beside it.
The Lua scripts of consumer.approvals write it, all times by Redis' clock.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from shared.approvals.tool_input import digest
from shared.lane import Lane

State = Literal[
    "open", "approved", "denied", "running", "done", "failed", "unknown", "withdrawn", "expired"
]
"""Nobody has answered; it is to be carried out; somebody said no; it was let run; it ran to its
end, or to an error; it was let run, and nobody knows what became of it; it is not to run any more,
because somebody or something said so, or since it was not answered or carried out in time."""
OPEN: State = "open"
WAITING = frozenset[State]({"open", "approved"})
"""It may still run."""

Why = Literal["", "new", "stop", "file", "stopped", "not_called"]
"""Of `withdrawn`: a control word; a changed bot file; the turn that asked for it, or was to carry
it out, was stopped; or that turn ended without the call."""


class Asked(BaseModel):
    """What does not change once it is asked for. Frozen; the wire form is `model_dump_json`."""

    model_config = ConfigDict(frozen=True)

    version: Literal[1] = 1
    bot_id: str
    room_id: int
    room_name: str | None
    """None in a ping."""
    tool: str
    """As the CLI calls it."""
    input: str
    """As `canonical` gives it: what runs, once it is approved, whatever the model writes then."""
    input_digest: str
    call_id: str
    """The CLI's tool_use_id of the call that was denied for now."""
    job_id: str
    """Of the message whose turn asked for it."""
    asker_id: int
    asker_name: str
    approvers: tuple[int, ...]
    """Campfire's user ids: one of them answers."""
    bot_state: str
    """A digest of the bot's file as it was then."""

    @property
    def lane(self) -> Lane:
        """Where it was asked for, and will run."""
        return Lane(self.room_id, self.bot_id)

    def stored_input(self) -> dict[str, Any]:
        """What runs: as it was asked for; raises ValueError where it is not that any more."""
        if digest(self.input) != self.input_digest:
            raise ValueError("the stored input is another one than was asked for")
        return dict(json.loads(self.input))


class Request(Asked):
    """What was asked for, with its number and what became of it."""

    number: int
    state: State
    at_ms: int
    expires_ms: int
    by: int | None = None
    """Who said yes or no."""
    by_name: str = ""
    answered_ms: int | None = None
    ended_ms: int | None = None
    why: Why = ""
    carried_out_by: str = ""
    """Job id of the message that has it carried out, once it is approved."""
    told_by: str = ""
    """Job id of the message whose reply tells of its end."""

    @classmethod
    def read(cls, number: int, stored: Mapping[bytes, bytes]) -> Self:
        """The request in a hash of Redis'; raises ValueError for what this release cannot read."""
        fields = {name.decode(): value.decode() for name, value in stored.items()}
        asked = Asked.model_validate_json(fields.pop("request", ""))
        known: dict[str, Any] = {k: v for k, v in fields.items() if k in cls.model_fields}
        return cls.model_validate({**asked.model_dump(), **known, "number": number})
