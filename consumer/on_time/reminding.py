"""A reminder as it is posted: without the agent, and so without what an agent costs."""

from collections.abc import Callable
from datetime import datetime
from html import escape

import structlog
from redis.exceptions import RedisError

from consumer.mentions.book import MentionBook
from consumer.names import name_html, shown_name
from consumer.on_time.lateness import lateness, said_late, said_missed
from consumer.outcome.outcome import Reply
from consumer.queue.claim import Claim
from consumer.rendering.pieces import Mention, html
from shared.audit import NO_AUDIT, Audit, entry_of
from shared.catalogue import Catalogue
from shared.inbound import InboundMessage

log = structlog.get_logger()


class Reminding:
    """Makes the replies of times that need no agent."""

    def __init__(
        self,
        book: MentionBook,
        sentences: Catalogue,
        now: Callable[[], datetime],
        audit: Audit = NO_AUDIT,
    ) -> None:
        self._book, self._sentences, self._now = book, sentences, now
        self._audit = audit

    async def missed(self, claim: Claim) -> Reply | None:
        """The end of a firing that is too late to be done; None: it is done."""
        if claim.message.firing is None or lateness(claim.message, self._now()) != "missed":
            return None
        message = claim.message
        await self._audit.note(entry_of(message, claim.job_id, what="missed", detail=message.about))
        person = await self._person(claim.message)
        told = said_missed(claim.message, person, self._now(), self._sentences)
        return Reply(parts=(told,), ending="expired", reason="missed")

    async def reminder(self, claim: Claim) -> Reply | None:
        """The reminder's post; None for any other message."""
        message = claim.message
        if message.firing is None or message.firing.reminds is None:
            return None
        person = await self._person(message)
        words = escape(message.text, quote=False).replace("\n", "<br>")
        told = self._sentences.say("on_time.reminder", person=person, words=words)
        late = said_late(message, self._now(), self._sentences)
        return Reply(parts=("<br>".join(filter(None, (told, late))),), ending="completed")

    async def _person(self, message: InboundMessage) -> str:
        """Their mention, by the id that Campfire signed; their name where none is known."""
        try:
            await self._book.load()
        except RedisError as error:
            log.warning("mentions_not_loaded", error=type(error).__name__)
        reminds = message.firing.reminds if message.firing else None
        sgid, name = self._book.sgid(reminds or 0), shown_name(message.user_name)
        return html([Mention(name, sgid)]) if sgid else name_html(name, self._sentences)
