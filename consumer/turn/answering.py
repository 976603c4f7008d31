"""Who makes the reply to a message: the service itself, a reminder, the agent."""

import structlog

from consumer.agent import OnEvent
from consumer.control_words.control_words import ControlWords
from consumer.on_time.reminding import Reminding
from consumer.outcome.classify import failed, tried_again
from consumer.outcome.outcome import Reply, Retry
from consumer.queue.claim import Claim
from consumer.queue.errors import Fenced
from consumer.turn.agent_replies import AgentReplies
from consumer.turn.approved import ApprovedTurns
from consumer.turn.skipping import Skipping
from shared.catalogue import Catalogue

log = structlog.get_logger()


class Answering:
    """Asks them in order; posts and stores nothing."""

    def __init__(
        self,
        agent_replies: AgentReplies,
        control_words: ControlWords,
        skipping: Skipping,
        reminding: Reminding,
        approved: ApprovedTurns,
        sentences: Catalogue,
    ) -> None:
        self._agent_replies, self._control_words = agent_replies, control_words
        self._skipping, self._reminding, self._approved = skipping, reminding, approved
        self._sentences = sentences
        self.stored = agent_replies.stored
        """To be told when a reply cannot get lost any more."""

    async def condemned(self, claim: Claim) -> Reply | None:
        """The end of a message that may not be tried again; None for any other."""
        verdict = self._skipping.condemned(claim)
        if verdict is None or claim.reply:
            return verdict
        return await self._approved.below(claim, verdict)

    async def made(self, claim: Claim, on_event: OnEvent) -> Reply | Retry:
        """The reply, with what the room is told below it of requests for approval; or that the
        message is to be tried again. Whatever breaks, the room gets a sentence; raises Fenced."""
        try:
            reply = await self._reply(claim, on_event)
            return await self._approved.below(claim, reply) if isinstance(reply, Reply) else reply
        except Fenced:
            raise
        except Exception as error:
            log.exception("reply_broken", error=type(error).__name__)
            return tried_again(error, claim.failures) or failed(error, self._sentences)

    async def _reply(self, claim: Claim, on_event: OnEvent) -> Reply | Retry:
        begun = await self._approved.begun(claim)
        if isinstance(begun, Reply):
            return begun
        return await self._skipping.no_turn(begun) or await self._answer_of(begun, on_event)

    async def _answer_of(self, claim: Claim, on_event: OnEvent) -> Reply | Retry:
        if claim.message.control:
            return await self._control_words.reply(claim)
        if (reminder := await self._reminding.reminder(claim)) is not None:
            return reminder
        with self._approved.of(claim):
            return await self._agent_replies.reply(claim, on_event)
