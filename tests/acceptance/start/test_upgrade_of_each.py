"""Today's processes start over what each release since left: nothing that was promised is lost."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from operate.launch.valkey import EmbeddedValkey
from shared.keys import Keys
from shared.redis.client import redis_client
from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import free_port
from tests.acceptance.stack import SUPPORT, Stack
from tests.conftest import eventually
from tests.fixtures.releases.left import HERE, PREFIX, RELEASES, TEN_YEARS, Left

MIKE = 2


@pytest.fixture
def valkey_of_its_own(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    valkey = EmbeddedValkey(tmp_path / "valkey", port=free_port())
    yield valkey
    valkey.stop()


@pytest.mark.short_form(RELEASES[-1])
@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", RELEASES)
async def test_what_it_left_is_gone_on_with(
    new_stack: NewStack, valkey_of_its_own: EmbeddedValkey, name: str
) -> None:
    """Waiting, claimed, stored and spooled messages have one answer each, conversations go on;
    dead letters, notes, requests for approval and pauses stand, where it had them."""
    left, valkey = Left(HERE / name), valkey_of_its_own
    settings = {"BOTS_DIR": str(left.bots_dir), **TEN_YEARS}
    stack = new_stack(redis_url=valkey.url, prefix=PREFIX, **settings)
    await left.restore(stack.folder / "data")
    shutil.copytree(stack.folder / "data" / "valkey", valkey.folder, dirs_exist_ok=True)
    valkey.start()
    await stack.start()
    await stack.ready()
    await _everything_settled(valkey, left)
    await _expect_answers(stack, left)
    code, dead = await stack.operate("dead", "list")
    assert (code, f"assistant:{left.rooms['Gone']}:" in dead) == (0, True), dead
    for feature, expect in EXPECTED.items():
        if feature in left.has:
            await expect(stack, left)
    await stack.stop()


async def _everything_settled(valkey: EmbeddedValkey, left: Left) -> None:
    """But for what is paused, which waits on."""
    redis, keys = redis_client(valkey.url), Keys(PREFIX)
    held = {f"{left.rooms['Held']}:assistant".encode()} if "pauses" in left.has else set()

    async def is_over() -> bool:
        last = keys.named("assistant", left.rooms["Spooled"], "*")
        spooled = [key async for key in redis.scan_iter(keys.outcome(last))]
        lanes = await redis.smembers(keys.lanes)  # type: ignore[misc]
        return bool(spooled) and lanes == held and not await redis.exists(keys.running)

    await eventually(is_over, within_s=90)
    await redis.aclose()


async def _expect_answers(stack: Stack, left: Left) -> None:
    said = await _lines(stack, SUPPORT)
    waited = next(it for it in said if "I remember 2 earlier messages" in it)
    rest = said[said.index(waited) + 1 :]
    assert [it for it in rest if "Support" in it] == [
        "second in Support",
        "third in Support, from the spool",
    ]
    running = await _lines(stack, left.rooms["Running"])
    assert running == ["the killed turn", "behind the killed turn"]
    assert await _lines(stack, left.rooms["Spooled"]) == ["a new lane from the spool"]
    posted = await stack.campfire.messages(left.rooms["Stored"])
    files = [each["attachment"]["filename"] for each in posted if each["attachment"]]
    assert files == ["stored.txt"]


async def _expect_notes(stack: Stack, left: Left) -> None:
    assert "teal it is" in await stack.ask("notes", room_id=left.rooms["Noted"])


async def _expect_request(stack: Stack, left: Left) -> None:
    """It is still open, and Mike's yes counts."""
    room_id = left.rooms["Asked"]
    await stack.campfire.post(room_id, "yes 1", mentions=["assistant"], user_id=MIKE)

    async def approved() -> bool:
        said = await stack.answers(room_id)
        return any("Request 1 is approved by Mike Member" in it for it in said)

    await eventually(approved)


async def _lines(stack: Stack, room_id: int) -> list[str]:
    """The bot's answers, without the mention above where something was said in between."""
    return [text.split("\n")[-1] for text in await stack.answers(room_id)]


async def _expect_silence(stack: Stack, left: Left) -> None:
    """Its room is told of the pause and nothing else, though all the others have been answered."""
    said = await stack.answers(left.rooms["Held"])
    assert all("I am paused just now" in it for it in said), said


EXPECTED = {"notes": _expect_notes, "approvals": _expect_request, "pauses": _expect_silence}
