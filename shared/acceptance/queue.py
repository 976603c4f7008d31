"""The way into the queue: accept a message in one atomic round trip, whoever accepts it."""

import json
from collections.abc import Awaitable
from pathlib import Path
from typing import Literal, Protocol, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from shared.acceptance.loop_guard import LoopGuard
from shared.approvals import Request, Requests
from shared.between_processes.live_events import Queued
from shared.control_words import ANSWERS
from shared.inbound import InboundMessage
from shared.keys import ANSWER, FAR_FUTURE_MS, Keys, plain
from shared.numbers import whole_number
from shared.redis.format import FORMAT, Format
from shared.redis.message_hash import Field
from shared.redis.scripts import lua_scripts
from shared.redis.wire import to_wire

REMEMBER_SECONDS = 7 * 24 * 3600
"""How long a second delivery of the same message is recognised."""

MOMENT_MS = 2000
"""Deliveries that overtook each other within so long go by Campfire's number."""
KNOWN_ROOMS = 500
"""How many lanes are remembered as known, those used last."""

_NO_BOUND = 1_000_000_000
_ALWAYS_MS = FAR_FUTURE_MS

REPLICATED_WITHIN_MS = 500
"""How long replicas may take to say that they hold a message: else it is not taken, but spooled."""

OTHER_FORMAT = b"other format"

Acceptance = Literal["accepted", "duplicate", "full", "ignored", "looping", "limited"]


class TooFewReplicas(RedisError):
    """Not as many replicas as were asked for hold the message."""


class Queue(Protocol):
    """Where an inbound message goes."""

    async def accept(self, message: InboundMessage, *, promised: bool = False) -> Acceptance:
        """Take responsibility for this message, once; for a `promised` one whatever waits."""
        ...

    def log_context(self, message: InboundMessage) -> dict[str, str | int]:
        """What may be logged of it, with its job id here."""
        ...


