"""What a room hears of servers that do not serve."""

from consumer.mcp.board import Missing
from consumer.mcp.trouble import Trouble
from consumer.turn.missing_servers import Outages
from shared.lane import Lane

GONE = Missing("tickets", Trouble.UNREACHABLE, since=1.0)
AGAIN = Missing("tickets", Trouble.UNREACHABLE, since=2.0)


def test_a_room_hears_of_an_outage_once() -> None:
    """Twice in one turn is once; another room and the next outage are told again."""
    outages = Outages()
    assert outages.news(Lane(1, "ops"), [GONE, GONE]) == [GONE]
    assert outages.news(Lane(1, "ops"), [GONE]) == []
    assert outages.news(Lane(2, "ops"), [GONE]) == [GONE]
    assert outages.news(Lane(1, "ops"), [AGAIN]) == [AGAIN]
