"""A claim: the right to run one message's turn now, proved by its fencing token."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.approvals import Request
from shared.errors import QueueError
from shared.inbound import InboundMessage
from shared.keys import plain
from shared.lane import Line
from shared.redis.message_hash import Field


class Unreadable(QueueError):
    """A stored message cannot be read: another version of this program wrote it, or somebody."""

    def __init__(self, line: Line) -> None:
        super().__init__(str(line))
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One attempt at one message. Whoever holds its newest token may write and post."""

    job_id: str
    token: str
    message: InboundMessage
    claimed_ms: int
    starts: int
    """How often it was claimed, this time included."""
    began_ms: int | None = None
    """When the first of the attempts that failed one after the other was claimed."""
    failures: int = 0
    """Attempts that ended in a failure which may pass."""
    crashes: int = 0
    """How often a consumer died while this ran."""
    alone: bool = False
    """Nothing else ran the last time: that crash was this message's."""
    reply: dict[str, Any] | None = field(default=None, repr=False)
    """What an earlier attempt stored before it posted: see consumer.outcome.outcome."""
    posted: tuple[str, ...] = ()
    """Campfire's ids of the parts of `reply` that are in the room already."""
    stopping: tuple[tuple[str, str], ...] | None = None
    """What a `stop` found to stop when it began: job ids, and who had asked."""
    cancelled: bool = False
    """Somebody asked for its end while an earlier attempt ran, which had another one."""
    posting: bool = False
    """An earlier attempt began to post the next part, and nobody knows whether it did."""
    traces: dict[str, Any] = field(default_factory=dict)
    """What its signs of life left in the room: see consumer.progress.marks.traces."""

    by_tools: dict[str, Any] = field(default_factory=dict, repr=False)
    """What an earlier attempt's tools put into the room (consumer.campfire_tools.acts.ledger)."""

    collected: tuple[str, ...] = ()
    """Ids of the messages of a turn that answers several (consumer.turn.collecting)."""

    said: tuple[tuple[str, InboundMessage], ...] = field(default=(), repr=False)
    """These messages, and when each was said; empty for a turn of one message."""

    approved: Request | None = field(default=None, repr=False)
    """The call that its turn is to carry out (consumer.turn.approved)."""

    ticket: bytes = b""
    """arq's record of the job; empty where it is lost."""
    is_last: bool = False
    """Nothing stood behind it in its line when it was claimed."""

    @classmethod
    def from_redis(
        cls,
        job_id: bytes,
        token: str,
        flat: list[bytes],
        ticket: bytes,
        *,
        claimed_ms: int,
        is_last: bool,
    ) -> "Claim":
        """Read what claim.lua gives; raises Unreadable."""
        fields = zip(flat[::2], flat[1::2], strict=True)
        stored = {name.decode(): value for name, value in fields}
        try:
            return cls._read(
                stored,
                job_id=job_id.decode(),
                token=token,
                claimed_ms=claimed_ms,
                ticket=ticket,
                is_last=is_last,
            )
        except (ValueError, KeyError) as error:
            raise Unreadable(Line.parse(stored[Field.LANE].decode())) from error

    @classmethod
    def _read(cls, stored: Mapping[str, bytes], **known: Any) -> "Claim":
        return cls(
            **known,
            message=InboundMessage.model_validate_json(stored[Field.BODY]),
            began_ms=int(stored[Field.BEGAN]) if Field.BEGAN in stored else None,
            starts=int(stored[Field.STARTS]),
            failures=int(stored.get(Field.FAILURES, 0)),
            crashes=int(stored.get(Field.CRASHES, 0)),
            alone=stored.get(Field.ALONE) == b"1",
            reply=_value(stored.get(Field.REPLY), None),
            posted=tuple(_value(stored.get(Field.POSTED), ())),
            posting=stored.get(Field.POSTING) == b"true",
            cancelled=Field.CANCELLED in stored,
            stopping=_pairs(stored.get(Field.STOPPING)),
            traces=_value(stored.get(Field.TRACES), {}),
            by_tools=_value(stored.get(Field.BY_TOOLS), {}),
        )

    @property
    def used_s(self) -> float:
        """Seconds that attempts before this one took, and the waits between them."""
        return 0.0 if self.began_ms is None else max(0, self.claimed_ms - self.began_ms) / 1000

    def log_context(self) -> dict[str, str | int]:
        """What every log event of this attempt carries."""
        message, job = self.message.log_context(), plain(self.job_id)
        return {**message, "job": job, "attempt": self.starts, "fence": self.token}


def _value(stored: bytes | None, without: Any) -> Any:
    """What the JSON says; nothing is read where there is none, as with nearly every message."""
    return without if stored is None else json.loads(stored)


def _pairs(stored: bytes | None) -> tuple[tuple[str, str], ...] | None:
    return None if stored is None else tuple((one, two) for one, two in json.loads(stored))


AnswerClaim = Callable[[Claim], Awaitable[dict[str, Any]]]
"""One attempt at a claimed message; gives the record of how it ended, for arq's result."""
