"""Whom one sentence tells that their message waits for the end of a pause."""

import asyncio
from typing import Any, cast

import pytest

from consumer.queue.waiting.who_waits import WaitingRoom
from consumer.turn.held_lanes import HeldLanes
from shared.bots import Bot, Roster
from shared.catalogue import catalogue
from shared.errors import CampfireError
from shared.inbound import InboundMessage
from tests.deliveries import inbound
from tests.patience import PATIENCE_S

BOT = Bot(id="assistant", name="Assistant", system_prompt="x")


class Room:
    """Messages that wait, by job id; `ended` has ended meanwhile, `torn` cannot be read."""

    def __init__(self) -> None:
        self.messages: dict[str, InboundMessage] = {
            "last": inbound(99).model_copy(update={"user_name": "Zoe"})
        }

    async def message(self, job_id: str) -> InboundMessage | None:
        if job_id == "torn":
            raise ValueError
        return self.messages.get(job_id)


async def told(room: Room, *jobs: str, down: int = 0) -> list[str]:
    """What is posted when these are held, then one more of Zoe's."""
    posted, tries, said = list[str](), 0, asyncio.Event()

    async def say(room_id: int, bot_id: str, html: str) -> None:
        nonlocal tries
        tries += 1
        if tries <= down:
            raise CampfireError
        posted.append(html)
        if html.startswith("Zoe"):
            said.set()

    roster = Roster({BOT.id: BOT}, {BOT.id: "7-abcdefghijkl"})
    held = HeldLanes(cast(WaitingRoom, room), say, roster, catalogue("en"))
    task = asyncio.create_task(held.run())
    for job in (*jobs, "last"):
        held.note(job)
    await asyncio.wait_for(said.wait(), PATIENCE_S)
    task.cancel()
    return posted[:-1]


async def test_who_wrote_is_told_by_name() -> None:
    """In a sentence that names them, whatever their name holds."""
    room = Room()
    room.messages["one"] = inbound(1).model_copy(update={"user_name": "<b>Bo</b>"})
    [sentence] = await told(room, "one")
    assert sentence.startswith("&lt;b&gt;Bo&lt;/b&gt;: I am paused just now. Your message waits")


@pytest.mark.parametrize(
    "changes",
    [{"from_bot": True}, {"origin": "schedule", "user_id": None}, {"bot_id": "gone"}],
    ids=str,
)
async def test_nobody_is_told_who_does_not_wait(changes: dict[str, Any]) -> None:
    """A bot would answer; a schedule is nobody's; a bot without a key cannot speak."""
    room = Room()
    room.messages["one"] = inbound(1).model_copy(update=changes)
    assert await told(room, "one", "ended", "torn") == []


async def test_a_campfire_that_is_away_costs_only_the_sentence() -> None:
    """The next room is told."""
    room = Room()
    room.messages["one"] = inbound(1)
    assert await told(room, "one", down=1) == []
