"""Redis tells its time in two numbers; ours is one."""

from shared.redis.clock import in_ms


def test_a_time_of_redis_is_told_in_whole_milliseconds() -> None:
    """Beyond them it is cut off: no message is younger than it is."""
    assert in_ms((1_700_000_000, 345_999)) == 1_700_000_000_345
