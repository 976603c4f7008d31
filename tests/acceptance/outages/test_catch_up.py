"""The ingress was away: what people said meanwhile is answered once, in order, and nothing else."""

import sqlite3
from contextlib import closing

import httpx
import pytest

from tests.acceptance.environment import BOT_KEYS
from tests.acceptance.stack import SUPPORT, Stack

WORDS = ["one", "two", "three"]


async def _rooms_are_known(stack: Stack) -> int:
    """A message was answered in Support, and one in the ping; gives the ping's room id."""
    ping = await stack.campfire.direct_room_id("assistant")
    await stack.ask("echo known")
    await stack.ask("echo known", room_id=ping)
    return ping


async def _an_old_one(stack: Stack) -> None:
    """A mention of half an hour ago, whose time is put back in the sandbox's database."""
    said = await stack.say("echo too old")
    file = stack.folder / "data" / "sandbox" / "campfire.sqlite3"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(
            "UPDATE messages SET created_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-30 minutes')"
            " WHERE id = ?",
            (said["after"],),
        )


async def _the_bot_itself(stack: Stack) -> None:
    """The bot says something, with a mention of itself even."""
    async with httpx.AsyncClient(base_url=stack.sandbox_url, trust_env=False) as http:
        path = f"/rooms/{SUPPORT}/{BOT_KEYS['assistant']}/messages"
        answer = await http.post(path, content="@Assistant my own words")
    assert answer.status_code == 201


async def _caught_up(stack: Stack, times: int) -> None:
    """The consumer, in its present run, has ended so many catch-ups."""
    log = stack.worker.log
    await log.until(
        lambda: len(log.events("catch_up_finished")) >= times,
        f"{times} catch-ups",
    )


async def test_what_was_said_while_the_ingress_was_down_is_answered_once(stack: Stack) -> None:
    """Three mentions and a ping, each once, in order; not our own, not the old, never again."""
    ping = await _rooms_are_known(stack)
    await stack.web.kill()
    await _the_bot_itself(stack)
    await _an_old_one(stack)
    for word in WORDS:
        await stack.say(f"echo {word}")
    asked = await stack.campfire.post(ping, "echo four")
    finished = len(stack.worker.log.events("catch_up_finished"))
    await stack.web.start()
    await stack.campfire.wait_for_message(ping, after=asked["id"], creator_id=3)
    expected = ["known", "@Assistant my own words", *WORDS]
    await stack.until_answers(expected)
    for again in (2, 3):
        await stack.web.kill()
        await stack.web.start()
        await _caught_up(stack, finished + again)
    assert await stack.answers() == expected
    assert await stack.answers(ping) == ["known", "four"]
    assert len(stack.worker.log.events("message_caught_up")) == len(WORDS) + 1


@pytest.mark.long
async def test_what_was_said_while_nothing_ran_is_answered(stack: Stack) -> None:
    """Ingress and consumer down together: the first to start finds it, the other adds nothing."""
    await _rooms_are_known(stack)
    await stack.web.kill()
    await stack.worker.kill()
    for word in WORDS:
        await stack.say(f"echo {word}")
    await stack.start()
    await stack.until_answers(["known", *WORDS])
    await _caught_up(stack, 2)
    assert await stack.answers() == ["known", *WORDS]


@pytest.mark.long
async def test_a_consumer_killed_in_the_middle_of_it_leaves_nothing_out(stack: Stack) -> None:
    """kill -9 after the first of three was accepted: its successor finds the other two."""
    await _rooms_are_known(stack)
    await stack.worker.terminate()
    await stack.web.kill()
    for word in WORDS:
        await stack.say(f"echo {word}")
    stack.worker.environment["KILL_AT"] = "catch_up.accepted"
    await stack.worker.start()
    assert await stack.worker.ended() == -9
    del stack.worker.environment["KILL_AT"]
    await stack.start()
    await stack.until_answers(["known", *WORDS])
    await _caught_up(stack, 2)
    assert await stack.answers() == ["known", *WORDS]
