"""For whom a call is judged: the asker, several of them, nobody known, a subagent; one table."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.tool_calls.given import Given
from consumer.tool_calls.rights import (
    NOBODY_TO_ASK,
    NOT_A_SUBAGENTS,
    NOT_ALL_OF_THEIRS,
    NOT_EVERYONES,
    NOT_THEIRS,
    no_right,
    whose_word,
)
from consumer.toolboxes import Asker, Asking
from shared.bots import Bot
from shared.lane import Lane

ALLOW_7 = {"tools": ["Read"], "policy": "allow", "people": [7]}
ALLOW_9 = {"tools": ["Read"], "policy": "allow", "people": [9]}
ALLOW = {"tools": ["Read"], "policy": "allow"}
DENY_9 = {"tools": ["Read"], "policy": "deny", "people": [9]}
ROOM = {"tools": ["Read"], "room": "allow"}


def _bot(*rules: dict[str, Any]) -> Bot:
    return Bot.model_validate(
        {"id": "a", "name": "A", "system_prompt": "x", "tools": ("Read",), "permissions": rules}
    )


def _asking(bot: Bot, *people: int | None, **more: Any) -> Asking:
    known = people[0] if len(people) == 1 else None
    return Asking(
        bot=bot,
        lane=Lane(3, "a"),
        job_id="j",
        asker=None if known is None else Asker(user_id=known, name="x"),
        together=frozenset(people) if len(people) > 1 else frozenset(),
        **more,
    )


def _told(bot: Bot, asking: Asking | None, *, by_subagent: bool = False) -> str | None:
    return no_right("Read", Given(bot), asking, by_subagent=by_subagent)


@pytest.mark.parametrize(
    ("rules", "seven", "nine", "both", "unknown", "with_unknown"),
    [
        ([ALLOW], 1, 1, 1, 1, 1),
        ([ALLOW_7], 1, 0, 0, 0, 0),
        ([ALLOW_7, ALLOW_9], 1, 1, 1, 0, 0),
        ([DENY_9, ALLOW], 1, 0, 0, 0, 0),
        ([ALLOW_7, ALLOW], 1, 1, 1, 1, 1),
        ([ROOM], 1, 1, 1, 1, 1),
        ([], 0, 0, 0, 0, 0),
    ],
)
def test_of_several_the_narrowest_counts(
    rules: list[dict[str, Any]], seven: int, nine: int, both: int, unknown: int, with_unknown: int
) -> None:
    """Each of them has to have the right; who is not known has everyone's."""
    bot = _bot(*rules)
    people: tuple[tuple[int | None, ...], ...] = ((7,), (9,), (7, 9), (None,), (7, None))
    rights = (seven, nine, both, unknown, with_unknown)
    for asking, may in zip(people, rights, strict=True):
        assert (_told(bot, _asking(bot, *asking)) is None) is bool(may), asking


@given(
    st.lists(st.sampled_from([ALLOW, ALLOW_7, ALLOW_9, DENY_9, ROOM]), max_size=4),
    st.sets(st.sampled_from([7, 9, None]), min_size=2, max_size=3),
    st.booleans(),
)
def test_nobody_gains_by_asking_together(
    rules: list[dict[str, Any]], people: set[int | None], is_ping: bool
) -> None:
    """What runs for several runs for each alone; a subagent or an unattended turn gains nothing."""
    bot = _bot(*rules)
    together = _asking(bot, *people, is_ping=is_ping)
    alone = [_told(bot, _asking(bot, person, is_ping=is_ping)) is None for person in people]
    assert (_told(bot, together) is None) is all(alone)
    everyones = _told(bot, _asking(bot, None, is_ping=is_ping)) is None
    unattended = _asking(bot, *people, is_ping=is_ping, unattended=True)
    for asking, in_subagent in ((unattended, False), (together, True)):
        assert (_told(bot, asking, by_subagent=in_subagent) is None) is everyones
    assert everyones <= all(alone)


def test_the_model_is_told_whose_right_is_missing() -> None:
    """So that it tells them, and not a bot that it is a person."""
    bot = _bot(ALLOW_7)
    assert _told(bot, _asking(bot, 9)) == NOT_THEIRS.format(tool="Read")
    assert _told(bot, _asking(bot, 7, 9)) == NOT_ALL_OF_THEIRS.format(tool="Read")
    assert _told(bot, _asking(bot, None)) == NOT_EVERYONES.format(tool="Read")
    assert _told(bot, None) == NOT_EVERYONES.format(tool="Read")
    told = _told(bot, _asking(bot, 7), by_subagent=True)
    assert told == NOT_A_SUBAGENTS.format(tool="Read")


def test_a_person_is_asked_for_one_asker_only() -> None:
    """For several nobody could say for whom it is carried out: then it is denied."""
    rule = {"tools": ["Read"], "policy": "ask", "approvers": [7]}
    bot = _bot(rule)
    assert _told(bot, _asking(bot, 9)) is None
    assert whose_word("Read", Given(bot), _asking(bot, 9), by_subagent=False) == {7}
    for people in ((7, 9), (7, None)):
        assert _told(bot, _asking(bot, *people)) == NOBODY_TO_ASK.format(tool="Read")
        assert not whose_word("Read", Given(bot), _asking(bot, *people), by_subagent=False)
