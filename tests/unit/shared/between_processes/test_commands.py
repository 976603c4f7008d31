"""Commands: what is sent is what is heard, and only what is known can be sent."""

import json

import pytest
from fakeredis import FakeAsyncRedis
from pydantic import ValidationError

from shared.between_processes.commands import (
    KINDS,
    Cancel,
    CatchUp,
    Command,
    Drain,
    LetGo,
    Reset,
    read,
    send,
    send_once,
    send_to,
)
from shared.errors import UnknownCommand
from shared.keys import FAR_FUTURE_MS, Keys

EXAMPLES = [
    (Cancel(job_id="p:assistant:2:7"), {"cancel": "p:assistant:2:7"}),
    (CatchUp(asked_by="ingress"), {"catch_up": "ingress"}),
    (Drain(asked_by="page"), {"drain": "page"}),
    (LetGo(lane="2:assistant"), {"let_go": {"lane": "2:assistant"}}),
    (Reset(room_id=2, bot_id="assistant"), {"reset": {"room_id": 2, "bot_id": "assistant"}}),
    (Reset(all=True), {"reset": {"all": True}}),
]


@pytest.mark.parametrize(("command", "wire"), EXAMPLES)
def test_a_command_is_read_as_it_was_sent(command: Command, wire: dict[str, object]) -> None:
    """In the words that every version before this one wrote too."""
    assert json.loads(command.wire()) == wire
    assert read(command.wire().encode()) == command


def test_there_is_an_example_of_each() -> None:
    """A new command stands in the table above."""
    assert {type(command) for command, _ in EXAMPLES} == set(KINDS.values())


@pytest.mark.parametrize(
    "wire",
    [
        *(b"", b"x", b"7", b"[]", b"{}", b'"cancel"', b"\xff"),
        *(b'{"dance": 1}', b'{"cancel": 7}', b'{"cancel": ""}', b'{"cancel": "a", "reset": {}}'),
        *(b'{"reset": {}}', b'{"reset": {"all": 1}}', b'{"reset": {"room_id": "2"}}'),
        *(b'{"let_go": {"lane": "2"}}', b'{"let_go": {"lane": "x:assistant"}}'),
        *(b'{"reset": {"all": true, "rom": 2}}', b'{"reset": null}', b'{"reset": "all"}'),
    ],
)
def test_what_is_no_command_is_told_from_one(wire: bytes) -> None:
    """A slip never becomes another command, and least of all a larger one."""
    with pytest.raises(UnknownCommand):
        read(wire)


def test_what_makes_no_sense_is_refused_where_it_is_sent() -> None:
    """Before anything is in Redis: nobody is told that it was asked."""
    for slip in ({}, {"all": False}, {"room_id": None}, {"romm_id": 2}, {"room_id": "2"}):
        with pytest.raises(ValidationError):
            Reset.model_validate(slip)
    with pytest.raises(ValidationError):
        Cancel(job_id="")


async def test_each_member_is_asked_and_one_for_all_of_what_is_done_once() -> None:
    """The first by name that stays; where none lives, whoever comes first hears it."""
    redis, keys = FakeAsyncRedis(), Keys("several")
    await redis.zadd(keys.members, {"b:1": FAR_FUTURE_MS, "a:2": FAR_FUTURE_MS, "c:3": 1})
    await redis.sadd(keys.leaving, "a:2")  # type: ignore[misc]
    await send(redis, keys, Reset(all=True))
    await send_once(redis, keys, CatchUp(asked_by="ingress"))
    await send_to(redis, keys, "a", Drain(asked_by="operator"))
    heard = {
        name: [read(wire) for wire in await redis.lrange(keys.commands_of(name), 0, -1)]  # type: ignore[misc]
        for name in "abc"
    }
    assert heard == {
        "a": [Reset(all=True), Drain(asked_by="operator")],
        "b": [Reset(all=True), CatchUp(asked_by="ingress")],
        "c": [],
    }
    assert not await redis.exists(keys.commands)


async def test_one_that_nobody_heard_is_not_sent_twice() -> None:
    """`send_once` leaves others' commands as they are, and goes behind them."""
    redis, keys = FakeAsyncRedis(), Keys("once")
    await send_once(redis, keys, CatchUp(asked_by="ingress"))
    await send(redis, keys, Reset(all=True))
    await send_once(redis, keys, CatchUp(asked_by="ingress"))
    heard = [read(wire) for wire in await redis.lrange(keys.commands, 0, -1)]  # type: ignore[misc]
    assert heard == [Reset(all=True), CatchUp(asked_by="ingress")]
