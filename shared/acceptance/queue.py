"""The way into the queue: accept a message in one atomic round trip, whoever accepts it."""

from pathlib import Path
from typing import Literal, Protocol, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from shared.acceptance.call import REMEMBER_SECONDS, Call
from shared.acceptance.loop_guard import LoopGuard
from shared.approvals import Request, Requests
from shared.control_words import ANSWERS
from shared.inbound import InboundMessage
from shared.keys import FAR_FUTURE_MS, Keys
from shared.redis.format import FORMAT, Format
from shared.redis.message_hash import Field
from shared.redis.scripts import Scripts, lua_scripts

MOMENT_MS = 2000
"""Deliveries that overtook each other within so long go by Campfire's number."""

_NO_BOUND = 1_000_000_000
_ALWAYS_MS = FAR_FUTURE_MS

REPLICATED_WITHIN_MS = 500
"""How long replicas may take to say that they hold a message: else it is not taken, but spooled."""

OTHER_FORMAT = b"other format"

Acceptance = Literal["accepted", "duplicate", "full", "ignored", "looping", "limited"]


class TooFewReplicas(RedisError):
    """Not as many replicas as were asked for hold the message."""


class Queue(Protocol):
    """Takes inbound messages into Redis."""

    async def accept(
        self, message: InboundMessage, *, promised: bool = False, others_ms: int = 0
    ) -> Acceptance:
        """Take responsibility for this message, once; for a `promised` one whatever waits. For
        `others_ms` others may be about to bring what goes before it."""
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
        self._redis = redis
        self._keys = keys
        self._format = Format(redis, keys)
        self._requests = Requests(redis, keys)
        self._lane_max_waiting = lane_max_waiting
        self._replicas = replicas
        self._scripts = Scripts(redis, SCRIPTS)
        self._call = Call(keys, guard or LoopGuard())
        self.log_context = keys.log_context
        """What may be logged of a message, with its job id."""

    async def accept(
        self, message: InboundMessage, *, promised: bool = False, others_ms: int = 0
    ) -> Acceptance:
        """Store and queue the message; a repeated (bot, message id) changes nothing.

        A refusal is repeated to whoever repeats the message, but for a promised one.

        `full`: so many wait in its lane already that this one was not taken; never said of a
        `promised` one, whose acceptance Campfire was told before (it comes from the spool). Such
        a one goes by its number before all that has not begun, and does not begin for `others_ms`,
        in which other web processes may bring what goes before it.

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
        return await self._run(message, *circumstances, others_ms=others_ms)

    async def accept_late(self, message: InboundMessage, now_ms: int) -> Acceptance:
        """Store and queue a message that Campfire could not deliver; a known one changes nothing.

        Among those that have not begun, its place is by Campfire's number, however long it was
        missed.
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
        self,
        message: InboundMessage,
        *circumstances: int,
        others_ms: int = 0,
    ) -> Acceptance:
        if message.control is not None:
            message = await self._bound(message)
        job_id, line = self._keys.job_id(message), message.line
        names = self._call.names(message, job_id, line)
        arguments = [*self._call.values(message, job_id, line), *circumstances, FORMAT]
        is_late = circumstances[-1] == _ALWAYS_MS
        arguments += [*self._call.marks(job_id, is_late=is_late), others_ms]
        while True:
            answer = await self._stored(names, arguments)
            if answer != OTHER_FORMAT:
                return _ANSWERS[answer]
            await self._format.check()  # an empty Redis is ours from then on

    async def _stored(self, names: list[str], arguments: list[str | bytes | int]) -> bytes:
        if self._replicas == 0:
            return cast(bytes, await self._scripts.run("accept", names, arguments))
        async with self._redis.pipeline(transaction=False) as pipe:
            await self._scripts.queue(pipe, "accept", names, arguments)
            # WAIT counts from this connection's last write, and for a duplicate nothing is written.
            pipe.expire(names[0], REMEMBER_SECONDS)
            pipe.wait(self._replicas, REPLICATED_WITHIN_MS)
            answer, _, reached = await pipe.execute()
        if answer in _PROMISES and reached < self._replicas:
            raise TooFewReplicas(f"{reached} of {self._replicas} replicas hold the message")
        return bytes(answer)


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
SCRIPTS = lua_scripts(Path(__file__).parent)
"""By name: `accept`."""
