"""The look into the room goes on beside whatever else a turn waits for, and holds it no longer."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pytest
from redis.exceptions import ConnectionError as RedisGone

from consumer.agent import Memory
from consumer.boundary import Boundary
from consumer.briefing import brief as module
from consumer.briefing.brief import Brief
from consumer.briefing.briefing import Briefing
from consumer.briefing.room_look import RoomTalk
from consumer.notes.notes import Note
from consumer.queue.claim import Claim
from tests.deliveries import inbound

CLAIM = Claim(job_id="job", token="1", message=inbound(1), claimed_ms=1, starts=1)


class Looks:
    """A Briefing whose looks are the test's to end, by their numbers."""

    can_look = True

    def __init__(self, talk: RoomTalk | None = None) -> None:
        self.began: list[tuple[Claim, bool]] = []
        self.ends: list[asyncio.Future[RoomTalk]] = []
        self.reads_notes = asyncio.Event()
        self._talk = talk

    async def look(self, claim: Claim, *, whole: bool = False) -> RoomTalk:
        self.began.append((claim, whole))
        self.ends.append(asyncio.get_running_loop().create_future())
        return self._talk or await self.ends[-1]

    async def notes(self, claim: Claim) -> Sequence[Note]:
        self.reads_notes.set()
        return ()

    async def meet(self, claim: Claim, talk: RoomTalk) -> None:
        """Anybody."""

    def heard(self, claim: Claim) -> None:
        """What it learns is not looked at here."""

    def noted(
        self, claim: Claim, notes: Sequence[Note] | None, memory: Memory, boundary: Boundary
    ) -> str:
        return ""

    def said(self, claim: Claim, talk: RoomTalk, memory: Memory, boundary: Boundary) -> str:
        return f"{len(talk.messages)} messages, more: {talk.more}"

    def brief(self) -> Brief:
        return Brief(cast(Briefing, self), CLAIM)


async def test_the_look_begins_with_the_claim_and_counts() -> None:
    """Before it is known what else belongs to the turn; the notes are read beside it."""
    looks = Looks()
    async with looks.brief() as brief:
        await asyncio.sleep(0)
        assert looks.began == [(CLAIM, False)]
        brief.begins(CLAIM)
        told = asyncio.create_task(brief("kept"))
        await looks.reads_notes.wait()
        looks.ends[0].set_result(RoomTalk(more=True))
        assert await told == "0 messages, more: True"
    assert len(looks.began) == 1


async def test_what_was_collected_is_looked_at_anew() -> None:
    """Between its messages others may have spoken."""
    looks, collected = Looks(), replace(CLAIM, collected=("1", "2"))
    async with looks.brief() as brief:
        await asyncio.sleep(0)
        brief.begins(collected)
        await asyncio.sleep(0)
        looks.ends[1].set_result(RoomTalk(more=True))
        assert await brief("kept") == "0 messages, more: True"
    assert [claim for claim, _ in looks.began] == [CLAIM, collected]
    assert looks.ends[0].cancelled()


async def test_a_look_that_failed_before_the_turn_is_made_again() -> None:
    """Redis may have been away while it was waited for."""
    looks = Looks()
    async with looks.brief() as brief:
        await asyncio.sleep(0)
        looks.ends[0].set_exception(RedisGone())
        await asyncio.sleep(0)
        brief.begins(CLAIM)
        await asyncio.sleep(0)
        looks.ends[1].set_result(RoomTalk(more=True))
        assert await brief("kept") == "0 messages, more: True"


async def test_a_silent_campfire_holds_the_turn_for_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of the turn's own beginning on; asked for by a second client, it is not waited for again."""
    monkeypatch.setattr(module, "LOOK_S", 0.05)
    looks, loop = Looks(), asyncio.get_running_loop()
    async with looks.brief() as brief:
        await asyncio.sleep(0)
        began = loop.time()
        brief.begins(CLAIM)
        for _ in range(2):
            assert await brief("kept") == "0 messages, more: False"
        assert loop.time() - began < 1
    assert looks.ends[0].cancelled()


@pytest.mark.parametrize(
    ("memory", "read"), [("kept", [False]), ("lost", [False, True]), ("new", [False, True])]
)
async def test_who_does_not_know_the_old_is_told_all(memory: Memory, read: list[bool]) -> None:
    """A look at what is new alone is not enough then."""
    looks = Looks(RoomTalk(only_new=True))
    async with looks.brief() as brief:
        brief.begins(CLAIM)
        await brief(memory)
    assert [whole for _, whole in looks.began] == read


async def test_where_a_room_shows_nothing_no_look_is_made() -> None:
    """v1.4.9 has no index: what was said is not known, and nobody waits for it."""
    looks = Looks()
    looks.can_look = False
    async with looks.brief() as brief:
        brief.begins(CLAIM)
        brief.begins(replace(CLAIM, collected=("2",)))
        assert await brief("new") == "0 messages, more: False"
    assert looks.began == []
