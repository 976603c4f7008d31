"""One turn's brief: the look into its room, which is under way while the turn gets ready.

It begins as soon as the message is claimed, beside what else is read for the turn, and is awaited
for `LOOK_S` of the turn at most; whatever goes wrong, the turn goes on without.
"""

import asyncio
from types import TracebackType
from typing import TYPE_CHECKING, Self

import structlog
from redis.exceptions import RedisError

from consumer.addressing.mentionable import Mentionable
from consumer.addressing.people import is_bot
from consumer.agent import Memory
from consumer.boundary import Boundary
from consumer.briefing.room_look import RoomTalk
from consumer.ending_tasks import cancel_until_done
from consumer.queue.claim import Claim
from consumer.reading import Known
from shared.errors import CampfireError

if TYPE_CHECKING:
    from consumer.briefing.briefing import Briefing

LOOK_S = 2.0

log = structlog.get_logger()


class Brief:
    """An async context manager around a turn and what comes before it; made by `Briefing.of`."""

    def __init__(self, briefing: "Briefing", claim: Claim) -> None:
        self._briefing = briefing
        self._claim = claim
        self.boundary = Boundary()
        """Of the whole turn: of what was said before, and of what is asked."""
        self._room_talk = RoomTalk()
        self._found = False
        self._looks: list[asyncio.Task[RoomTalk]] = []
        """All that were begun; the last one counts."""
        self._deadline = 0.0

    async def __aenter__(self) -> Self:
        self._look()
        return self

    def begins(self, claim: Claim) -> None:
        """The turn begins, of this claim: messages that were collected into it are in it by now.

        What was looked at ahead counts unless it failed, or was the look of one message alone.
        """
        self._deadline = asyncio.get_running_loop().time() + LOOK_S
        self._briefing.heard(claim)
        if claim is not self._claim or any(map(_has_failed, self._looks[-1:])):
            self._claim = claim
            self._look()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await cancel_until_done(self._looks, "turn over", again_s=0.2)
        for look in self._looks:
            if not look.cancelled():
                look.exception()  # seen: a turn that failed before may not have asked

    @property
    def known(self) -> Known:
        """Who is known where the words of this turn are read."""
        return self._briefing.known(self._claim.message.bot_id)

    @property
    def asked_by_bot(self) -> bool:
        """Whether the room shows the asker as a bot, as far as it was looked at by now."""
        asker = self._claim.message.user_id
        return asker is not None and is_bot(asker, self._room_talk.seen)

    @property
    def opens_files(self) -> bool:
        """Whether the agent can open what people post."""
        return self._briefing.opens_files(self._claim.message.lane)

    async def mentionable(self) -> Mentionable:
        """Who may be mentioned in the turn's answer, as far as is known by now."""
        return await self._briefing.mentionable(self._claim, self._room_talk, self._deadline)

    async def __call__(self, memory: Memory) -> str:
        """What stands before the prompt; waits for the look, but not long. Raises AskedByBot."""
        notes = asyncio.create_task(self._briefing.notes(self._claim), name="notes")
        try:
            await self._see_all(memory)
            noted = self._briefing.noted(self._claim, await notes, memory, self.boundary)
        finally:
            notes.cancel()
        said = self._briefing.said(self._claim, self._room_talk, memory, self.boundary)
        return "\n\n".join(filter(None, (noted, said)))

    def taken_in(self) -> None:
        """Note that the turn ended in an answer, so that its agent knows this."""
        if self._found:
            self._briefing.taken_in(self._claim, self._room_talk, may_wait=not self._looks)

    def _look(self, *, whole: bool = False) -> None:
        for look in self._looks:
            look.cancel()
        if not self._briefing.can_look:
            self._room_talk, self._found = RoomTalk(), True
            return
        self._found = False
        looking = self._briefing.look(self._claim, whole=whole)
        self._looks.append(asyncio.create_task(looking, name="briefing"))

    async def _see_all(self, memory: Memory) -> None:
        """All that an agent with this memory is to be told of, and who asks; raises AskedByBot."""
        await self._see()
        if self._room_talk.only_new and memory != "kept":
            self._look(whole=True)
            await self._see()
        try:
            await self._briefing.meet(self._claim, self._room_talk)
        except RedisError as error:
            log.warning("foreign_bot_not_recorded", error=type(error).__name__)

    async def _see(self) -> None:
        if self._found:
            return
        look = self._looks[-1]
        # Not wait_for: redis-py may swallow its cancellation (ending_tasks.py), and hold the turn.
        left_s = max(0.0, self._deadline - asyncio.get_running_loop().time())
        await asyncio.wait([look], timeout=left_s)
        try:
            self._room_talk = _result(look)
        except Exception as error:
            # What was said is an extra: whatever keeps it from us costs nobody the answer.
            expected = isinstance(error, CampfireError | RedisError | TimeoutError)
            log.info("briefing_failed", reason=type(error).__name__, exc_info=not expected)
        else:
            self._found = True


def _has_failed(look: asyncio.Task[RoomTalk]) -> bool:
    return look.done() and (look.cancelled() or look.exception() is not None)


def _result(look: asyncio.Task[RoomTalk]) -> RoomTalk:
    if not look.done():
        look.cancel()
    if not look.done() or look.cancelled():
        raise TimeoutError
    return look.result()
