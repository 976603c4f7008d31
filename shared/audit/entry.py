"""One entry of the audit: ids, names of tools and words of ours; never what anybody said."""

import re
import time
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shared.inbound import InboundMessage
from shared.keys import plain

What = Literal[
    "turn",
    "tool_allowed",
    "tool_denied",
    "control_word",
    "refused",
    "event",
    "approval_asked",
    "approval_answered",
    "approval_ended",
    "operator_action",
    "reminder_set",
    "due",
    "missed",
    "undelivered",
    "other",
]
"""A turn that ended, and its cost; a call that was let run, or not; an order to the service;
somebody who was not answered; what a program outside sent, and what became of it; a call that waits
for a person's word, somebody's word on one, and what became of it; what an operator did,
or a look at what people said; a reminder that somebody had set; a time that came, a reminder's or a
schedule's, and one that was too late to be done; an answer that Campfire did not take; and what
another release wrote, which this one does not know."""
MOST_CHARACTERS = 120
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9_.:,=/*+ -]")


def _known(value: object) -> object:
    return value if value in get_args(What) else "other"


def _name(value: object) -> object:
    """A note never fails who writes it: what is no name is made one."""
    return _NOT_A_NAME.sub("_", value)[:MOST_CHARACTERS] if isinstance(value, str) else value


Name = Annotated[str, BeforeValidator(_name)]
"""An id, or a word of ours; there is no room in it for what people said."""


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class Entry(BaseModel):
    """What happened. What is None does not apply, or is not known. Frozen."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at_ms: int = Field(default_factory=_now_ms)
    """Since the epoch, by the clock of the process that it happened in."""
    what: Annotated[What, BeforeValidator(_known)]
    bot: Name | None = None
    room: int | None = None
    person: int | None = None
    """Campfire's user id of whoever asked; None: nobody, or nobody known."""
    job: Name | None = None
    """The message's id, without braces (`shared.keys.plain`)."""
    tool: Name | None = None
    """By its full name."""
    right: Name | None = None
    """What it was allowed or denied by: `rule 2`, `no_rules`, `not_named`."""
    by: int | None = None
    """Campfire's user id of whoever approved, decided, or acted."""
    tokens: int | None = None
    output_tokens: int | None = None
    """Those of `tokens` that the model wrote."""
    micro_usd: int | None = None
    """Millionths of a US dollar."""
    detail: Name | None = None
    """Words of ours that say how: `answered`, `stop all`."""


def entry_of(message: InboundMessage, job_id: str, *, what: What, detail: str | None) -> Entry:
    """The entry of what became of a message that somebody sent."""
    return Entry(
        what=what,
        bot=message.bot_id,
        room=message.room_id,
        person=message.user_id,
        job=plain(job_id),
        detail=detail,
    )
