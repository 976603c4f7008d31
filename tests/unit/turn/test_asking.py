"""For whom the tools of a turn are called: the person who asks, or nobody in particular."""

from typing import Any, cast

import pytest

from consumer.boundary import Boundary
from consumer.briefing.brief import Brief
from consumer.queue.claim import Claim
from consumer.toolboxes import Asker, Asking
from consumer.turn.asking import asking_of
from shared.bots import Bot
from shared.inbound import InboundMessage

BOT = Bot(id="a", name="A", system_prompt="You help.")


class Seen:
    """What the look into the room gave."""

    def __init__(self, by_bot: bool) -> None:
        self.asked_by_bot, self.boundary = by_bot, Boundary()


def said(user_id: int | None = 7, name: str = "Ada", **more: Any) -> InboundMessage:
    return InboundMessage.model_validate(
        {
            "bot_id": "a",
            "room_id": 3,
            "room_name": "Sales",
            "message_id": "70",
            "user_id": user_id,
            "user_name": name,
            "text": "hi",
            "html": None,
            "accepted_ms": 1,
            **more,
        }
    )


def asking(*messages: InboundMessage, by_bot: bool = False) -> Asking:
    """Of a turn that answers these messages."""
    claim = Claim(
        job_id="job",
        token="1",
        message=messages[-1],
        claimed_ms=1,
        starts=1,
        said=tuple(("09:00", message) for message in messages) if len(messages) > 1 else (),
    )
    return asking_of(claim, BOT, cast("Brief", Seen(by_bot)))


def test_the_asker_is_who_wrote_the_message() -> None:
    """In the room that it was written in."""
    found = asking(said())
    assert found.asker == Asker(user_id=7, name="Ada")
    assert (found.lane.room_id, found.bot, found.is_ping) == (3, BOT, False)
    assert not found.unattended


def test_a_room_without_a_name_is_a_ping() -> None:
    """Campfire names no direct room."""
    assert asking(said(room_name=None)).is_ping


@pytest.mark.parametrize(
    ("user_ids", "asker"),
    [((7, 7), 7), ((7, 8), None), ((7, None), None), ((None,), None), ((None, None), None)],
)
def test_several_people_in_one_turn_are_nobody_in_particular(
    user_ids: tuple[int | None, ...], asker: int | None
) -> None:
    """What one of them may do is not done for the others: the narrowest right counts."""
    found = asking(*map(said, user_ids))
    assert (found.asker.user_id if found.asker else None) == asker
    people = frozenset(user_ids)
    assert found.together == (people if len(people) > 1 else frozenset())


@pytest.mark.parametrize("how", ["ours", "shown"])
def test_a_bot_that_asks_is_no_person(how: str) -> None:
    """One of ours, or one that the room shows as a bot."""
    found = asking(said(from_bot=how == "ours"), by_bot=how == "shown")
    assert (found.asker, found.unattended) == (None, True)


@pytest.mark.parametrize("origin", ["schedule", "event"])
def test_what_nobody_asked_for_has_no_asker(origin: str) -> None:
    """Whoever's name it carries: nobody's rights stand behind it."""
    found = asking(said(origin=origin, about="1"))
    assert (found.asker, found.unattended) == (None, True)


def test_an_approved_call_is_still_the_askers() -> None:
    """Another said yes; it is carried out for whoever asked."""
    found = asking(said(origin="approval", about="3"))
    assert (found.asker, found.unattended) == (Asker(user_id=7, name="Ada"), False)
