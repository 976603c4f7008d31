"""Whom a bot answers, where, and whose orders it takes: one table."""

from typing import Any

import pytest

from shared.bots import Bot
from shared.bots.admission import may_type_for_others, refusal
from shared.control_words import ControlWord


def _bot(**keys: Any) -> Bot:
    roles = {"admins": [7, 12]}
    values = {"id": "ops", "name": "Ops", "system_prompt": "x", "roles": roles, **keys}
    return Bot.model_validate(values)


ROOMS = {"rooms": {"answer": [3], "pings": True}}
SILENT = {"rooms": {"pings": False}}
TALK = {"people": {"talk": ["admins"]}}
CONTROL = {
    "people": {
        "approve": [7],
        "control": {"new": "approvers", "stop all": [9, "admins"], "status": "everyone"},
    }
}


@pytest.mark.parametrize(
    ("keys", "user_id", "place", "word", "why"),
    [
        ({}, 7, 3, None, None),
        ({}, None, "ping", None, None),
        ({}, None, 3, "new", None),
        (TALK, 7, 3, None, None),
        (TALK, 12, "ping", None, None),
        (TALK, 9, 3, None, "person"),
        (TALK, None, 3, None, "person"),
        (TALK, 9, 3, "help", "person"),
        ({"people": {"talk": ["gone"]}}, 7, 3, None, "person"),
        (ROOMS, 7, 3, None, None),
        (ROOMS, 7, 4, None, "room"),
        (ROOMS, 7, "ping", None, None),
        ({"rooms": {"answer": []}}, 7, 3, None, "room"),
        (SILENT, 7, "ping", None, "ping"),
        (SILENT, 7, 3, None, None),
        (TALK | ROOMS, 9, 4, None, "room"),
        (CONTROL, 7, 3, "new", None),
        (CONTROL, 9, 3, "new", "word"),
        (CONTROL, None, 3, "new", "word"),
        (CONTROL, 9, 3, "stop all", None),
        (CONTROL, 12, 3, "stop all", None),
        (CONTROL, 15, 3, "stop all", "word"),
        (CONTROL, 15, 3, "status", None),
        (CONTROL, 15, 3, "usage", None),
        (CONTROL, 15, 3, None, None),
    ],
)
def test_who_is_answered(
    keys: dict[str, Any],
    user_id: int | None,
    place: int | str,
    word: ControlWord | None,
    why: str | None,
) -> None:
    """What the file leaves out is allowed; nobody known is on no list."""
    room_id, is_ping = (3, True) if place == "ping" else (int(place), False)
    assert refusal(_bot(**keys), user_id, room_id, is_ping=is_ping, word=word) == why


def test_what_the_operator_let_come_is_asked_of_nobodys_right_to_talk() -> None:
    """A schedule is in the file; the room still has to be one that the bot answers in."""
    bot = _bot(**TALK, **ROOMS)
    assert refusal(bot, None, 3, is_ping=False, unattended=True) is None
    assert refusal(bot, None, 4, is_ping=False, unattended=True) == "room"


@pytest.mark.parametrize(
    ("control", "may"),
    [
        (None, "7"),
        ("approvers", "7"),
        ("everyone", "7 9 -"),
        ([9], "9"),
        (["admins", 9], "7 9"),
        (["gone"], ""),
    ],
)
def test_whose_word_counts_for_what_is_anothers(control: Any, may: str) -> None:
    """An approver's, where the file says nothing of the word; where it names none, nobody's."""
    people = {"approve": [7]} | ({"control": {"forget": control}} if control else {})
    bot = _bot(people=people)
    found = [it for it in (7, 9, None) if may_type_for_others(bot, it, "forget")]
    assert " ".join("-" if it is None else str(it) for it in found) == may
    assert not may_type_for_others(_bot(), 7, "forget")
