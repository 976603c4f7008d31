"""What one lane's calls wait for keeps no other lane from its place."""

import asyncio
from collections.abc import Sequence

import pytest

from consumer.posted_files.opening import Opened, Opener
from consumer.posted_files.posted_file import PostedFile, Viewer
from consumer.posted_files.toolbox import FilesToolbox
from consumer.toolboxes import Asking, PerLane, Result, Toolbox
from consumer.web.fetching import Fetcher, Page
from consumer.web.location import locate
from consumer.web.reading import PageReader, PageText
from consumer.web.toolbox import OF_A_LANE, WebToolbox
from shared.bots import Bot, PostedFiles, Web
from shared.lane import Lane

BOT = Bot(
    id="ops", name="Ops", system_prompt="x", web=Web(domains=("a.example",)), files=PostedFiles()
)


class Slow:
    """Work that is not done until `may` is set."""

    def __init__(self) -> None:
        self.may = asyncio.Event()
        self.at_work = 0

    async def work(self) -> None:
        self.at_work += 1
        await self.may.wait()
        self.at_work -= 1


class SlowFetcher(Fetcher):
    def __init__(self, slow: Slow) -> None:
        super().__init__()
        self._slow = slow

    async def fetch(self, address: str, domains: Sequence[str]) -> Page:
        await self._slow.work()
        return Page(locate(address), "text/plain", b"x", cut=False)


class QuickReader(PageReader):
    async def read(self, page: Page) -> PageText:
        return PageText("", "x")


class SlowOpener(Opener):
    def __init__(self, slow: Slow) -> None:
        super().__init__()
        self._slow = slow

    async def open(self, data: bytes, kind: str) -> Opened:
        await self._slow.work()
        return Opened(text="x")


class Files:
    """A storage of one file; counts how often it was read."""

    reads = 0

    async def lately(self, viewer: Viewer, most: int) -> Sequence[PostedFile]:
        return []

    async def one(self, viewer: Viewer, message_id: int) -> PostedFile | None:
        return PostedFile(
            message_id=message_id,
            name="a.txt",
            content_type="text/plain",
            size=1,
            posted_by="Ada",
            posted_at="",
            key="k",
            service="local",
        )

    async def read(self, file: PostedFile, longest: int) -> bytes:
        self.reads += 1
        return b"x"


def calls(toolbox: Toolbox, name: str, room: int, many: int) -> list["asyncio.Future[Result]"]:
    """So many calls of a tool, side by side, in a lane."""
    (tool,) = (it for it in toolbox.tools(BOT) if it.name == name)
    given = tool.input.model_validate({"url": "https://a.example/", "number": 1})
    asking = Asking(bot=BOT, lane=Lane(room, "ops"), job_id="1", asker=None)
    return [asyncio.ensure_future(tool.run(given, asking)) for _ in range(many)]


async def settled() -> None:
    """Until nothing moves any more by itself."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_places_are_forgotten_with_their_calls() -> None:
    """Nothing is kept of a lane that has no call."""
    lanes, slow = PerLane(2), Slow()

    async def call() -> None:
        async with lanes.of(Lane(1, "ops")):
            await slow.work()

    tasks = [asyncio.create_task(call()) for _ in range(5)]
    await settled()
    assert slow.at_work == 2
    slow.may.set()
    await asyncio.gather(*tasks)
    tasks.clear()
    assert len(lanes._places) == 0


async def test_pages_that_drip_hold_places_of_their_own_lane_alone() -> None:
    """A turn that fetches a dozen of them leaves the others' places free."""
    slow = Slow()
    toolbox = WebToolbox(SlowFetcher(slow), QuickReader())
    tasks = calls(toolbox, "fetch", 1, 12)
    await settled()
    assert slow.at_work == OF_A_LANE
    tasks += calls(toolbox, "fetch", 2, 1)
    await settled()
    assert slow.at_work == OF_A_LANE + 1
    slow.may.set()
    await asyncio.gather(*tasks)


@pytest.mark.parametrize("rooms", [[1], [1, 2, 3]])
async def test_a_file_that_waits_is_not_in_memory_yet(rooms: list[int]) -> None:
    """Of a hundred megabytes each, two dozen would be more than the machine has."""
    slow, files = Slow(), Files()
    toolbox = FilesToolbox(files, lambda _: 1, SlowOpener(slow))
    tasks = [task for room in rooms for task in calls(toolbox, "open", room, 8)]
    await settled()
    assert files.reads == 1
    slow.may.set()
    await asyncio.gather(*tasks)
    assert files.reads == len(tasks)


async def test_a_lane_that_opens_many_files_lets_another_in_between() -> None:
    """Whoever comes later waits for one file of theirs, not for all."""
    slow, files = Slow(), Files()
    toolbox = FilesToolbox(files, lambda _: 1, SlowOpener(slow))
    many = calls(toolbox, "open", 1, 8)
    await settled()
    (later,) = calls(toolbox, "open", 2, 1)
    await settled()
    slow.may.set()
    await later
    assert files.reads <= 3
    await asyncio.gather(*many)
