"""Signs of life on both releases of the stand-in, with the test's own clock."""

import asyncio
import json
from typing import Any

import pytest
from redis.asyncio import Redis

from consumer.agent.events import ToolStarted
from consumer.progress.marks.boost_ids import BoostIds
from consumer.progress.marks.marks import Marks
from consumer.progress.marks.traces import Traces
from consumer.progress.signs import Signs
from consumer.queue.errors import Fenced
from shared.bots import Progress
from shared.catalogue import catalogue
from shared.keys import Keys
from shared.lane import Lane
from tests.integration.campfire.conftest import KEY, ROOM, Site, mode, site
from tests.patience import PATIENCE_S

__all__ = ["mode", "site"]


class Clock:
    """Time that passes when the test says so; knows when the signs wait for it."""

    def __init__(self) -> None:
        self.now = 0.0
        self._waits: asyncio.Queue[tuple[float, asyncio.Event]] = asyncio.Queue()

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        passed = asyncio.Event()
        await self._waits.put((seconds, passed))
        await passed.wait()

    async def skip(self) -> float:
        """Let the sleep that the signs are in, or come to, pass; gives its seconds."""
        async with asyncio.timeout(PATIENCE_S):
            seconds, passed = await self._waits.get()
        self.now += seconds
        passed.set()
        return seconds

    async def idle(self) -> None:
        """Wait until the signs sleep, and leave them there."""
        async with asyncio.timeout(PATIENCE_S):
            waiting = await self._waits.get()
        await self._waits.put(waiting)


class Turn:
    """One asked message, its signs, and what was recorded of them."""

    def __init__(self, site: Site, asked_id: int, boost_ids: BoostIds) -> None:
        self.site, self.asked_id, self.boost_ids = site, asked_id, boost_ids
        self.clock = Clock()
        self.traces = Traces()
        self.fenced = False

    async def record(self, traces: Traces) -> None:
        if self.fenced:
            raise Fenced
        self.traces = Traces.read(json.loads(json.dumps(traces.wire())))

    def signs(self, progress: Progress = "steps", *, used_s: float = 0.0) -> Signs:
        room, asked = self.site.campfire.room(Lane(ROOM, "assistant")), str(self.asked_id)
        marks = Marks(room, asked, self.traces, self, self.boost_ids)
        clock = self.clock
        return Signs(
            self.site.campfire,
            marks,
            progress,
            catalogue("en"),
            used_s=used_s,
            monotonic=clock.monotonic,
            sleep=clock.sleep,
        )

    async def boosts(self) -> list[str]:
        asked = (await self.site.sandbox.messages(ROOM))[0]
        return [boost["content"] for boost in asked["boosts"]]

    async def boost_calls(self) -> list[str]:
        """What was done to boosts, in order: the text put up, or that one was taken down."""
        calls = [call for call in await self.site.sandbox.calls() if "/boosts" in call["path"]]
        return [call["body"] if call["method"] == "POST" else "down" for call in calls]

    async def said(self) -> list[str]:
        """What stands below the question."""
        return [m["body"]["plain_text"] for m in (await self.site.sandbox.messages(ROOM))[1:]]


@pytest.fixture
async def turn(site: Site, redis: Redis, keys: Keys) -> Turn:
    asked: dict[str, Any] = await site.sandbox.post(ROOM, "a question")
    return Turn(site, asked["id"], BoostIds(redis, keys))


async def test_boosts_say_how_long_and_what(turn: Turn) -> None:
    """👀 at once, after 10 s a boost with the time and the step, replaced as these change: the new
    one is put up before the old one is taken down, and nothing is posted but the answer."""
    async with turn.signs() as signs:
        assert await turn.clock.skip() == 10
        await turn.clock.idle()
        assert await turn.boosts() == ["⏳ think · 10 s"]
        signs.note(ToolStarted("a", "WebSearch"))
        assert await turn.clock.skip() == 10
        await turn.clock.idle()
        assert await turn.boosts() == ["⏳ web · 20 s"]
        await turn.site.campfire.post(ROOM, KEY, "the answer")
        signs.ended("completed")
    assert (await turn.boosts(), await turn.said()) == (["✅"], ["the answer"])
    waits = ["👀", "⏳ think · 10 s", "down", "⏳ web · 20 s", "down", "✅", "down"]
    assert await turn.boost_calls() == waits
    assert turn.traces.done


