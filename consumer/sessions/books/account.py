"""A lane's account: what its next message meets, and what its session has cost so far."""

from dataclasses import dataclass

from consumer.agent.events import Tier
from consumer.archive.records import SessionRecord
from consumer.mcp.board import Missing


@dataclass(frozen=True, slots=True)
class Account:
    """What `status` and `usage` tell of a lane. No record: nothing was answered or spent yet."""

    tier: Tier
    """What the next message meets: HOT where a client is connected."""
    record: SessionRecord | None = None
    missing: tuple[Missing, ...] = ()
    """MCP servers of its bot that are in trouble."""


def account(
    record: SessionRecord | None, *, connected: bool, missing: tuple[Missing, ...] = ()
) -> Account:
    """The account of a lane from its record; `connected`: a client is ready for its next turn."""
    resumable = record is not None and record.resumable
    spent = record is not None and record.cost > 0
    tier = Tier.HOT if connected else Tier.WARM if resumable else Tier.COLD
    return Account(tier, record if resumable or spent else None, missing)
