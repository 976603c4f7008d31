"""A bot file names grants, an agent calls tools: which belong together is known to its rules."""

from datetime import UTC, datetime
from unittest.mock import Mock

from consumer.campfire_tools.boosting import Boosting
from consumer.campfire_tools.looking.reading_tools import reading_tools
from consumer.campfire_tools.noting import Noting
from consumer.campfire_tools.posting import Posting
from consumer.campfire_tools.remind import Remind
from shared.bots import CAMPFIRE_TOOLS
from shared.bots.tool_names import full_name, names, pattern


def test_a_rule_over_a_grant_is_one_over_each_tool_that_comes_with_it() -> None:
    """And over no other: else `delete` would run where a file denies `edit`."""
    grants = {
        **reading_tools(Mock(), lambda: datetime.now(UTC)),
        **Posting(Mock(), Mock(), Mock()).grants,
        **Boosting(Mock()).grants,
        **Noting(Mock(), Mock(), lambda: datetime.now(UTC)).grants,
        **Remind(Mock(), Mock(), Mock(), lambda: datetime.now(UTC)).grants,
    }
    assert set(grants) == set(CAMPFIRE_TOOLS)
    for grant, offered in grants.items():
        for it in offered:
            called = full_name("campfire", it.name)
            named = [other for other in grants if names(pattern(f"campfire/{other}"), called)]
            assert named == [grant]