async def test_what_says_nothing_new_is_not_put_up_again(turn: Turn) -> None:
    """In minutes a boost changes once a minute, though it is looked at twice."""
    async with turn.signs(used_s=100.0) as signs:
        assert await turn.clock.skip() == 30
        await turn.clock.idle()
        assert await turn.boosts() == ["⏳ think · 2 min"]
        assert await turn.clock.skip() == 30
        await turn.clock.idle()
        signs.ended("completed")
    assert (await turn.boost_calls())[1:] == ["⏳ think · 2 min", "down", "✅", "down"]


async def test_a_message_is_edited_and_goes_before_the_answer(turn: Turn) -> None:
    """`edit`: 👀 at once, a message after 4 s, edited every few seconds, gone when the answer is
    about to be posted, which then stands under its own name."""
    async with turn.signs("edit") as signs:
        assert await turn.clock.skip() == 4
        await turn.clock.idle()
        assert (await turn.boosts(), await turn.said()) == (["👀"], ["Thinking… · 4 s"])
        signs.note(ToolStarted("a", "WebSearch"))
        assert await turn.clock.skip() == 2.5
        await turn.clock.idle()
        assert await turn.said() == ["Searching the web… · 6 s"]
        await signs.before_answer()
        assert (await turn.boosts(), await turn.said()) == (["👀"], [])
        await turn.site.campfire.post(ROOM, KEY, "the answer")
        signs.ended("completed")
    assert (await turn.boosts(), await turn.said()) == (["✅"], ["the answer"])


async def test_the_clock_goes_on_where_the_attempt_before_left_it(turn: Turn) -> None:
    """Whoever asked has waited since then, and has seen the progress begin."""
    async with turn.signs("edit", used_s=70.0) as signs:
        await turn.clock.skip()
        await turn.clock.idle()
        (said,) = await turn.said()
        assert said.startswith("Thinking… · 1 min ")
        signs.ended("failed")


async def test_a_quick_turn_leaves_only_its_sign(turn: Turn) -> None:
    """Under 10 s there is only 👀, and where nobody could have read it not even that."""
    async with turn.signs() as signs:
        await turn.clock.idle()
        assert await turn.boosts() == ["👀"]
        signs.ended("cancelled")
    assert (await turn.boosts(), await turn.said()) == (["⏹"], [])
    turn.traces = Traces()
    await turn.site.sandbox.clear_calls()
    async with turn.signs() as signs:
        signs.ended("completed")
    calls = [call["path"] for call in await turn.site.sandbox.calls()]
    assert (len(calls), await turn.boosts()) == (1, ["⏹", "✅"])


async def test_whatever_is_no_answer_leaves_a_warning(turn: Turn) -> None:
    """Failed, dead or expired: the sign says that something is amiss."""
    async with turn.signs() as signs:
        signs.ended("dead")
    assert await turn.boosts() == ["⚠️"]


async def test_a_second_life_begins_without_the_first_ones_sign(turn: Turn) -> None:
    """A dead letter that is given another one: its ⚠️ goes when that has an end."""
    async with turn.signs() as signs:
        signs.ended("dead")
    async with turn.signs() as signs:
        signs.ended("completed")
    assert await turn.boosts() == ["✅"]


async def test_quiet_and_off(turn: Turn) -> None:
    """Quiet has 👀 and ✅ alone; off has nothing."""
    async with turn.signs("quiet") as signs:
        signs.ended("completed")
    assert (await turn.boosts(), await turn.said()) == (["✅"], [])
    turn.traces = Traces()
    async with turn.signs("off") as signs:
        signs.ended("failed")
    assert await turn.boosts() == ["✅"]


@pytest.mark.parametrize("mode", ["v1.4.9"])
@pytest.mark.parametrize("progress", ["steps", "edit"])
async def test_an_old_release_gets_none(turn: Turn, progress: Progress) -> None:
    """No boost is tried, and nothing is posted that nobody could take away again."""
    async with turn.signs(progress) as signs:
        await signs.before_answer()
        signs.ended("completed")
    assert (await turn.said(), await turn.boost_calls()) == ([], [])


