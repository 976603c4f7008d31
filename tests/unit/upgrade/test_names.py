"""What the keys of the first releases are called today."""

import pytest

from consumer.upgrade.names import of_today
from shared.keys import Keys

KEYS = Keys("p.1")


@pytest.mark.parametrize(
    ("name", "today"),
    [
        ("p.1:message:p.1:a:2:7", "{p.1}:message:{p.1}:a:2:7"),
        ("p.1:outcome:p.1:a:2:7", None),
        ("arq:job:p.1:a:2:7", "arq:job:{p.1}:a:2:7"),
        ("arq:retry:p.1:a:2:7", "arq:retry:{p.1}:a:2:7"),
        ("arq:result:p.1:a:2:7", "arq:result:{p.1}:a:2:7"),
        ("p.1:dead", "{p.1}:dead-letters"),
        ("p.1:dead:p.1:a:2:7", "{p.1}:dead-letter:{p.1}:a:2:7"),
        ("p.1:control", "{p.1}:commands"),
        ("p.1:told:2:a", "{p.1}:notified:2:a"),
        ("p.1:rooms", "{p.1}:recent-lanes"),
        ("p.1:lane:control:2:a", "{p.1}:lane:control:2:a"),
        ("p.1:transcript:lanes:s:main:uuids", "{p.1}:transcript:lanes:s:main:uuids"),
        ("arq:in-progress:p.1:a:2:7", None),
        ("p.1:heartbeat", None),
        ("p.1:sessions", None),
    ],
)
def test_a_name_of_today(name: str, today: str | None) -> None:
    """Job ids within a name are renamed too; a consumer's signs of life are not carried over."""
    assert of_today(name, KEYS) == today


def test_today_has_each_name_that_is_given() -> None:
    """What is carried over to a name that nobody reads would be lost."""
    assert of_today("p.1:dead", KEYS) == KEYS.dead_letters
    assert of_today("p.1:dead:j", KEYS) == KEYS.dead_letter("j")
    assert of_today("p.1:control", KEYS) == KEYS.commands
    assert of_today("p.1:rooms", KEYS) == KEYS.recent_lanes
    assert of_today("p.1:session-lanes", KEYS) == KEYS.session_lanes
