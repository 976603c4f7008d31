"""What the consumer tells and the ingress reads, across versions."""

import json

from shared.between_processes.service_status import ServiceStatus, SessionStatus


def test_what_was_said_is_read_as_it_was_said() -> None:
    """The same values, and no default in the place of what an older version did not say."""
    told = ServiceStatus(active_sessions=1, sessions=(SessionStatus(room_id=2, bot_id="a"),))
    assert json.loads(told.wire()) == {
        "active_sessions": 1,
        "sessions": [{"room_id": 2, "bot_id": "a"}],
    }
    assert ServiceStatus.model_validate_json(told.wire()) == told


def test_what_a_newer_version_says_besides_is_left_out() -> None:
    """During an update the two processes are of two versions, and neither fails."""
    newer = '{"turns": 3, "moons": 1, "sessions": [{"room_id": 2, "bot_id": "a", "mood": "good"}]}'
    status = ServiceStatus.model_validate_json(newer)
    assert (status.turns, status.sessions[0].room_id, status.evicted) == (3, 2, 0)
