"""Redis' time without asking: never ahead of it, and no later than the quickest answer was."""

import pytest

from shared.clocks.redis_time import RedisTime

AHEAD_MS = 5_000_000
"""Of the steady clock: what Redis says."""


class Machine:
    """One whose steady clock is set by hand, with a Redis that is asked over a network."""

    def __init__(self, time: RedisTime) -> None:
        self.time, self.now_s, self.redis_ahead_ms = time, 1000.0, AHEAD_MS

    def steady_s(self) -> float:
        """In place of the steady clock."""
        return self.now_s

    def ask(self, there_s: float, back_s: float) -> None:
        """An answer that was so long on its way, each way."""
        asked_s = self.now_s
        self.now_s += there_s
        said_ms = int(self.redis_ms)
        self.now_s += back_s
        self.time.told(said_ms, asked_s)

    @property
    def redis_ms(self) -> float:
        """What Redis would say now."""
        return self.now_s * 1000 + self.redis_ahead_ms

    @property
    def behind_ms(self) -> float:
        """By how much what we say is late."""
        return self.redis_ms - self.time.now_ms()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(RedisTime())
    monkeypatch.setattr("shared.clocks.redis_time.steady_s", machine.steady_s)
    return machine


def test_a_slow_answer_makes_no_quick_one_worse(machine: Machine) -> None:
    """The loop stood still for three seconds as one came: what came is as old as that."""
    machine.ask(0.001, 0.002)
    assert 0 <= machine.behind_ms <= 4
    machine.now_s += 5
    machine.ask(0.001, 3.0)
    assert 0 <= machine.behind_ms <= 4


def test_a_quicker_answer_is_the_better_one(machine: Machine) -> None:
    """The first one is as late as it may be, at a start on a busy machine."""
    machine.ask(0.1, 0.8)
    assert machine.behind_ms >= 800
    machine.ask(0.1, 0.002)
    assert 0 <= machine.behind_ms <= 4


@pytest.mark.parametrize("step_ms", [-3_600_000, -50, 50, 3_600_000])
def test_another_clock_of_redis_is_followed_at_once(machine: Machine, step_ms: int) -> None:
    """Set back or on, or of another master: an answer that the known one cannot explain."""
    machine.ask(0.001, 0.002)
    machine.redis_ahead_ms += step_ms
    machine.ask(0.001, 0.002)
    assert 0 <= machine.behind_ms <= 4
