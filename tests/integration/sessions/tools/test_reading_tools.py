"""Web, files, knowledge: whichever way the session came about, and killed within a call."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from consumer.agent import AgentCrashed, SessionSettings
from consumer.knowledge.toolbox import Knowledge
from consumer.posted_files.opening import Opened, Opener
from consumer.posted_files.storage import CampfireStorage
from consumer.posted_files.toolbox import FilesToolbox
from consumer.sessions import SessionManager
from consumer.sessions.turn_request import TurnResult
from consumer.tool_calls.tooling import Tooling
from consumer.toolboxes import Asker, Asking, Result, Tool, Toolbox
from consumer.web.fetching import Fetcher
from consumer.web.toolbox import WebToolbox
from shared.bots import Bot, PostedFiles, Web
from shared.lane import Lane
from tests.bots import bot_with
from tests.campfire_storage import ANN, BOT, ROOM, Storage
from tests.conftest import eventually
from tests.integration.sessions.conftest import kill
from tests.integration.web.site import Site, serving
from tests.patience import PATIENCE_S
from tests.unit.knowledge.folder import take_in, write

LANE, OTHER = Lane(ROOM, "assistant"), Lane(9, "assistant")
READER = Bot(
    id="assistant",
    name="Reader",
    system_prompt="x",
    web=Web(domains=("good.example",)),
    files=PostedFiles(),
)
CALLS = {
    "web": 'tool mcp__web__fetch {"url": "http://good.example/"}',
    "files": 'tool mcp__files__open {"number": 41}',
    "search": 'tool mcp__knowledge__search {"query": "refunds"}',
    "read": 'tool mcp__knowledge__read {"file": "refunds.md"}',
}
ANSWER = "Refunds take 14 days"


class Hanging(Opener):
    """Opens nothing before it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.over, self.hangs = asyncio.Event(), asyncio.Event(), False

    async def open(self, data: bytes, kind: str) -> Opened:
        if self.hangs:
            self.began.set()
            try:
                await asyncio.Event().wait()
            finally:
                self.over.set()
        return await super().open(data, kind)


class Held(Knowledge):
    """Finds and reads, and tells nobody before it is let go."""

    def __init__(self, index: Path) -> None:
        super().__init__(lambda _: index)
        self.began, self.over, self.hangs = asyncio.Event(), asyncio.Event(), False

    def tools(self, bot: Bot) -> Sequence[Tool]:
        return [replace(tool, run=partial(self._run, tool)) for tool in super().tools(bot)]

    async def _run(self, tool: Tool, given: Any, asking: Asking) -> Result:
        found = await tool.run(given, asking)
        if self.hangs:
            self.began.set()
            try:
                await asyncio.Event().wait()
            finally:
                self.over.set()
        return found


@dataclass
class World:
    """Managers whose agents have these toolboxes, and what they reach."""

    bot: Bot
    settings: SessionSettings
    toolboxes: list[Toolbox]
    site: Site
    opener: Hanging
    knowledge: Held
    stack: AsyncExitStack

    async def start(self, **changes: Any) -> SessionManager:
        own = replace(self.settings, **changes)
        manager = SessionManager(own, tooling=Tooling(toolboxes=self.toolboxes))
        return await self.stack.enter_async_context(manager)

    def hang(self, kind: str) -> tuple[asyncio.Event, asyncio.Event]:
        """Calls of that kind have no end any more; set when one has begun, and when it is over."""
        if kind != "web":
            holds = self.opener if kind == "files" else self.knowledge
            holds.hangs = True
            return holds.began, holds.over
        began, over = asyncio.Event(), asyncio.Event()

        async def answer(writer: asyncio.StreamWriter) -> None:
            began.set()
            await self.site.until_left()
            over.set()

        self.site.answer = answer
        return began, over

    def go_on(self) -> None:
        """Calls end again."""
        self.opener.hangs = self.knowledge.hangs = False
        self.site.answer = self.site.page(f"<p>{ANSWER}".encode())


@pytest.fixture
async def world(settings: SessionSettings, tmp_path: Path) -> AsyncIterator[World]:
    campfire = Storage(tmp_path / "campfire").make()
    campfire.post(41, data=ANSWER.encode())
    write(documents := tmp_path / "kb", refunds__md=f"# Refunds\n\n{ANSWER}.\n")
    take_in(documents, tmp_path / "index.sqlite3")
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(serving())
        site.answer = site.page(f"<p>{ANSWER}".encode())
        opener, knowledge = Hanging(), Held(tmp_path / "index.sqlite3")
        toolboxes: list[Toolbox] = [
            WebToolbox(Fetcher(site.resolve, site.dial)),
            FilesToolbox(CampfireStorage(campfire.folder), lambda _: BOT, opener),
            knowledge,
        ]
        bot = bot_with(READER, knowledge=documents)
        yield World(bot, settings, toolboxes, site, opener, knowledge, stack)


def _asked(
    world: World, manager: SessionManager, kind: str, lane: Lane = LANE
) -> Awaitable[TurnResult]:
    """A turn in which the agent calls that tool."""
    asking = Asking(bot=world.bot, lane=LANE, job_id="1", asker=Asker(user_id=ANN, name="Ann"))
    return manager.run_turn(lane, world.bot, CALLS[kind], get_asking=lambda: asking, job="1")


async def _cold(world: World, kind: str) -> TurnResult:
    return await _asked(world, await world.start(), kind)


async def _hot(world: World, kind: str) -> TurnResult:
    manager = await world.start()
    await manager.run_turn(LANE, world.bot, "hello")
    return await _asked(world, manager, kind)


async def _warm(world: World, kind: str) -> TurnResult:
    first = await world.start()
    await first.run_turn(LANE, world.bot, "hello")
    await first.shutdown_all()
    return await _asked(world, await world.start(), kind)


async def _spare(world: World, kind: str) -> TurnResult:
    manager = await world.start(spares=1)
    manager.keep_spares([world.bot])

    async def there() -> bool:
        return bool(manager.stats().spares)

    await eventually(there)
    return await _asked(world, manager, kind, OTHER)


async def _killed(world: World, kind: str) -> TurnResult:
    """kill -9 of the agent in the call: nothing of the call goes on, and the rerun is answered."""
    manager = await world.start()
    first = await manager.run_turn(LANE, world.bot, "hello")
    began, over = world.hang(kind)
    turn = asyncio.ensure_future(_asked(world, manager, kind))
    async with asyncio.timeout(PATIENCE_S):
        await began.wait()
    kill(first.pid)
    with pytest.raises(AgentCrashed):
        await turn
    async with asyncio.timeout(PATIENCE_S):
        await over.wait()
    world.go_on()
    return await _asked(world, manager, kind)


WAYS: dict[str, Callable[[World, str], Awaitable[TurnResult]]] = {
    "cold": _cold,
    "hot": _hot,
    "warm": _warm,
    "spare": _spare,
    "killed": _killed,
}


@pytest.mark.pairs
@pytest.mark.short_form("web-killed", "files-spare", "search-killed")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", CALLS)
async def test_the_tools_answer_in_every_session(world: World, kind: str, way: str) -> None:
    """New, hot, resumed, an adopted spare, and after kill -9 in the call."""
    assert ANSWER in (await WAYS[way](world, kind)).text
