"""A key that Campfire refuses is said once, and once more when it is good again."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from structlog.testing import capture_logs

from consumer.campfire.errors import BadKey
from consumer.neighbours.keys import BotKeys
from tests.conftest import eventually
from tests.integration.campfire.conftest import KEY, OTHER_KEY, ROOM, Site

TOKEN = KEY.partition("-")[2]
BOTH_RELEASES = pytest.mark.parametrize("mode", ["main", "v1.4.9"])


@pytest.fixture
def keys(site: Site) -> BotKeys:
    """Of the two bots, the second of which is well."""
    return BotKeys(site.campfire)


@pytest.fixture
def told() -> Iterator[Callable[[], list[tuple[str, str]]]]:
    """What the log has said of keys."""
    with capture_logs() as lines:

        def of_keys() -> list[tuple[str, str]]:
            found = [line for line in lines if line["event"].startswith("bot_key_")]
            return [(line["event"], line["bot_id"]) for line in found]

        yield of_keys
        assert TOKEN not in str(lines)


async def post(site: Site) -> None:
    """As the assistant; a refusal is what the test is about."""
    with suppress(BadKey):
        await site.campfire.post(ROOM, KEY, "hello")


@asynccontextmanager
async def trying(keys: BotKeys, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The keys are tried again and again meanwhile."""
    monkeypatch.setattr("consumer.neighbours.keys.AGAIN_S", 0.01)
    running = asyncio.create_task(keys.run())
    yield
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def until_refused(keys: BotKeys, bot_ids: list[str]) -> None:
    """Wait until these and no others are refused."""

    async def are() -> bool:
        return keys.refused == bot_ids

    await eventually(are)


@BOTH_RELEASES
async def test_a_post_tells_of_a_rotated_key_and_of_one_that_is_good_again(
    site: Site, keys: BotKeys, told: Callable[[], list[tuple[str, str]]]
) -> None:
    """However often it is refused; the other bot is well throughout."""
    await site.campfire.post(ROOM, OTHER_KEY, "hello")
    await site.sandbox.change_bot("assistant", token="rotatedrotat")
    await post(site)
    await post(site)
    assert keys.refused == ["assistant"]
    assert told() == [("bot_key_refused", "assistant")]
    await site.sandbox.change_bot("assistant", token=TOKEN)
    await post(site)
    await post(site)
    assert keys.refused == []
    assert told() == [("bot_key_refused", "assistant"), ("bot_key_accepted", "assistant")]


async def test_a_rotated_key_is_found_though_nobody_writes(
    site: Site,
    keys: BotKeys,
    told: Callable[[], list[tuple[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No delivery with the new key would get past the web process: the old one is tried."""
    await site.campfire.probe()
    async with trying(keys, monkeypatch):
        await site.sandbox.change_bot("assistant", token="rotatedrotat")
        await until_refused(keys, ["assistant"])
        await site.sandbox.change_bot("assistant", token=TOKEN)
        await until_refused(keys, [])
    assert told() == [("bot_key_refused", "assistant"), ("bot_key_accepted", "assistant")]
    assert await site.bodies() == []


@pytest.mark.parametrize("mode", ["v1.4.9"])
async def test_an_old_campfire_that_says_404_to_any_key_tells_nothing(
    site: Site, keys: BotKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused key stays so until a post shows that it is good."""
    await site.campfire.probe()
    await site.sandbox.change_bot("assistant", token="rotatedrotat")
    await post(site)
    async with trying(keys, monkeypatch):
        await site.sandbox.change_bot("assistant", token=TOKEN)
        await asyncio.sleep(0.2)
        assert keys.refused == ["assistant"]
    await post(site)
    assert keys.refused == []
