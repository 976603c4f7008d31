"""A lane's account: what its next message meets, and what its session has cost so far."""

from dataclasses import dataclass

from consumer.sessions.archive.records import SessionRecord
from consumer.sessions.events import Tier


@dataclass(frozen=True, slots=True)
class Account:
    """`record` is None where no turn has ended yet."""

    tier: Tier
    """What the next message meets: HOT where a client is connected."""
    record: SessionRecord | None = None
