"""Every action leaves a line in the audit: which, by which log-in, on what."""

import structlog

from ingress.operator.page.door.sessions import Session
from ingress.parts import Parts
from shared.audit import Entry
from shared.keys import plain

log = structlog.get_logger()


async def note(
    parts: Parts,
    session: Session,
    action: str,
    *,
    bot: str | None = None,
    room: int | None = None,
    job: str | None = None,
    about: str = "",
) -> None:
    """Note what somebody did on the page; never raises for Redis.

    Several people may hold one token: what tells them apart is their log-in.
    """
    log.info("operator_action", action=action, session=session.id, bot=bot, room=room, job=job)
    detail = " ".join(filter(None, (action, about, f"log-in {session.id}")))
    named = plain(job) if job else None
    await parts.audit.note(
        Entry(what="operator_action", bot=bot, room=room, job=named, detail=detail)
    )
