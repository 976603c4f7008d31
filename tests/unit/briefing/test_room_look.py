"""What a turn is told of its room is the same, however little of the room was read for it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from consumer.addressing.people import people_of
from consumer.boundary import Boundary
from consumer.briefing.briefed import Mark
from consumer.briefing.briefing import Briefing
from consumer.briefing.room_look import RoomLook, RoomTalk
from consumer.campfire.client import Campfire
from consumer.campfire.errors import Gone
from consumer.campfire.messages import MOST_ON_A_PAGE, Creator, Message, Page
from consumer.campfire.probe import EVERYTHING, Offers
from consumer.campfire.recent_ids import RecentIds
from consumer.queue.claim import Claim
from consumer.queue.lines import Lines
from tests.deliveries import inbound
from tests.unit.briefing.test_talk import said

ADA, MIKE = Creator(1, "Ada Admin", "administrator"), Creator(2, "Mike Member", "member")
ROOM, ELSEWHERE = 2, 3


@dataclass
class Index:
    """A Campfire's messages, of all its rooms, and what was read of them."""

    stored: list[Message] = field(default_factory=list)
    read: list[dict[str, int]] = field(default_factory=list)
    own: RecentIds = field(default_factory=RecentIds)
    told: Mark = field(default_factory=Mark)
    answers: asyncio.Event | None = None
    """Set it, where it is one, to have a page answered."""

    async def probe(self) -> Offers:
        return EVERYTHING

    def room(self, lane: object) -> "Index":
        return self

    async def mark(self, lane: object) -> Mark:
        return self.told

    async def waiting(self, claim: Claim) -> list[Any]:
        return []

    async def page(self, **pivot: int) -> Page:
        """As Rails pages: docs/campfire.md, "The bot API"."""
        self.read.append(pivot)
        if self.answers is not None:
            await self.answers.wait()
        here = [message for message in self.stored if message.room_id == ROOM]
        if (after := pivot.get("after")) is not None:
            if after not in [message.id for message in here]:
                raise Gone
            newer = [message for message in here if message.id > after]
            page = newer[:MOST_ON_A_PAGE]
            more = page[-1].id if len(newer) > len(page) else None
            return Page(tuple(page), len(here), next_after=more)
        older = [message for message in here if message.id < pivot.get("before", 10**9)]
        page = older[-MOST_ON_A_PAGE:]
        return Page(
            tuple(page), len(here), next_before=page[0].id if len(older) > len(page) else None
        )

    def say(self, author: Creator = MIKE, room: int = ROOM) -> int:
        """Somebody writes; the message's number."""
        number = len(self.stored) + 1
        self.stored.append(said(number, f"words {number}", author, room))
        return number

    def look(self) -> RoomLook:
        """The look of a process that has just started."""
        return RoomLook(cast(Campfire, self), cast(Lines, self), self.mark)


def claim(number: int) -> Claim:
    return Claim(job_id="job", token="1", message=inbound(number), claimed_ms=1, starts=1)


def told(talk: RoomTalk, asked: int) -> tuple[str, dict[str, int | None]]:
    """The words for an agent that remembers, and whose names are known."""
    briefing = cast(Briefing, Words())
    words = Briefing.said(briefing, claim(asked), talk, "kept", Boundary("b"))
    return words, people_of(inbound(asked), talk.seen)


class Words:
    """A Briefing without neighbours."""

    _roster = type("Roster", (), {"user_id": staticmethod(lambda _: 3)})

    def opens_files(self, lane: object) -> bool:
        return True


async def asks(index: Index, *looks: RoomLook) -> list[tuple[str, dict[str, int | None]]]:
    """Ada asks; what each look gives for it. The agent takes it in."""
    asked = index.say(ADA)
    found = [told(await look(claim(asked)), asked) for look in looks]
    index.told = Mark(told=asked, reset=index.told.reset)
    return found


async def test_only_what_came_since_the_last_turn_is_read() -> None:
    """Where that is little; and the one page it takes holds nothing else."""
    index = Index()
    for _ in range(MOST_ON_A_PAGE):
        index.say()
    look = index.look()
    await asks(index, look)
    first = index.told.told
    index.say()
    ((words, people),) = await asks(index, look)
    assert index.read == [{}, {"after": first}]
    assert words.count("\n> ") == 1
    assert "mike member" in people


@settings(max_examples=60, deadline=None)
@given(
    rounds=st.lists(
        st.tuples(
            st.integers(0, 4) | st.integers(36, 44),
            st.integers(0, 3) | st.sampled_from([90, 120]),
            st.booleans(),
        ),
        max_size=5,
    )
)
def test_it_tells_the_same_as_the_whole_page(rounds: Sequence[tuple[int, int, bool]]) -> None:
    """Whatever is said in between, here and in other rooms, and when a question is deleted."""

    async def run() -> None:
        index = Index()
        look = index.look()
        for here, elsewhere, is_deleted in rounds:
            for number in range(here):
                index.say(Creator(10 + number % 7, f"Person {number % 7}", "member"))
            for _ in range(elsewhere):
                index.say(room=ELSEWHERE)
            known, whole = await asks(index, look, index.look())
            assert known == whole
            if is_deleted:
                asked = index.stored[index.told.told - 1]
                index.stored[asked.id - 1] = said(asked.id, "", ADA, ELSEWHERE)

    asyncio.run(run())


async def test_an_agent_that_forgot_is_told_what_was_before_too() -> None:
    """`whole` reads the page, whatever is known."""
    index = Index()
    look = index.look()
    index.say()
    await asks(index, look)
    asked = index.say(ADA)
    talk = await look(claim(asked), whole=True)
    assert [message.id for message in talk.messages] == [1, 2]
    assert not talk.only_new