class RedisQueue:
    """The lanes in Redis, over arq's own keys (docs/architecture.md, "The queue")."""

    def __init__(
        self,
        redis: Redis,
        keys: Keys,
        *,
        lane_max_waiting: int = 20,
        guard: LoopGuard | None = None,
        replicas: int = 0,
    ) -> None:
        """`replicas`: how many have to hold a message before it counts as taken."""
        self._guard = guard or LoopGuard()
        self._redis = redis
        self._keys = keys
        self._format = Format(redis, keys)
        self._requests = Requests(redis, keys)
        self._lane_max_waiting = lane_max_waiting
        self._replicas = replicas
        # redis-py sends the script's hash and loads it again when Redis has forgotten it.
        self._script = redis.register_script(_SCRIPT)
        self.log_context = keys.log_context
        """What may be logged of a message, with its job id."""

    async def accept(self, message: InboundMessage, *, promised: bool = False) -> Acceptance:
        """Store and queue the message; a repeated (bot, message id) changes nothing.

        A refusal is repeated to whoever repeats the message, but for a promised one.

        `full`: so many wait in its lane already that this one was not taken; never said of a
        `promised` one, whose acceptance Campfire was told before (it comes from the spool).

        Of messages of bots (our own, and others once they were met) also not taken: `ignored`
        where this bot does not answer bots, `looping` where bots have answered bots too often in
        this room since a person spoke, `limited` where this bot heard too much of that one.

        Raises redis.RedisError when Redis does not take it, and OtherFormat when it holds another
        release's names: then nothing is stored. TooFewReplicas, a RedisError too, leaves open
        whether it is: whoever tries again gets `duplicate`, or `accepted` where it was lost.
        """
        most = _NO_BOUND if promised else self._lane_max_waiting
        # What comes from a spool goes by number too, whichever web process had the others, and
        # whatever its machine's clock says.
        moment = _ALWAYS_MS if promised else MOMENT_MS
        circumstances = message.accepted_ms, most, int(promised), moment
        return await self._run(message, *circumstances, delivered=message.origin == "chat")

    async def accept_late(self, message: InboundMessage, now_ms: int) -> Acceptance:
        """Store and queue a message that Campfire could not deliver; a known one changes nothing.

        Among those that wait, its place is by Campfire's number, however long it was missed.
        Raises as `accept` does.
        """
        return await self._run(message, now_ms, _NO_BOUND, 0, _ALWAYS_MS)

    async def _bound(self, message: InboundMessage) -> InboundMessage:
        """A yes or no without a number, as the answer to the one request that is open in its ping;
        where that is not plain, or its room is not told of it yet, it is talk, for the agent."""
        if message.control not in ANSWERS or message.control_number is not None:
            return message
        request = await self._requests.only_open(message.lane)
        if request is None or not await self._is_told(request):
            return message.model_copy(update={"control": None})
        return message.model_copy(update={"control_number": request.number})

    async def _is_told(self, request: Request) -> bool:
        """Its turn is over, or the reply, below which the request stands, is at least stored."""
        message = self._keys.message(request.job_id)
        pipe = self._redis.pipeline(transaction=False)
        pipe.exists(message, self._keys.dead_letter(request.job_id))
        pipe.hexists(message, Field.REPLY)
        is_there, has_reply = await pipe.execute()
        return not is_there or bool(has_reply)

    async def _run(
        self, message: InboundMessage, *circumstances: int, delivered: bool = False
    ) -> Acceptance:
        message = await self._bound(message)
        keys, job_id = self._keys, self._keys.job_id(message)
        names = [
            keys.seen(message),
            keys.message(job_id),
            keys.lane(message.line),
            keys.job(job_id),
            keys.queue,
            keys.lanes,
            keys.wake,
            keys.hops(message.room_id),
            keys.bot_rate(message),
            keys.foreign_bots,
            keys.recent_lanes,
            keys.room_names,
            keys.events(message.lane),
            keys.control_due,
            keys.first_accepted(message.room_id),
            keys.format,
            keys.arrivals,
            keys.deliveries,
        ]
        bot = message.bot_id if delivered else ""
        arguments = [*self._arguments(message, job_id), *circumstances, FORMAT, bot]
        while True:
            answer = await self._stored(names, arguments)
            if answer != OTHER_FORMAT:
                return _ANSWERS[answer]
            await self._format.check()  # an empty Redis is ours from then on

    async def _stored(self, names: list[str], arguments: list[str | bytes | int]) -> bytes:
        if self._replicas == 0:
            return await cast(Awaitable[bytes], self._script(keys=names, args=arguments))
        async with self._redis.pipeline(transaction=False) as pipe:
            await cast(Awaitable[object], self._script(keys=names, args=arguments, client=pipe))
            # WAIT counts from this connection's last write, and for a duplicate nothing is written.
            pipe.expire(names[0], REMEMBER_SECONDS)
            pipe.wait(self._replicas, REPLICATED_WITHIN_MS)
            answer, _, reached = await pipe.execute()
        if answer in _PROMISES and reached < self._replicas:
            raise TooFewReplicas(f"{reached} of {self._replicas} replicas hold the message")
        return bytes(answer)

    def _arguments(self, message: InboundMessage, job_id: str) -> list[str | bytes | int]:
        return [
            job_id,
            str(message.line),
            message.model_dump_json(),
            arq_ticket(message),
            "" if whole_number(message.message_id) is None else message.message_id,
            FAR_FUTURE_MS,
            REMEMBER_SECONDS,
            self._keys.message(""),
            "" if message.user_id is None else message.user_id,
            "nobody" if message.is_unattended else int(message.from_bot),
            self._guard.hop_limit,
            int(self._guard.answers(message.bot_id)),
            self._guard.rate_per_hour,
            json.dumps(message.room_name),
            KNOWN_ROOMS,
            Queued(job=plain(job_id), at_ms=message.accepted_ms).wire(),
            int(message.control is not None),
        ]


def arq_ticket(message: InboundMessage) -> bytes:
    """arq's job record: short, and without text or keys, since dashboards print it."""
    arguments = [message.room_id, message.bot_id, message.message_id]
    return to_wire({"t": None, "f": ANSWER, "a": arguments, "k": {}, "et": message.accepted_ms})


_PROMISES = (b"accepted", b"duplicate")
"""Answers on which nobody else keeps the message."""
_ANSWERS: dict[bytes, Acceptance] = {
    b"accepted": "accepted",
    b"duplicate": "duplicate",
    b"full": "full",
    b"ignored": "ignored",
    b"looping": "looping",
    b"limited": "limited",
}
_SCRIPT = lua_scripts(Path(__file__).parent)["accept"]
