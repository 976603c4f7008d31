"""Says for whom the tools of a turn are called, from the claimed message. Pure."""

from consumer.briefing.brief import Brief
from consumer.queue.claim import Claim
from consumer.toolboxes import Asker, Asking
from shared.bots import Bot
from shared.inbound import InboundMessage
from shared.keys import plain


def asking_of(claim: Claim, bot: Bot, brief: Brief) -> Asking:
    """What tools are told of the turn; call it once the brief has looked into the room."""
    message, by_bot = claim.message, claim.message.from_bot or brief.asked_by_bot
    unattended = by_bot or message.is_unattended
    messages = [message, *(said for _, said in claim.said)]
    return Asking(
        bot=bot,
        lane=message.lane,
        job_id=plain(claim.job_id),
        asker=None if unattended else _asker(messages),
        together=frozenset() if unattended else _together(messages),
        is_ping=message.room_name is None,
        unattended=unattended,
        boundary=brief.boundary,
    )


def _asker(messages: list[InboundMessage]) -> Asker | None:
    """Whose messages these are; nobody's, where one is another's or of nobody known.

    What one of several may do must not be done for the others.
    """
    people = {message.user_id for message in messages}
    user_id = people.pop() if len(people) == 1 else None
    return None if user_id is None else Asker(user_id=user_id, name=messages[0].user_name)


def _together(messages: list[InboundMessage]) -> frozenset[int | None]:
    """All who ask, where they are several."""
    people = frozenset(message.user_id for message in messages)
    return people if len(people) > 1 else frozenset()
