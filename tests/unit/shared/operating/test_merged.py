"""What several consumers tell of themselves is shown as one."""

from shared.between_processes.heartbeat import Heartbeat
from shared.between_processes.service_status import (
    ServerStatus,
    ServiceStatus,
    SessionStatus,
    ToolStatus,
)
from shared.operating.reading.merged import merged, one_beat


def _status(pid: int, connected: bool, server: str) -> ServiceStatus:
    rows = [
        SessionStatus(room_id=1, bot_id="b", connected=connected, pid=pid if connected else None),
        SessionStatus(room_id=2, bot_id="b"),
    ]
    return ServiceStatus(
        active_sessions=int(connected),
        turns=3,
        tiers={"hot": 2, "cold": 1},
        sessions=tuple(rows),
        servers=(ServerStatus(bot_id="b", server="office", state=server),),
        tools=(ToolStatus(bot_id="b", tool="Read", calls=2, ok=2),),
    )


def test_sums_are_summed_and_each_lane_stands_once() -> None:
    """A lane that is open somewhere is warm to everybody else."""
    told = merged([_status(7, False, "up"), _status(8, True, "silent")])
    assert (told.turns, told.tiers, told.active_sessions) == (6, {"hot": 4, "cold": 2}, 1)
    assert [(it.room_id, it.pid) for it in told.sessions] == [(1, 8), (2, None)]
    assert told.warm_sessions == 1
    assert [it.state for it in told.servers] == ["silent"]
    assert [(it.calls, it.ok) for it in told.tools] == [(4, 4)]


def test_what_one_tells_alone_stays_as_it_was_told() -> None:
    """With one consumer nothing is shown that it did not say."""
    alone = _status(7, True, "up")
    assert merged([alone]) is alone


def test_a_message_is_answered_while_one_takes_any() -> None:
    """Of two, one of which is about to end."""
    beat = one_beat([Heartbeat(at=1, running=2, draining=True), Heartbeat(at=2, running=1)])
    assert beat == Heartbeat(at=2, running=3)
    assert one_beat([]) is None


def test_what_the_model_fails_of_is_told_by_whoever_met_it() -> None:
    """Another consumer may not have asked it since."""
    faulty = Heartbeat(failing=("model",), model_fault="AgentUnauthorized")
    beat = one_beat([Heartbeat(), faulty])
    assert beat is not None
    assert (beat.failing, beat.model_fault) == (("model",), "AgentUnauthorized")
