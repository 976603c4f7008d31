"""A lane's account: what its next message meets, and what its session has cost so far."""

from dataclasses import dataclass

from consumer.sessions.archive.records import SessionRecord
from consumer.sessions.events import Tier


@dataclass(frozen=True, slots=True)
class Account:
    """`record` is None where nothing was answered, and nothing spent, yet."""

    tier: Tier
    """What the next message meets: HOT where a client is connected."""
    record: SessionRecord | None = None


def account(record: SessionRecord | None, *, connected: bool) -> Account:
    """Of a lane with this on record; `connected`: to a client that takes another turn."""
    resumable = record is not None and record.resumable
    spent = record is not None and record.cost > 0
    tier = Tier.HOT if connected else Tier.WARM if resumable else Tier.COLD
    return Account(tier, record if resumable or spent else None)
