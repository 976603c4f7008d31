"""Messages that a bot's file does not let in: told once a day, then by a sign on the message."""

from datetime import timedelta

import structlog
from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError

from consumer.names import name_html
from consumer.outcome.outcome import Reply
from consumer.queue.claim import Claim
from shared.audit import NO_AUDIT, Audit, Entry, entry_of
from shared.bots import Roster
from shared.bots.admission import Refusal, may_type_for_others, why_not
from shared.catalogue import Catalogue
from shared.inbound import InboundMessage
from shared.keys import Keys
from shared.redis.once import is_first
from shared.redis.outages import despite_outages

ONCE_IN = timedelta(days=1)
REFUSED = "refused"
"""The reason of such an ending; consumer.progress has a sign for it."""

log = structlog.get_logger()


class Admission:
    """Asks the bot's file for each claimed message."""

    def __init__(
        self,
        redis: Redis,
        keys: Keys,
        roster: Roster,
        sentences: Catalogue,
        audit: Audit = NO_AUDIT,
    ) -> None:
        self._redis, self._keys = redis, keys
        self._roster, self._sentences, self._audit = roster, sentences, audit

    async def refused(self, claim: Claim) -> Reply | None:
        """The end of a message that is not answered; None: it is.

        `stop` may be of one's own message, which its own part looks at.
        """
        why = self.why_not(claim.message)
        return (
            None if why is None or claim.message.control == "stop" else await self.told(claim, why)
        )

    def why_not(self, message: InboundMessage) -> Refusal | None:
        """Why the message is not answered; None: it is."""
        return why_not(self._roster[message.bot_id], message)

    def may_type_for_others(self, message: InboundMessage) -> bool:
        """Whether the control word that it is may be of what is somebody else's: their note, …"""
        bot, word = self._roster[message.bot_id], message.control
        return word is not None and may_type_for_others(bot, message.user_id, word)

    async def told(self, claim: Claim, why: Refusal) -> Reply:
        """The end, with a sentence for whoever was not told today; outlives an outage of Redis.

        A bot of ours is told nothing: it would answer. Nor is anybody of what nobody asked; of a
        reminder its person is, each time.
        """
        log.info("not_answered", why=why)
        message = claim.message
        await self._audit.note(_entry(claim, why))
        asked = not message.from_bot and not message.is_unattended
        is_told = why == "reminded" or (asked and await self._is_first(claim, why))
        person = name_html(message.user_name, self._sentences)
        sentence = self._sentences.say(f"not_answered.{why}", person=person)
        parts = (sentence,) if is_told else ()
        return Reply(parts=parts, ending="ignored", reason=REFUSED, detail=why)

    async def _is_first(self, claim: Claim, why: Refusal) -> bool:
        """Whether nobody was told so lately; true again for the same message, after a crash."""
        key = self._keys.not_answered(claim.message, why)
        return await despite_outages("admission", self._is_first_of, key, claim.job_id)

    async def _is_first_of(self, key: str, job_id: str) -> bool:
        try:
            return await is_first(self._redis, key, job_id, ONCE_IN)
        except OutOfMemoryError:
            log.warning("not_answered_not_kept")
            return True  # rather too often than never


def _entry(claim: Claim, why: Refusal) -> Entry:
    message = claim.message
    detail = f"{why} {message.control}" if message.control else why
    return entry_of(message, claim.job_id, what="refused", detail=detail)
