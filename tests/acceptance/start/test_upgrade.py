"""Today's processes start over what an older release left, and nobody's message is lost."""

import shutil
import signal
from pathlib import Path

import pytest

from operate.launch.valkey import EmbeddedValkey
from shared.catalogue import catalogue
from shared.keys import Keys
from shared.operating.dead_letters import DeadLetters
from shared.redis.client import redis_client
from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import free_port
from tests.acceptance.stack import SUPPORT, Stack
from tests.conftest import eventually
from tests.fixtures.release_5d7280d import release

BEGUN_ANEW, RUNNING, STORED, SPOOLED = 10, 13, 14, 15
MEANWHILE = 3
NEW_CONVERSATION = catalogue("en").say("control.new")


@pytest.mark.timeout(240)
async def test_what_5d7280d_left_is_answered(new_stack: NewStack, tmp_path: Path) -> None:
    """Waiting, claimed, stored and spooled messages have one answer each; sessions are resumed.

    The web process is up first, and the first worker is killed in the middle of the renaming.
    """
    valkey = EmbeddedValkey(tmp_path / "valkey", port=free_port())
    stack = new_stack(
        redis_url=valkey.url,
        prefix=release.PREFIX,
        BOTS_DIR=str(release.BOTS_DIR),
        **release.TEN_YEARS,
    )
    await release.restore(stack.folder / "data")
    shutil.copytree(stack.folder / "data" / "valkey", valkey.folder, dirs_exist_ok=True)
    with valkey:
        await stack.sandbox.start()
        await stack.web.start()
        await stack.web.log.event("ingress_listening")
        asked = await stack.say("echo while nobody consumes", room_id=MEANWHILE)
        await stack.web.log.event("queue_of_another_release")
        await killed_while_it_carries(stack)
        await stack.start()
        await stack.ready()
        assert (await stack.answer(asked)).endswith("while nobody consumes")
        await everything_settled(valkey)
        await expect_support(stack)
        await expect_the_other_rooms(stack)
        assert await dead_letters(valkey) == release.DEAD
        await stack.stop()


async def killed_while_it_carries(stack: Stack) -> None:
    """Run a worker that dies when some of what was left is renamed, the rest is not."""
    stack.worker.environment["KILL_AT"] = "upgrade.carried#4"
    await stack.worker.start()
    assert await stack.worker.ended() == -signal.SIGKILL
    del stack.worker.environment["KILL_AT"]


async def everything_settled(valkey: EmbeddedValkey) -> None:
    """Wait until no lane holds a message any more, the spooled ones included."""
    redis, keys = redis_client(valkey.url), Keys(release.PREFIX)

    async def is_over() -> bool:
        last = keys.named("assistant", SPOOLED, "*")
        spooled = [key async for key in redis.scan_iter(keys.result(last))]
        return bool(spooled) and not await redis.exists(keys.lanes, keys.running)

    await eventually(is_over, within_s=90)
    await redis.aclose()


async def expect_support(stack: Stack) -> None:
    """The conversation of before went on: two that waited, then the spooled one, in order."""
    *_, waited, second, third = await last_lines(stack, SUPPORT)
    assert "I remember 2 earlier messages" in waited, "the session was not resumed"
    assert (second, third) == ("second in Support", "third in Support, from the spool")
    assert len(await stack.answers(SUPPORT)) == 5
    figures = await last_lines(stack, SUPPORT, "financial_analyst")
    assert figures[0] == "42 %"
    assert figures[-1] == "figures from the spool"
    assert len(figures) == 3, "the word `status` was not answered"


async def expect_the_other_rooms(stack: Stack) -> None:
    """Claimed, stored and spooled messages; a word that waited divides what stood around it."""
    assert await last_lines(stack, RUNNING) == ["the killed turn", "behind the killed turn"]
    assert await last_lines(stack, SPOOLED) == ["a new lane from the spool"]
    posted = await stack.campfire.messages(STORED)
    files = [each["attachment"]["filename"] for each in posted if each["attachment"]]
    assert files == ["stored.txt"]
    *around, after_word = (await last_lines(stack, BEGUN_ANEW))[-3:]
    assert sorted(around) == [NEW_CONVERSATION, "before the word"]
    assert "I remember 1 earlier message from you" in after_word  # what ran after the word


async def last_lines(stack: Stack, room_id: int, bot: str = "assistant") -> list[str]:
    """The bot's answers, without the mention above where something was said in between."""
    return [text.split("\n")[-1] for text in await stack.answers(room_id, bot)]


async def dead_letters(valkey: EmbeddedValkey) -> tuple[str, ...]:
    """Their job ids, the oldest first."""
    redis = redis_client(valkey.url)
    letters = await DeadLetters(redis, Keys(release.PREFIX)).all()
    await redis.aclose()
    return tuple(letter.job_id for letter in letters)
