"""What operators do, from the page as from a shell: each act leaves an entry in the audit."""

from collections.abc import Awaitable, Iterable
from typing import Literal, cast

from redis.asyncio import Redis

from shared.audit import Audit, Entry
from shared.between_processes.commands import (
    Cancel,
    CatchUp,
    Command,
    Drain,
    LetGo,
    Reset,
    send,
    send_once,
    send_to,
)
from shared.keys import FAR_FUTURE_MS, Keys, plain
from shared.lane import Lane
from shared.members import living
from shared.operating.dead_letters import DeadLetter, DeadLetters
from shared.operating.lua import OPERATING_SCRIPTS
from shared.operating.pauses import Scope
from shared.operating.reading.members import homes
from shared.redis import clock
from shared.redis.message_hash import Field
from shared.redis.scripts import Scripts

MOST_PAUSES = 100
"""So many that are over are remembered, for messages to be that much younger."""
LANES_AT_ONCE = 250


class Actions:
    """The acts. Every method raises redis.RedisError; what is written down never fails one."""

    def __init__(self, redis: Redis, keys: Keys, audit: Audit, *, via: str, who: str = "") -> None:
        """`via`: how they came to us, `page`, `http` or `command`; `who`: which log-in, where that
        is known. One of them stands in the audit."""
        self._redis, self._keys, self._audit, self._via = redis, keys, audit, via
        self._who = who or via
        self._scripts = Scripts(redis, OPERATING_SCRIPTS)
        self._dead = DeadLetters(redis, keys)

    async def pause(self, scope: Scope) -> bool:
        """Have no turn begin there any more; False: it was paused already."""
        done = await self._scripts.run("pause", [self._keys.paused], [scope.name, self._via])
        await self._note("pause", scope=scope)
        return bool(done)

    async def resume(self, scope: Scope) -> bool:
        """Lanes that no other pause holds go on, those that waited longest first.

        False: it was not paused.
        """
        names = [self._keys.paused, self._keys.pauses]
        done = await self._scripts.run("resume", names, [scope.name, MOST_PAUSES])
        await self._release()
        await self._note("resume", scope=scope)
        return bool(done)

    async def drain(self, member: str | None = None) -> None:
        """A consumer takes no new turn, finishes what runs, and ends; another may follow it.

        None: each does. Raises KeyError where none of that name lives.
        """
        command = Drain(asked_by=self._via)
        if member is None:
            await self._ask(command)
        else:
            await self._ask_one(member, command)
        await self._note("drain", detail=member)

    async def move(self, lane: Lane) -> str | None:
        """A conversation is closed where it is open, after the turn that may run: whoever has room
        answers the next message. Gives who was asked; None where it is open nowhere."""
        member = (await homes(self._redis, self._keys)).get(lane)
        if member is None:
            return None
        await self._ask_one(member, LetGo(lane=str(lane)))
        await self._note("move", bot=lane.bot_id, room=lane.room_id)
        return member

    async def catch_up(self) -> None:
        """Campfire's rooms are searched for messages that never reached us."""
        await send_once(self._redis, self._keys, CatchUp(asked_by="operator"))
        await self._note("catch-up")

    async def cancel(self, job_id: str, what: Literal["cancel", "stop"] = "cancel") -> None:
        """A message ends, waiting or running; of one that has ended nothing happens. `what`: as it
        is called in the audit."""
        await self._ask(Cancel(job_id=job_id))
        await self._note(what, job_id=job_id)

    async def cancel_open(self, job_id: str) -> bool:
        """The same, of a message that waits or runs; False: there is none of that job id."""
        message = self._keys.message(self._keys.stored(job_id))
        if not await cast(Awaitable[bool], self._redis.hexists(message, Field.BODY)):
            return False
        await self.cancel(job_id)
        return True

    async def stop(self, lane: Lane) -> str | None:
        """What runs in a lane ends; its job id, without braces, or None where nothing does."""
        first = self._redis.lindex(self._keys.lane(lane), 0)
        head = await cast(Awaitable[bytes | None], first)
        if head is None:
            return None
        runs = self._redis.sismember(self._keys.running, head.decode())
        if not await cast(Awaitable[int], runs):
            return None
        await self.cancel(plain(head.decode()))
        return plain(head.decode())

    async def reset(
        self, *, bot_id: str | None = None, room_id: int | None = None, everything: bool = False
    ) -> None:
        """Conversations are forgotten; raises pydantic.ValidationError where nothing is named."""
        await self._ask(Reset(room_id=room_id, bot_id=bot_id, all=everything))
        await self._note("reset", bot=bot_id, room=room_id)

    async def requeue(self, job_ids: Iterable[str]) -> tuple[str, ...]:
        """Dead letters get another life; gives the job ids of those that were there."""
        now_ms = await clock.now_ms(self._redis)
        done = []
        for job_id in map(self._keys.stored, job_ids):
            if await self._dead.requeue(job_id, now_ms):
                done.append(plain(job_id))
                await self._note("requeue", job_id=job_id)
        return tuple(done)

    async def drop(self, job_ids: Iterable[str]) -> tuple[str, ...]:
        """Dead letters are forgotten; gives the job ids of those that were there."""
        done = []
        for job_id in map(self._keys.stored, job_ids):
            if await self._dead.drop(job_id):
                done.append(plain(job_id))
                await self._note("drop", job_id=job_id)
        return tuple(done)

    async def show(self, job_id: str) -> DeadLetter | None:
        """A dead letter with what was said in it: that somebody looked is written down."""
        letter = await self._dead.get(self._keys.stored(job_id))
        if letter is not None:
            await self.looked("show-text", job_id=job_id)
        return letter

    async def looked(
        self,
        what: Literal["show-text", "show-input", "watch"],
        *,
        job_id: str | None = None,
        bot: str | None = None,
        room: int | None = None,
        about: str = "",
    ) -> None:
        """Somebody looked at what people or agents wrote; that is all that is done."""
        await self._note(f"{what} {about}".strip(), job_id=job_id, bot=bot, room=room)

    async def _release(self) -> None:
        keys, cursor = self._keys, b"0"
        names = [keys.held, keys.paused, keys.queue, keys.running, keys.arrivals, keys.wake]
        while True:
            arguments = [cursor, LANES_AT_ONCE, FAR_FUTURE_MS, keys.lane_prefix]
            cursor = await self._scripts.run("release", names, arguments)
            if cursor == b"0":
                return

    async def _ask(self, command: Command) -> None:
        await send(self._redis, self._keys, command)

    async def _ask_one(self, member: str, command: Command) -> None:
        if member not in [it.name for it in await living(self._redis, self._keys)]:
            raise KeyError(member)
        await send_to(self._redis, self._keys, member, command)

    async def _note(
        self,
        what: str,
        *,
        detail: str | None = None,
        scope: Scope | None = None,
        job_id: str | None = None,
        bot: str | None = None,
        room: int | None = None,
    ) -> None:
        lane = self._keys.lane_of(self._keys.stored(job_id)) if job_id else None
        entry = Entry(
            what="operator_action",
            bot=(scope and scope.bot_id) or (lane and lane.bot_id) or bot,
            room=(scope and scope.room_id) or (lane and lane.room_id) or room,
            job=plain(job_id) if job_id else None,
            detail=" ".join(filter(None, (what, scope.name if scope else detail, self._who))),
        )
        await self._audit.note(entry)
