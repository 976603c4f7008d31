"""Commands: what operators and the ingress ask of the consumers, through a list of each in Redis.

What people type in a room is a control word, and a message: see shared.control_words. In Redis a
command is JSON, `{name: what}`; only what stands here can be sent.
"""

import json
from collections.abc import Awaitable
from typing import Any, ClassVar, Self, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from redis.asyncio import Redis

from shared.between_processes import resets
from shared.errors import UnknownCommand
from shared.keys import Keys
from shared.lane import Lane
from shared.members import first, living


class Command(BaseModel):
    """One thing that can be asked for; raises pydantic.ValidationError for what makes no sense."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: ClassVar[str]
    only: ClassVar[str | None] = None
    """The one field that is written without its name."""
    once: ClassVar[bool] = False
    """One consumer carries it out for all; else each does, for what is its own."""

    def wire(self) -> str:
        """As it stands in Redis."""
        fields = self.model_dump(exclude_unset=True)
        return json.dumps({self.name: fields[self.only] if self.only else fields})


class Cancel(Command):
    """End a message, waiting or running; nothing happens to one that has ended."""

    name = "cancel"
    only = "job_id"
    job_id: str = Field(min_length=1)


class CatchUp(Command):
    """Look in the rooms for messages that never reached us."""

    name = "catch_up"
    only = "asked_by"
    once = True
    asked_by: str


class Drain(Command):
    """Take nothing new, finish what runs, and end: a supervisor or a standby goes on."""

    name = "drain"
    only = "asked_by"
    asked_by: str


class LetGo(Command):
    """Close a lane's conversation, after the turn that may run: another consumer may answer it."""

    name = "let_go"
    lane: str
    """As in Redis: room:bot."""

    @field_validator("lane")
    @classmethod
    def _is_one(cls, lane: str) -> str:
        return str(Lane.parse(lane))


class Reset(Command):
    """Forget the sessions of a room, of a bot, of a bot in a room, or all of them."""

    name = "reset"
    room_id: int | None = None
    bot_id: str | None = None
    all: bool = False

    @property
    def scope(self) -> resets.Scope:
        """Whose sessions are meant."""
        return self.room_id, self.bot_id

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if self.room_id is None and self.bot_id is None and not self.all:
            raise ValueError("a reset needs a room, a bot, or all")  # a slip never means all
        return self


KINDS: dict[str, type[Command]] = {
    kind.name: kind for kind in (Cancel, CatchUp, Drain, LetGo, Reset)
}


async def send(redis: Redis, keys: Keys, command: Command) -> None:
    """Ask the consumers, now or, where none lives, the one that comes first; raises RedisError."""
    async with redis.pipeline(transaction=True) as pipe:
        for name in await _lists(redis, keys, command):
            pipe.rpush(name, command.wire())
        if isinstance(command, Reset):
            await resets.note(redis, pipe, keys, command.scope)
        await pipe.execute()


async def send_to(redis: Redis, keys: Keys, member: str, command: Command) -> None:
    """Ask one member; raises RedisError."""
    await cast(Awaitable[int], redis.rpush(keys.commands_of(member), command.wire()))


async def send_once(redis: Redis, keys: Keys, command: Command) -> None:
    """The same, in place of an equal command that nobody has heard yet; raises RedisError."""
    wire = command.wire()
    async with redis.pipeline(transaction=True) as pipe:
        for name in await _lists(redis, keys, command):
            pipe.lrem(name, 0, wire)
            pipe.rpush(name, wire)
        await pipe.execute()


async def _lists(redis: Redis, keys: Keys, command: Command) -> list[str]:
    """Each member has a list of its own; the old one is for whoever comes."""
    members = await living(redis, keys)
    asked = [first(members)] if command.once else members
    return [keys.commands_of(member.name) for member in asked if member] or [keys.commands]


def read(wire: bytes) -> Command:
    """The command that was sent; raises UnknownCommand for what is none of this version's."""
    try:
        [(name, what)] = json.loads(wire).items()
        kind = KINDS[name]
        fields: Any = {kind.only: what} if kind.only else what
        return kind.model_validate(fields)
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
        raise UnknownCommand from error
