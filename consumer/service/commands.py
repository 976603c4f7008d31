"""Carries out what operators and the ingress ask for (shared.between_processes.commands)."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

import structlog
from redis.asyncio import Redis

from consumer.queue.lua import QUEUE_SCRIPTS
from consumer.queue.ownership.membership import Membership
from consumer.queue.wakeup import LISTEN_S
from shared.between_processes.commands import Command, Drain, read
from shared.errors import AgentError, UnknownCommand
from shared.keys import Keys
from shared.redis.outages import despite_outages
from shared.redis.scripts import Scripts

NOT_OURS_S = 0.2
"""The pause where something is asked that we may not take, or that somebody else took."""

log = structlog.get_logger()

Act = Callable[[Any], Awaitable[object]]
Acts = Mapping[type[Command], Act]
"""What is done for each kind of command; done twice, it does no harm."""


class Commands:
    """Hears commands and has them carried out: those of a kind one after the other, and beside
    those of others. A reset of all, which takes long, holds up nobody who wants to stop a turn."""

    def __init__(self, redis: Redis, keys: Keys, member: Membership, acts: Acts) -> None:
        """`member`: this one. What was asked while nobody was there is heard too."""
        self._redis = redis
        self._scripts = Scripts(redis, QUEUE_SCRIPTS)
        self._me, self._members = member.me, keys.members
        self._lists = [keys.commands_of(member.name), keys.commands]
        self._taken = keys.commands_taken_by(member.name)
        self._acts = acts
        self._in_turn = defaultdict[type[Command], asyncio.Lock](asyncio.Lock)

    async def listen(self) -> None:
        """Carry out commands as they come; never returns."""
        async with asyncio.TaskGroup() as carried_out:
            for again in await despite_outages("commands", self._left_behind):
                carried_out.create_task(self._carry_out(again))
            for where in self._lists:
                carried_out.create_task(self._hear(where, carried_out))

    async def _hear(self, where: str, carried_out: asyncio.TaskGroup) -> None:
        while True:
            wire = await despite_outages("commands", self._take, where)
            if wire is not None:
                carried_out.create_task(self._carry_out(wire))

    async def _left_behind(self) -> list[bytes]:
        """What this name's last process had taken when it died, once more; what dies of it a second
        time is lost, and comes round no more."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.lrange(self._taken, 0, -1)
        pipe.delete(self._taken)
        wires: list[bytes] = (await pipe.execute())[0]
        if wires:
            log.warning("commands_again", count=len(wires))
        return [wire for wire in wires if not _is_over(wire)]

    async def _take(self, where: str) -> bytes | None:
        """The next, which stands among those taken until it is done with. None: none for now.

        Waited for where it stays, and taken by who is a member then: what waits at the server goes
        on waiting while its process is frozen, beside who follows it under its name.
        """
        stays = self._redis.blmove(where, where, LISTEN_S, "LEFT", "LEFT")
        if await cast(Awaitable[bytes | None], stays) is None:
            return None
        names = [where, self._taken, self._members]
        wire: bytes | None = await self._scripts.run("take_command", names, [self._me])
        if wire is None:
            await asyncio.sleep(NOT_OURS_S)
        return wire

    async def _carry_out(self, wire: bytes) -> None:
        try:
            command = read(wire)
            act = self._acts[type(command)]
        except (UnknownCommand, KeyError):
            log.warning("command_unknown")  # a newer version's, or somebody's own
        else:
            async with self._in_turn[type(command)]:
                await despite_outages("command", self._done, act, command)
        await despite_outages("commands", self._forget, wire)

    async def _done(self, act: Act, command: Command) -> None:
        try:
            await act(command)
        except (AgentError, OSError) as error:
            # What somebody asked for failed; what others ask for goes on.
            log.error("command_failed", error=type(error).__name__)

    async def _forget(self, wire: bytes) -> None:
        await cast(Awaitable[int], self._redis.lrem(self._taken, 1, wire.decode()))


def _is_over(wire: bytes) -> bool:
    """Whether what it asks for is so once the process has ended: it drains no second time."""
    try:
        return isinstance(read(wire), Drain)
    except UnknownCommand:
        return False
