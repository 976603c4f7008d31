"""`yes 3`, `no 3`, `show 3`: what people say to requests for approval, and see of them.

Who may is decided by the user id that Campfire's delivery names, and by nothing that is typed.
"""

from collections.abc import Callable

import structlog

from consumer.approvals.bot_state import bot_state
from consumer.approvals.carrying_out import to_carry_out
from consumer.approvals.noted import noted
from consumer.approvals.parts import ApprovalParts
from consumer.approvals.request_store import YesOrNo
from consumer.names import name_html
from consumer.outbox.files import File
from consumer.outcome.outcome import Reply
from consumer.queue.claim import Claim
from shared.approvals import Request
from shared.approvals.request import Why
from shared.audit import Audit
from shared.bots import Roster
from shared.catalogue import Catalogue
from shared.inbound import InboundMessage
from shared.kill_points import reached
from shared.redis.outages import despite_outages

Keep = Callable[[str, str, str, bytes], File]
"""Keeps a file for the message of this job id and token, under a name; raises OSError."""

log = structlog.get_logger()


class RequestWords:
    """Raises Fenced; outlives an outage of Redis."""

    def __init__(
        self,
        parts: ApprovalParts,
        bots: Roster,
        sentences: Catalogue,
        audit: Audit,
        keep: Keep,
    ) -> None:
        self._store, self._texts = parts.store, parts.texts
        self._bots, self._sentences, self._audit, self._keep = bots, sentences, audit, keep

    async def reply(self, claim: Claim) -> Reply:
        """What is said to a yes, a no, or whoever wants to see it all."""
        request = await self._request(claim)
        if request is None:
            none = self._texts.say("none", number=claim.message.control_number)
            return Reply(parts=(none,), ending="completed")
        if claim.message.control == "show":
            return self._shown(claim, request)
        return Reply(parts=(await self._answered(claim, request),), ending="completed")

    async def withdraw(
        self, claim: Claim, why: Why, *, asker: int | None = None
    ) -> tuple[str, ...]:
        """What may still run in the lane is not to any more; posts that say so."""
        if not self._bots[claim.message.bot_id].asks:
            return ()
        numbers = await self._store.withdraw(claim, why, asker=asker)
        if not numbers:
            return ()
        gone = await self._all(claim, numbers)
        for request in gone:
            await self._note(claim, request, why)
        return tuple(self._texts.ended(gone))

    async def _answered(self, claim: Claim, request: Request) -> str:
        """A yes or a no is carried out."""
        then = to_carry_out(request, self._store.now_ms())
        came_of_it = await self._store.answer(
            claim, request.number, self._word(claim, request), then
        )
        reached("approval.answered")
        log.info("approval_answered", request=request.number, came_of_it=came_of_it)
        await self._note(claim, request, came_of_it)
        if came_of_it in ("elsewhere", "not_yours"):
            return self._refusal(came_of_it, claim, request)
        answered = await self._request(claim) or request
        mine = answered.state == "approved" and claim.message.control == "yes"
        return self._texts.approved(answered) if mine else self._texts.became(answered)

    def _shown(self, claim: Claim, request: Request) -> Reply:
        """All of its input, to whoever may answer it."""
        if why := self._why_not(claim.message, request):
            return Reply(parts=(self._refusal(why, claim, request),), ending="completed")
        bot = self._bots.in_lane(request.lane)
        post, whole = self._texts.shown(request, bot)
        if whole is None:
            return Reply(parts=(post,), ending="completed")
        name = f"request-{request.number}.json"
        file = self._keep(claim.job_id, claim.token, name, whole.encode("utf-8", "replace"))
        return Reply(parts=(post,), files=(file,), ending="completed")

    def _word(self, claim: Claim, request: Request) -> YesOrNo:
        return YesOrNo(
            is_yes=claim.message.control == "yes",
            is_bot=claim.message.from_bot or self._bots.is_ours(claim.message.user_id),
            bot_state=bot_state(self._bots.in_lane(request.lane)),
        )

    def _why_not(self, message: InboundMessage, request: Request) -> str | None:
        may = message.user_id in request.approvers and not self._bots.is_ours(message.user_id)
        if message.lane != request.lane and not (may and message.room_name is None):
            return "elsewhere"
        return None if may else "not_yours"

    def _refusal(self, why: str, claim: Claim, request: Request) -> str:
        person = name_html(claim.message.user_name, self._sentences)
        people = self._texts.people(request) if why == "not_yours" else ""
        return self._texts.say(why, number=request.number, person=person, people=people)

    async def _request(self, claim: Claim) -> Request | None:
        number = claim.message.control_number
        found = [] if number is None else await self._all(claim, [number])
        return found[0] if found else None

    async def _all(self, claim: Claim, numbers: list[int]) -> list[Request]:
        read = self._store.read.all
        return await despite_outages("approvals", read, claim.message.bot_id, numbers)

    async def _note(self, claim: Claim, request: Request, came_of_it: str) -> None:
        detail = f"request {request.number} {claim.message.control} {came_of_it}"
        by = claim.message.user_id
        await self._audit.note(
            noted(request, "approval_answered", detail, job_id=claim.job_id, by=by)
        )
