"""Which buttons a lane has: a room paused by itself goes on here, what else holds it elsewhere."""

import re

import pytest

from ingress.operator.page.actions.actions import ACTIONS, ASKED_TWICE
from ingress.operator.page.authentication.log_ins import LogIn, Right
from ingress.operator.page.rendering import Templates
from shared.catalogue import catalogue
from shared.operating.lanes import LaneRow

TEMPLATES = Templates(catalogue("en"))


def _buttons(row: LaneRow, *paused: str, right: Right = "act") -> list[str]:
    html = TEMPLATES.render(
        "lanes/rows.html",
        {
            "lanes": [row],
            "paused": set(paused),
            "at": 1000.0,
            "query": {},
            "who": LogIn(right, 2000, "x"),
            "back": "/operator/lanes",
            "actions": ACTIONS.keys(),
            "asked_twice": ASKED_TWICE,
        },
    )
    return re.findall(r"<button[^>]*>([^<]+)</button>", html)


@pytest.mark.parametrize(
    ("held", "paused", "buttons"),
    [
        (False, [], ["Pause room"]),
        (True, ["room:2"], ["Let room go on"]),
        (True, ["all"], []),
        (True, ["bot:assistant"], []),
        (True, ["all", "room:2"], ["Let room go on"]),
    ],
)
def test_a_button_undoes_what_this_room_s_button_did(
    held: bool, paused: list[str], buttons: list[str]
) -> None:
    """Where all or the bot is paused, this room's button would change nothing: there is none."""
    row = LaneRow(bot_id="assistant", room_id=2, room="Support", held=held)
    assert _buttons(row, *paused) == buttons


def test_what_runs_can_be_stopped_and_what_is_remembered_forgotten() -> None:
    """And whoever only looks has no button at all."""
    row = LaneRow(bot_id="assistant", room_id=2, running="c:assistant:2:7", session="hot", turns=3)
    assert _buttons(row) == ["Stop", "Forget conversation", "Pause room"]
    assert _buttons(row, right="view") == []
