"""Entries of the audit about requests: which tool, for whom; what was done, and by whom. Pure."""

from shared.approvals.request import Asked
from shared.audit import Entry, What
from shared.keys import plain


def noted(asked: Asked, what: What, detail: str, *, job_id: str, by: int | None = None) -> Entry:
    """The entry; `job_id`: of the message that asked for it, or that did this with it."""
    return Entry(
        what=what,
        bot=asked.bot_id,
        room=asked.room_id,
        person=asked.asker_id,
        job=plain(job_id),
        tool=asked.tool,
        by=by,
        detail=detail,
    )
