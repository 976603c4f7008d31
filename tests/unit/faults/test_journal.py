"""What the history takes from Redis."""

from shared.redis.wire import to_wire
from tests.faults.checks.exclusion import one_turn_at_a_time
from tests.faults.checks.waiting import lane_goes_on
from tests.faults.history import History
from tests.faults.journal import settled, settled_ms
from tests.unit.faults.histories import LANE, START, answered

ARQS = to_wire({"ft": round((START + 2.6) * 1000)})
"""arq finished the first message only when the second had begun: the machine was busy."""


def test_a_message_ends_when_redis_settled_it_not_when_arq_finished() -> None:
    """The lane's next one may begin between the two: that breaks nothing (I2), and the lane stood
    still from the first one's end (I5)."""
    first = answered("1", 0, 1)
    second = [*answered("2", 0.02, 2)[:2], *answered("2", 1, 2)[2:]]  # it waits for the first
    settled_at = settled_ms((START + 0.9) * 1000, ARQS)
    ends = [settled(LANE, "1", {"outcome": "completed"}, settled_at), *second]
    history = History(events=[*first[:-1], *ends], longest_wait_s=0.5)
    assert list(one_turn_at_a_time(history)) == []
    assert list(lane_goes_on(history)) == []


def test_where_ten_thousand_have_ended_since_arq_is_asked() -> None:
    """It keeps its results for longer; where neither knows, the beginning of time."""
    assert settled_ms(None, ARQS) == (START + 2.6) * 1000
    assert settled_ms(None, None) == 0
