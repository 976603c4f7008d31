"""The roster: who takes part, under which user id, and who is told of a change."""

import pytest

from shared.bots import Bot, Roster
from shared.lane import Lane
from tests.bots import bot_with

ANN = Bot(id="ann", name="Ann", system_prompt="x")
BEN = Bot(id="ben", name="Ben", system_prompt="x")
SECRET = "a1b2c3d4e5f6"


@pytest.fixture
def roster() -> Roster:
    return Roster({"ann": ANN, "ben": BEN}, {"ann": f"7-{SECRET}", "gone": "9-x"})


def test_a_bot_takes_part_with_a_file_and_a_key(roster: Roster) -> None:
    """One of the two is not enough; its conversations are still known by its file."""
    assert [bot.id for bot in roster.taking_part] == ["ann"]
    parts = {bot_id: roster.takes_part(bot_id) for bot_id in ("ann", "ben", "gone", "nobody")}
    assert parts == {"ann": True, "ben": False, "gone": False, "nobody": False}
    assert (roster["ben"], roster.get("nobody")) == (BEN, None)


def test_a_key_tells_whose_it_is(roster: Roster) -> None:
    """And nothing else of it is kept: no roster that is shown anywhere shows a key."""
    assert roster.user_id("ann") == 7
    assert [roster.is_ours(user) for user in (7, 9, 8, None)] == [True, True, False, False]
    with pytest.raises(KeyError):
        roster.user_id("ben")
    assert SECRET not in repr(vars(roster))


def test_a_changed_bot_is_seen_by_all_who_look_and_told_to_all_who_listen(roster: Roster) -> None:
    """Each listener once a change, when the change can be seen."""
    seen: list[str] = []
    roster.on_change(lambda: seen.append(roster["ann"].name))
    roster.on_change(lambda: seen.append("second"))
    roster.replace([bot_with(ANN, name="Anna")])
    assert seen == ["Anna", "second"]
    assert [bot.name for bot in roster.taking_part] == ["Anna"]


def test_it_is_its_own(roster: Roster) -> None:
    """Whoever holds what it was made of cannot change who takes part."""
    given = {"ann": ANN}
    mine = Roster(given, {"ann": f"7-{SECRET}"})
    given["ann"] = BEN
    assert mine["ann"] == ANN


def test_a_bot_of_a_room_is_put_together_once_until_its_file_changes() -> None:
    """With the room's override there, without any elsewhere; a bot without one is as it is."""
    own = {"room_overrides": {3: {"model": "claude-new-9"}}}
    roster = Roster({"ann": bot_with(ANN, **own), "ben": BEN}, {})
    there, elsewhere = Lane(3, "ann"), Lane(4, "ann")
    assert (roster.in_lane(there).model, roster.in_lane(elsewhere).model) == (
        "claude-new-9",
        ANN.model,
    )
    assert roster.in_lane(there) is roster.in_lane(there)
    assert roster.in_lane(elsewhere) is roster.in_lane(Lane(5, "ann"))
    assert roster.in_lane(Lane(3, "ben")) is roster["ben"]
    roster.replace([bot_with(ANN, system_prompt="new", **own)])
    assert roster.in_lane(there).system_prompt == roster.in_lane(elsewhere).system_prompt == "new"
