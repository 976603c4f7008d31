"""What a lane's account shows of what is on its record."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from consumer.agent.events import Tier
from consumer.archive.records import SessionRecord
from consumer.sessions.books.reports import Account, account
from shared.lane import Lane

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ANSWERED = SessionRecord(
    lane=Lane(1, "a"), session_id="s", created_at=NOW, last_used=NOW, turns=1, cost=0.1
)
CUT = replace(ANSWERED, turns=0, resumable=False)
"""Nothing was answered, but it was paid."""
UNDER_WAY = replace(CUT, cost=0.0)


@pytest.mark.parametrize(
    ("record", "tier", "shown"),
    [
        (None, Tier.COLD, None),
        (ANSWERED, Tier.WARM, ANSWERED),
        (CUT, Tier.COLD, CUT),
        (UNDER_WAY, Tier.COLD, None),
    ],
)
def test_what_was_answered_or_paid_is_shown(
    record: SessionRecord | None, tier: Tier, shown: SessionRecord | None
) -> None:
    """What can be resumed is warm; a connected client is hot, whatever is on record."""
    assert account(record, connected=False) == Account(tier, shown)
    assert account(record, connected=True) == Account(Tier.HOT, shown)
