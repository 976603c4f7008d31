"""When a service runs: both of its processes, by what they tell in Redis."""

import pytest

from operate.doctor.waiting import is_served
from shared.between_processes.process_state import ProcessState
from shared.between_processes.web_state import WebState
from shared.operating.machines import ConsumerRow, Machines

WEB = WebState(at_ms=1, process=ProcessState(pid=7))
ALIVE = ConsumerRow(name="a", lease_s=8.0)


@pytest.mark.parametrize(
    ("found", "served"),
    [
        (Machines(), False),
        (Machines(webs=(WEB,)), False),
        (Machines(consumers=(ALIVE,)), False),
        (Machines(webs=(WEB,), consumers=(ConsumerRow(name="a"),)), False),
        (Machines(webs=(WEB,), consumers=(ALIVE.model_copy(update={"draining": True}),)), False),
        (Machines(webs=(WEB,), consumers=(ALIVE,)), True),
    ],
)
def test_a_service_runs_when_calls_are_taken_and_answered(found: Machines, served: bool) -> None:
    """Redis alone, a web process alone or a consumer that is about to end answers nobody."""
    assert is_served(found) is served
