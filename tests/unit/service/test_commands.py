"""The consumer carries out commands in order; what one of them does to it stops no other."""

import asyncio

import pytest
from fakeredis import FakeAsyncRedis
from redis.exceptions import ConnectionError as RedisConnectionError
from structlog.testing import capture_logs

from consumer.queue.ownership.membership import Membership
from consumer.service.commands import Acts, Commands
from shared.between_processes.commands import Cancel, CatchUp, Command, Drain, Reset, send
from shared.errors import AgentError
from shared.keys import Keys
from tests.membership import join
from tests.patience import PATIENCE_S


@pytest.mark.parametrize("junk", [b"x", b'{"dance": 1}', b'{"reset": {}}'])
async def test_what_is_unknown_is_logged_and_the_next_is_heard(junk: bytes) -> None:
    """A newer version's command, or a person's own: nothing of it stands in the log."""
    redis, keys, done = FakeAsyncRedis(), Keys("heard"), asyncio.Queue[Command]()
    await redis.rpush(keys.commands, junk)  # type: ignore[misc]
    await send(redis, keys, Cancel(job_id="a"))
    with capture_logs() as logs:
        assert await _first(redis, keys, {Cancel: done.put}, done) == Cancel(job_id="a")
    assert logs == [{"event": "command_unknown", "log_level": "warning"}]


async def test_one_that_nobody_carries_out_here_is_unknown() -> None:
    """As for an agent without sessions."""
    redis, keys, done = FakeAsyncRedis(), Keys("nobody"), asyncio.Queue[Command]()
    await send(redis, keys, Reset(all=True))
    await send(redis, keys, Cancel(job_id="a"))
    with capture_logs() as logs:
        await _first(redis, keys, {Cancel: done.put}, done)
    assert [entry["event"] for entry in logs] == ["command_unknown"]


async def test_one_that_fails_is_told_and_the_next_is_carried_out() -> None:
    """Whatever somebody asked for, what others ask for goes on."""
    redis, keys, done = FakeAsyncRedis(), Keys("failing"), asyncio.Queue[Command]()

    async def fail(_: Reset) -> None:
        raise AgentError

    await send(redis, keys, Reset(all=True))
    await send(redis, keys, CatchUp(asked_by="operator"))
    with capture_logs() as logs:
        await _first(redis, keys, {Reset: fail, CatchUp: done.put}, done)
    assert [entry["event"] for entry in logs] == ["command_failed"]


async def test_one_that_an_outage_of_redis_interrupts_is_carried_out_after_it() -> None:
    """It stands in no list any more: who asked would never know that nothing came of it."""
    redis, keys, done = FakeAsyncRedis(), Keys("away"), asyncio.Queue[Command]()
    outages = [RedisConnectionError(), RedisConnectionError()]

    async def reset(command: Reset) -> None:
        if outages:
            raise outages.pop()
        await done.put(command)

    await send(redis, keys, Reset(all=True))
    assert await _first(redis, keys, {Reset: reset}, done) == Reset(all=True)


async def test_what_a_killed_process_had_heard_is_carried_out_by_the_next_of_its_name() -> None:
    """Each once; but for a drain, which its end was."""
    redis, keys, done = FakeAsyncRedis(), Keys("killed"), asyncio.Queue[Command]()
    heard = asyncio.Event()

    async def die(_: Command) -> None:
        heard.set()
        await asyncio.Event().wait()

    for command in (Drain(asked_by="command"), Reset(all=True)):
        await send(redis, keys, command)
    member = Membership("a", shared=True)
    acts: Acts = {Reset: die, Drain: die}
    killed = asyncio.create_task(Commands(redis, keys, member, acts).listen())
    await join(redis, keys, member.me)
    await heard.wait()
    while await redis.exists(keys.commands):
        await asyncio.sleep(0)
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    follows: Acts = {Reset: done.put, Drain: done.put}
    assert await _first(redis, keys, follows, done) == Reset(all=True)
    await send(redis, keys, Reset(room_id=1))
    assert await _first(redis, keys, follows, done) == Reset(room_id=1)
    assert not await redis.exists(keys.commands_taken_by("a"))


async def test_what_takes_long_holds_up_nothing_of_another_kind() -> None:
    """A turn is stopped while all conversations are reset; two resets follow one another."""
    redis, keys, done = FakeAsyncRedis(), Keys("long"), asyncio.Queue[Command]()
    began, over = list[Command](), asyncio.Event()

    async def long(command: Command) -> None:
        began.append(command)
        await over.wait()

    for command in (Reset(all=True), Reset(room_id=1), Cancel(job_id="a")):
        await send(redis, keys, command)
    assert await _first(redis, keys, {Reset: long, Cancel: done.put}, done) == Cancel(job_id="a")
    assert began == [Reset(all=True)]


async def _first(
    redis: FakeAsyncRedis, keys: Keys, acts: object, done: "asyncio.Queue[Command]"
) -> Command:
    member = Membership("a", shared=True)
    await join(redis, keys, member.me)
    listening = asyncio.create_task(Commands(redis, keys, member, acts).listen())  # type: ignore[arg-type]
    try:
        async with asyncio.timeout(PATIENCE_S):
            command = await done.get()
            while await redis.exists(keys.commands_taken_by("a")) and command.name != "cancel":
                await asyncio.sleep(0)
            return command
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
