"""Writes requests in Redis: each change is one script, under the claim of a message.

A repeated call changes nothing. Where nothing else is said, it waits out an outage of Redis.
"""

import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

from redis.asyncio import Redis

from consumer.approvals.lua import APPROVAL_SCRIPTS
from consumer.queue.claim import Claim
from consumer.queue.errors import Fenced
from shared.acceptance.waiting import waiting_names, waiting_values
from shared.approvals import Request, Requests
from shared.approvals.request import Asked, Why
from shared.inbound import InboundMessage
from shared.keys import Keys
from shared.lane import Lane
from shared.redis.message_hash import Field
from shared.redis.outages import despite_outages
from shared.redis.scripts import Scripts

KEEP_S = 7 * 24 * 3600
"""How long one is kept after its end, for whoever asks what became of it."""
MOST_OPEN, MOST_OF_A_TURN = 2_000, 20
"""Requests of a bot that wait, and those of one message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YesOrNo:
    """Somebody's yes or no, as it was delivered."""

    is_yes: bool
    is_bot: bool
    """A bot of ours typed it."""
    bot_state: str
    """Of the bot as it is now where the request was made."""


class RequestStore:
    """One consumer's writing access to the requests; `read` is what everybody may do with them."""

    def __init__(self, redis: Redis, keys: Keys, me: str, now_ms: Callable[[], int]) -> None:
        """`me`: this consumer's id in the lease."""
        self.read = Requests(redis, keys)
        self._scripts = Scripts(redis, APPROVAL_SCRIPTS)
        self._redis = redis
        self._keys, self._me, self._now_ms = keys, me, now_ms

    async def ask(self, claim: Claim, asked: Asked, same: str, *, lasts_s: float) -> int:
        """Put a request on record; gives its number, or below 0 why not: see ask.lua.

        Raises Fenced, and redis.RedisError: it does not wait for Redis to come back.
        """
        names = [self._message(claim), self._keys.approval_count(asked.bot_id)]
        arguments: list[Any] = [claim.token, self._keys.approval_prefix(asked.bot_id), same]
        arguments += [asked.model_dump_json(), round(lasts_s * 1000), KEEP_S]
        bounds = [MOST_OPEN, MOST_OF_A_TURN]
        number: int = await self._scripts.run(
            "ask", [*names, *self._open(asked.lane)], [*arguments, *bounds]
        )
        if number == -1:
            raise Fenced(claim.job_id)
        return number

    async def answer(self, claim: Claim, number: int, word: YesOrNo, then: InboundMessage) -> str:
        """What came of it, see answer.lua; after a yes `then` waits. Raises Fenced."""
        message = claim.message
        key = self._keys.approval(message.bot_id, number)
        names = [self._message(claim), key, *self._open(then.lane), self._keys.foreign_bots]
        arguments = [
            claim.token,
            number,
            "" if message.user_id is None else message.user_id,
            message.user_name,
            int(word.is_yes),
            str(message.lane),
            int(message.room_name is None),
            int(word.is_bot),
            word.bot_state,
            claim.job_id,
            KEEP_S,
        ]
        came_of_it: bytes = await self._scripts.run_patiently(
            "answer",
            [*names, *waiting_names(self._keys, then)],
            [*arguments, *waiting_values(self._keys, then)],
        )
        if came_of_it == b"fenced":
            raise Fenced(claim.job_id)
        return came_of_it.decode()

    async def take(self, claim: Claim, request: Request, call_id: str, state: str) -> bool:
        """Whether the approved call runs now; `state`: the bot's. Asked twice it says no."""
        arguments = [
            claim.token,
            request.number,
            request.tool,
            call_id,
            state,
            claim.job_id,
            KEEP_S,
        ]
        names = self._of(claim, request)
        # Not patiently: a second answer would be no, and the first may have been yes.
        return bool(await self._scripts.run("take", names, arguments))

    async def ran(self, claim: Claim, request: Request, call_id: str, *, failed: bool) -> None:
        """The call has ended; nothing is changed where another claim is in force."""
        names = self._of(claim, request)[:2]
        arguments = [claim.token, call_id, "failed" if failed else "done"]
        await self._scripts.run_patiently("ran", names, arguments)

    async def conclude(self, claim: Claim, request: Request, *, why: Why) -> bool:
        """End what is left of it, see conclude.lua; whether this message tells. Raises Fenced.

        `why`: of what has not run; empty: it may still.
        """
        arguments = [claim.token, request.number, claim.job_id, KEEP_S, why]
        told = await self._scripts.run_patiently("conclude", self._of(claim, request), arguments)
        if told < 0:
            raise Fenced(claim.job_id)
        return bool(told)

    async def withdraw(
        self, claim: Claim, why: Why, *, asker: int | None = None, of_turn: str = ""
    ) -> list[int]:
        """End the lane's requests that may still run: all, somebody's, or a turn's, by its job id.

        Gives their numbers, however often it is asked. Raises Fenced.
        """
        lane = claim.message.lane
        names = [self._message(claim), *self._open(lane)]
        arguments = [
            claim.token,
            self._keys.approval_prefix(lane.bot_id),
            why,
            claim.job_id,
            KEEP_S,
        ]
        which = ["" if asker is None else asker, of_turn]
        gone: bytes = await self._scripts.run_patiently("withdraw", names, [*arguments, *which])
        if gone == b"fenced":
            raise Fenced(claim.job_id)
        return [int(number) for number in json.loads(gone)]

    async def asked_by(self, claim: Claim) -> list[int]:
        """The numbers of what its turn has asked for, whichever attempt at it did."""
        stored = await despite_outages("approvals", self._asked_by, claim)
        return list(json.loads(stored)) if stored else []

    async def lapse(
        self, lane: Lane, numbers: Iterable[int], bot_state: str, then: InboundMessage
    ) -> int:
        """End those whose time is over, or whose bot is another now; `then` tells of them.

        Gives how many that were. Raises redis.RedisError.
        """
        names = [self._keys.members, *self._open(lane), *waiting_names(self._keys, then)]
        prefix = self._keys.approval_prefix(lane.bot_id)
        arguments = [self._me, prefix, bot_state, KEEP_S, json.dumps([*numbers])]
        values = waiting_values(self._keys, then)
        count: int = await self._scripts.run("lapse", names, [*arguments, *values])
        return count

    def now_ms(self) -> int:
        """As messages of ours are dated."""
        return self._now_ms()

    async def _asked_by(self, claim: Claim) -> bytes | None:
        stored = self._redis.hget(self._message(claim), Field.ASKED)
        return await cast(Awaitable[bytes | None], stored)

    def _message(self, claim: Claim) -> str:
        return self._keys.message(claim.job_id)

    def _of(self, claim: Claim, request: Request) -> list[str]:
        key = self._keys.approval(request.bot_id, request.number)
        return [self._message(claim), key, *self._open(request.lane)]

    def _open(self, lane: Lane) -> list[str]:
        keys = self._keys
        return [
            keys.approvals_open(lane.bot_id),
            keys.approvals_in(lane),
            keys.approvals_asked(lane),
        ]
