"""Requests for approval in a turn: the approved call that it carries out, and the requests that it
made, posted below its answer."""

from dataclasses import replace

import structlog

from consumer.approvals.carrying_out import carries_out, tells_of
from consumer.approvals.parts import ApprovalParts
from consumer.outcome.outcome import Reply
from consumer.queue.claim import Claim
from shared.approvals import OPEN, Request
from shared.approvals.request import Why
from shared.audit import Audit, Entry
from shared.bots import Roster
from shared.keys import plain
from shared.kill_points import reached
from shared.redis.outages import despite_outages

NEVER_CALLED: Why = "not_called"
STOPPED: Why = "stopped"
HAS_RUN = ("running", "done", "failed", "unknown")

log = structlog.get_logger()


class ApprovedTurns:
    """Raises Fenced; outlives an outage of Redis."""

    def __init__(self, parts: ApprovalParts, bots: Roster, audit: Audit) -> None:
        self.of = parts.approvals.of
        """Within this block the calls of a claimed message's turn are asked for."""
        self._store, self._texts = parts.store, parts.texts
        self._heard = parts.people.heard
        self._bots, self._audit = bots, audit

    async def begun(self, claim: Claim) -> Reply | Claim:
        """The claim, with the request that its turn carries out; or the end of a message that needs
        no agent: it tells of requests, or is of one that may have run, or must not any more."""
        self._heard(claim.message)
        if numbers := tells_of(claim.message):
            return await self._tell(claim, numbers)
        number = carries_out(claim.message)
        if number is None:
            return claim
        request = await self._request(claim, number)
        if request is None:
            return Reply(parts=(), ending="cancelled")
        if request.state == "approved":
            return replace(claim, approved=request)
        is_told = await self._store.conclude(claim, request, why="")
        if not is_told and request.state not in HAS_RUN:
            return Reply(parts=(), ending="cancelled")  # whoever ended it has said so
        return await self._ended(claim, request, Reply(parts=(), ending="completed"))

    async def below(self, claim: Claim, reply: Reply) -> Reply:
        """The reply, with what the room is told of requests that were made, or were not used."""
        if claim.message.control is not None:
            return reply
        number = carries_out(claim.message)
        if number is not None and (request := await self._request(claim, number)) is not None:
            why = STOPPED if reply.ending == "cancelled" else NEVER_CALLED
            if await self._store.conclude(claim, request, why=why):
                reply = await self._ended(claim, request, reply)
            reached("approval.concluded")
        return await self._with_requests(claim, reply)

    async def _tell(self, claim: Claim, numbers: list[int]) -> Reply:
        found = await self._all(claim, numbers)
        ended = [request for request in found if request.told_by == claim.job_id]
        for request in ended:
            await self._note(claim, request)
        return Reply(parts=tuple(self._texts.ended(ended)), ending="completed")

    async def _ended(self, claim: Claim, before: Request, reply: Reply) -> Reply:
        """What became of it, said once."""
        request = await self._request(claim, before.number) or before
        said = tuple(self._texts.ended([request]))
        if said[0] in reply.parts:
            return reply
        await self._note(claim, request)
        return replace(reply, parts=(*reply.parts, *said))

    async def _with_requests(self, claim: Claim, reply: Reply) -> Reply:
        """Those that this message's turn has made, whichever attempt at it did."""
        lane = claim.message.lane
        if not self._bots.in_lane(lane).asks:
            return reply
        if reply.ending == "cancelled":
            numbers = await self._store.withdraw(claim, STOPPED, of_turn=claim.job_id)
            more = self._texts.ended(await self._all(claim, numbers))
        else:
            asked = await self._all(claim, await self._store.asked_by(claim))
            waiting = [request for request in asked if request.state == OPEN]
            more = self._texts.asked(waiting, self._bots.in_lane(lane))
        return replace(reply, parts=(*reply.parts, *more)) if more else reply

    async def _request(self, claim: Claim, number: int) -> Request | None:
        found = await self._all(claim, [number])
        return found[0] if found else None

    async def _all(self, claim: Claim, numbers: list[int]) -> list[Request]:
        if not numbers:
            return []
        read = self._store.read.all
        return await despite_outages("approvals", read, claim.message.bot_id, numbers)

    async def _note(self, claim: Claim, request: Request) -> None:
        log.info("approval_ended", request=request.number, state=request.state, why=request.why)
        entry = Entry(
            what="approval_ended",
            bot=request.bot_id,
            room=request.room_id,
            person=request.asker_id,
            job=plain(claim.job_id),
            tool=request.tool,
            by=request.by,
            detail=f"request {request.number} {request.state} {request.why}".strip(),
        )
        await self._audit.note(entry)
