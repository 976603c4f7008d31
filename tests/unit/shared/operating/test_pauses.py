"""Pauses: what they hold, and for how long a lane stood still under them."""

import pytest

from shared.lane import Lane
from shared.operating.pauses import Pause, Scope, stood_still_ms

LANE = Lane(2, "assistant")
BOT, ROOM, ALL = Scope(bot_id="assistant"), Scope(room_id=2), Scope()


def pause(scope: Scope, since_ms: int, until_ms: int | None = None) -> Pause:
    return Pause(scope=scope, since_ms=since_ms, until_ms=until_ms)


@pytest.mark.parametrize("scope", [BOT, ROOM, ALL])
def test_a_scope_is_written_as_it_is_read(scope: Scope) -> None:
    """What a form, a command line and Redis say is the same word."""
    assert Scope.parse(scope.name) == scope
    assert scope.holds(LANE)


@pytest.mark.parametrize("name", ["", "bot", "bot:", "room:", "room:two", "everything", "all:1"])
def test_a_slip_pauses_nothing(name: str) -> None:
    """What names no scope is refused, and never taken for all."""
    with pytest.raises(ValueError, match=r"."):
        Scope.parse(name)


@pytest.mark.parametrize("lane", [Lane(3, "assistant"), Lane(2, "poet")])
def test_a_pause_holds_its_own(lane: Lane) -> None:
    """Another bot in the room goes on, and the bot in another room."""
    assert [scope.holds(lane) for scope in (BOT, ROOM, ALL)].count(True) == 2


@pytest.mark.parametrize(
    ("known", "still_ms"),
    [
        ([], 0),
        ([pause(ALL, 50, 80)], 0),
        ([pause(ALL, 50, 120)], 20),
        ([pause(BOT, 110, 120), pause(ROOM, 150, 160)], 20),
        ([pause(BOT, 110, 140), pause(ALL, 120, 150)], 40),
        ([pause(BOT, 110, 190), pause(ALL, 120, 150)], 80),
        ([pause(BOT, 150)], 50),
        ([pause(BOT, 250)], 0),
        ([pause(Scope(bot_id="poet"), 100)], 0),
        ([pause(BOT, 0)], 100),
    ],
)
def test_time_under_a_pause_counts_once(known: list[Pause], still_ms: int) -> None:
    """From 100 to 200: what overlaps is one pause, what lies outside or holds others is none."""
    assert stood_still_ms(LANE, known, 100, 200) == still_ms