@pytest.mark.parametrize("progress", ["steps", "edit"])
async def test_a_drain_leaves_no_clock(turn: Turn, progress: Progress) -> None:
    """👀 stays for the next attempt, which goes on with it; what tells a time goes at once."""
    with pytest.raises(asyncio.CancelledError):
        await _end_by(turn, progress, asyncio.CancelledError())
    assert (await turn.boosts(), await turn.said()) == (["👀"], [])
    turn.clock = Clock()
    await turn.site.sandbox.clear_calls()
    async with turn.signs(progress) as signs:
        await turn.clock.idle()
        assert await turn.boost_calls() == []
        signs.ended("completed")
    assert (await turn.boosts(), await turn.said()) == (["✅"], [])


@pytest.mark.parametrize("progress", ["steps", "edit"])
async def test_a_crash_s_clock_goes_on_from_the_start(turn: Turn, progress: Progress) -> None:
    """What a killed process left is taken over at once: it must not tell its last time."""
    with pytest.raises(asyncio.CancelledError):
        await _end_by(turn, progress, asyncio.CancelledError(), fenced=True)
    left = turn.traces
    assert left.boosts[0].text == "⏳ think · 10 s" or left.message_id
    turn.clock, turn.fenced = Clock(), False
    async with turn.signs(progress) as signs:
        await turn.clock.idle()
        said = ["Thinking… · 0 s"] if progress == "edit" else []
        assert (await turn.boosts(), await turn.said()) == (["👀"], said)
        signs.ended("completed")
    assert (await turn.boosts(), await turn.said()) == (["✅"], [])


async def test_a_message_nobody_saw_arrive_is_found_and_goes(turn: Turn) -> None:
    """The connection broke after Campfire had stored it: not posted twice, and not left there."""
    await turn.site.campfire.probe()
    await turn.site.sandbox.order_fault(kind="drop", when="after", path_ends="/messages")
    async with turn.signs("edit") as signs:
        await turn.clock.skip()
        await turn.clock.skip()
        await turn.clock.idle()
        assert len(await turn.said()) == 1
        signs.ended("completed")
    assert (await turn.boosts(), await turn.said()) == (["✅"], [])


async def test_a_boost_nobody_saw_arrive_is_found_and_goes(turn: Turn) -> None:
    """Campfire lists no boosts: the one whose id got lost is the one that nobody knows. What else
    was made meanwhile stays: another bot's, and our own at other messages."""
    other = await turn.site.sandbox.post(ROOM, "another question")
    await turn.site.campfire.probe()
    async with turn.signs() as signs:
        await turn.clock.idle()
        await turn.site.sandbox.order_fault(kind="drop", when="after", path_ends="/boosts")
        await turn.clock.skip()
        await turn.clock.idle()
        assert await turn.boosts() == ["👀", "⏳ think · 10 s"]
        neighbour = Turn(turn.site, other["id"], turn.boost_ids)
        async with neighbour.signs() as others:
            others.ended("completed")
        signs.ended("completed")
    assert await turn.boosts() == ["✅"]
    (_, asked) = await turn.site.sandbox.messages(ROOM)
    assert [boost["content"] for boost in asked["boosts"]] == ["✅"]


async def test_a_campfire_in_trouble_costs_signs_only(turn: Turn) -> None:
    """After three failures it is tried once a minute, and the turn never learns of it."""
    await turn.site.campfire.probe()
    await turn.site.sandbox.order_fault(kind="status", status=503, times=100)
    async with turn.signs("edit") as signs:
        assert [await turn.clock.skip() for _ in range(2)] == [4, 2.5]
        await turn.clock.idle()
        await turn.site.sandbox.clear_faults()
        assert await turn.clock.skip() == 60
        await turn.clock.idle()
        assert await turn.said() == ["Thinking… · 1 min 6 s"]
        signs.ended("completed")
    assert (await turn.boosts(), await turn.said()) == (["✅"], [])


async def test_who_lost_the_claim_shows_nothing_more(turn: Turn) -> None:
    """A consumer that was frozen past its lease leaves the room to its successor."""
    async with turn.signs() as signs:
        await turn.clock.idle()
        turn.fenced = True
        await turn.clock.skip()
        signs.ended("completed")
    assert (await turn.boosts(), await turn.said()) == (["👀"], [])


async def _end_by(
    turn: Turn, progress: Progress, error: BaseException, *, fenced: bool = False
) -> None:
    """A turn that has told a time ends by an error; `fenced`: as a crash, without tidying up."""
    async with turn.signs(progress):
        await turn.clock.skip()
        await turn.clock.idle()
        turn.fenced = fenced
        raise error
