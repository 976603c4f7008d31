"""Whom one sentence tells that it takes longer, and when; fakes stand for Redis and Campfire."""

from dataclasses import replace
from typing import Any, cast

import pytest

from consumer.campfire.client import Campfire
from consumer.campfire.probe import EVERYTHING, POST_ONLY, Offers
from consumer.progress.notices import LONG_S, Notices
from consumer.queue.waiting.who_waits import Waiter, WaitingRoom
from shared.catalogue import catalogue
from shared.inbound import InboundMessage
from shared.lane import Lane
from tests.deliveries import inbound

SENTENCE = "Ada Admin: this takes longer. I will answer you here."
WAITER = Waiter("j", Lane(2, "assistant"), "1", 0)


class Room:
    """What waits, and who was told."""

    def __init__(self, *waiters: Waiter, **changes: Any) -> None:
        self.now = list(waiters)
        self.said = inbound(1).model_copy(update={"room_name": "Support", **changes})
        self.told: set[str] = set()

    async def waiters(self, most: int) -> list[Waiter]:
        return self.now[:most]

    async def message(self, job_id: str) -> InboundMessage | None:
        del job_id
        return self.said

    async def tell(self, lane: Lane, word: str) -> bool:
        new = f"{lane} {word}" not in self.told
        self.told.add(f"{lane} {word}")
        return new


class Site:
    """A Campfire that offers this."""

    def __init__(self, offers: Offers) -> None:
        self._offers = offers

    async def probe(self) -> Offers:
        return self._offers


async def told(
    room: Room,
    after_s: float,
    *,
    offers: Offers = POST_ONLY,
    speaks: bool = True,
    looks: int = 1,
    refused: bool = False,
) -> list[str]:
    """What is posted in so many looks at this time."""
    posted: list[str] = []

    async def post(room_id: int, bot_id: str, html: str) -> None:
        posted.append(html)

    notices = Notices(
        cast(WaitingRoom, room),
        cast(Campfire, Site(offers)),
        post,
        lambda lane: speaks,
        lambda: 1,
        catalogue("en"),
        lambda message: refused,
        clock=lambda: after_s,
    )
    for _ in range(looks):
        await notices.look()
    return posted


@pytest.mark.parametrize("runs", [True, False])
async def test_one_sentence_after_a_minute(runs: bool) -> None:
    """To whoever has no answer by then, whether the turn runs or waits; and once."""
    waiter = replace(WAITER, runs=runs)
    assert await told(Room(waiter), LONG_S - 0.1) == []
    assert await told(Room(waiter), LONG_S, looks=3) == [SENTENCE]


async def test_a_person_is_told_once_and_each_by_name() -> None:
    """Two messages of one person: one sentence. Another's own names them: it may stand under
    anybody's message, and tells nobody that theirs is next."""
    mine = replace(WAITER, job_id="k")
    theirs = replace(WAITER, job_id="l", person="2")
    assert await told(Room(WAITER, mine, theirs), LONG_S) == [SENTENCE, SENTENCE]
    hostile = await told(Room(WAITER, user_name="<b>Bo</b>"), LONG_S)
    assert hostile == ["&lt;b&gt;Bo&lt;/b&gt;: this takes longer. I will answer you here."]


@pytest.mark.parametrize("changes", [{"room_name": None}, {"from_bot": True}])
async def test_pings_and_bots_are_told_nothing(changes: dict[str, Any]) -> None:
    """In a ping it would be a push; a bot does not wonder where its answer is."""
    assert await told(Room(WAITER, **changes), 10 * LONG_S) == []


async def test_where_a_boost_says_it_nothing_is_posted() -> None:
    """Nor where a room wants less."""
    assert await told(Room(WAITER), 10 * LONG_S, offers=EVERYTHING) == []
    assert await told(Room(WAITER), 10 * LONG_S, speaks=False) == []


async def test_the_sentence_holds_no_time_and_no_place() -> None:
    """It stays in the room for ever, so nothing in it may become untrue."""
    for language in ("en", "zh"):
        sentence = catalogue(language).say("takes_long", person="Ada")
        assert not any(sign.isdigit() for sign in sentence)


async def test_who_will_not_be_answered_is_promised_nothing() -> None:
    """Nor is anybody told that a program's event takes long."""
    assert await told(Room(WAITER), LONG_S, refused=True) == []
    assert await told(Room(WAITER, origin="event"), LONG_S) == []
