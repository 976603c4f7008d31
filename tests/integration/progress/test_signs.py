"""Signs of life on both releases of the stand-in, with the test's own clock."""

import asyncio
from typing import Any

import pytest

from consumer.progress.marks import Marks, Traces
from consumer.progress.signs import Signs
from consumer.queue.errors import Fenced
from consumer.sessions.events import ToolStarted
from shared.bot_fields import Progress
from shared.catalogue import catalogue
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

    def __init__(self, site: Site, asked_id: int) -> None:
        self.site, self.asked_id = site, asked_id
        self.clock = Clock()
        self.traces = Traces()
        self.fenced = False

    async def check(self) -> None:
        if self.fenced:
            raise Fenced

    async def record(self, traces: Traces) -> None:
        self.traces = traces

    def signs(self, progress: Progress = "edit", *, used_s: float = 0.0) -> Signs:
        marks = Marks(
            self.site.campfire, ROOM, KEY, str(self.asked_id), self.traces, self
        )  # fmt: skip
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

    async def said(self) -> list[str]:
        """What stands below the question."""
        return [m["body"]["plain_text"] for m in (await self.site.sandbox.messages(ROOM))[1:]]


@pytest.fixture
async def turn(site: Site) -> Turn:
    asked: dict[str, Any] = await site.sandbox.post(ROOM, "a question")
    return Turn(site, asked["id"])


async def test_one_message_is_edited_and_goes(turn: Turn) -> None:
    """👀 at once, a message after 4 s, edited every few seconds, gone when the answer is there."""
    async with turn.signs() as signs:
        assert await turn.clock.skip() == 4
        await turn.clock.idle()
        assert (await turn.boosts(), await turn.said()) == (["👀"], ["Thinking… · 4 s"])
        signs.note(ToolStarted("a", "WebSearch"))
        assert await turn.clock.skip() == 2.5
        await turn.clock.idle()
        assert await turn.said() == ["Searching the web… · 6 s"]
        await turn.site.campfire.post(ROOM, KEY, "the answer")
        signs.ended("completed")
    assert (await turn.boosts(), await turn.said()) == (["✅"], ["the answer"])
    assert turn.traces == Traces()


async def test_the_clock_goes_on_where_the_attempt_before_left_it(turn: Turn) -> None:
    """Whoever asked has waited since then, and has seen the progress begin."""
    async with turn.signs(used_s=70.0) as signs:
        await turn.clock.skip()
        await turn.clock.idle()
        (said,) = await turn.said()
        assert said.startswith("Thinking… · 1 min ")
        signs.ended("failed")


async def test_a_quick_turn_leaves_only_its_sign(turn: Turn) -> None:
    """Under 4 s there is no message at all, and where nobody could have read it no 👀 either."""
    async with turn.signs() as signs:
        await turn.clock.idle()
        assert await turn.boosts() == ["👀"]
        signs.ended("cancelled")
    assert (await turn.boosts(), await turn.said()) == (["⏹"], [])
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


async def test_quiet_and_off(turn: Turn) -> None:
    """Quiet has the signs without the message; off has nothing."""
    async with turn.signs("quiet") as signs:
        signs.ended("completed")
    assert (await turn.boosts(), await turn.said()) == (["✅"], [])
    async with turn.signs("off") as signs:
        signs.ended("failed")
    assert await turn.boosts() == ["✅"]


@pytest.mark.parametrize("mode", ["v1.4.9"])
async def test_an_old_release_gets_few_words(turn: Turn) -> None:
    """Nothing for 20 s, then one message, then one a minute and only with news; no boosts."""
    async with turn.signs() as signs:
        assert await turn.clock.skip() == 20
        assert await turn.clock.skip() == 60
        await turn.clock.idle()
        signs.note(ToolStarted("a", "Bash"))
        assert await turn.clock.skip() == 60
        await turn.clock.idle()
        signs.ended("completed")
    assert await turn.said() == ["Thinking… · 20 s", "Running a command… · 2 min 20 s"]
    assert await turn.boosts() == []


async def test_a_drain_leaves_the_marks_to_the_successor(turn: Turn) -> None:
    """The next attempt goes on with the same message and the same 👀, and takes both away."""
    with pytest.raises(asyncio.CancelledError):
        await _end_by(turn, asyncio.CancelledError())
    assert len(await turn.said()) == 1
    turn.clock = Clock()
    async with turn.signs() as signs:
        await turn.clock.skip()
        await turn.clock.idle()
        assert (await turn.boosts(), await turn.said()) == (["👀"], ["Thinking… · 4 s"])
        signs.ended("completed")
    assert (await turn.boosts(), await turn.said()) == (["✅"], [])


async def test_a_message_nobody_saw_arrive_is_found_and_goes(turn: Turn) -> None:
    """The connection broke after Campfire had stored it: not posted twice, and not left there."""
    await turn.site.campfire.probe()
    await turn.site.sandbox.order_fault(kind="drop", when="after", path_ends="/messages")
    async with turn.signs() as signs:
        await turn.clock.skip()
        await turn.clock.skip()
        await turn.clock.idle()
        assert len(await turn.said()) == 1
        signs.ended("completed")
    assert (await turn.boosts(), await turn.said()) == (["✅"], [])


async def test_a_campfire_in_trouble_costs_signs_only(turn: Turn) -> None:
    """After three failures the signs give up, and the turn never learns of it."""
    await turn.site.campfire.probe()
    await turn.site.sandbox.order_fault(kind="status", status=503, times=100)
    async with turn.signs() as signs:
        await turn.clock.skip()
        await turn.clock.skip()
        signs.ended("completed")
    await turn.site.sandbox.clear_faults()
    assert (await turn.boosts(), await turn.said()) == ([], [])


async def test_who_lost_the_claim_shows_nothing_more(turn: Turn) -> None:
    """A consumer that was frozen past its lease leaves the room to its successor."""
    async with turn.signs() as signs:
        await turn.clock.idle()
        turn.fenced = True
        await turn.clock.skip()
        signs.ended("completed")
    assert (await turn.boosts(), await turn.said()) == (["👀"], [])


async def _end_by(turn: Turn, error: BaseException) -> None:
    """A turn with a progress message that ends by an error."""
    async with turn.signs():
        await turn.clock.skip()
        await turn.clock.idle()
        raise error
