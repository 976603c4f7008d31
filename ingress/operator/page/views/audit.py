"""The audit: who asked for what, what ran, what it cost, who pressed which button."""

import time
from typing import get_args

from ingress.operator.page.authentication.cookies import PATH
from ingress.operator.page.views import choices
from ingress.operator.page.views.addresses import address
from ingress.operator.page.views.showing import SINCE
from ingress.operator.page.views.view import Looking, Values, View
from shared.audit import AuditTrail, What, Which
from shared.lane import Lane
from shared.operating.reading.room_names import room_names

PAGE, MOST = 100, 1000
"""Entries on a page; and how many a filter may lead back."""


async def _read(looking: Looking) -> Values:
    parts, what = looking.parts, looking.asked("what")
    texts, shown = parts.page.templates.texts, min(looking.number("most") or PAGE, MOST)
    which = Which(bot=looking.asked("bot"), room=looking.room)
    kept = await AuditTrail(parts.redis, parts.keys).newest(MOST if what else shown + 1, which)
    shown_rooms = {(it.entry.bot, it.entry.room) for it in kept}
    lanes = [Lane(room, bot) for bot, room in shown_rooms if bot and room]
    names = await room_names(parts.redis, parts.keys, lanes)
    fit = [it.entry for it in kept if what in (None, it.entry.what)]
    more = {**looking.query, "most": str(shown + PAGE)}
    kinds = [(it, texts.said_of("audit", it)) for it in get_args(What)]
    return {
        "names": {(lane.bot_id, lane.room_id): name for lane, name in names.items()},
        "entries": fit[:shown],
        "at": time.time(),
        SINCE: time.time_ns() // 1_000_000,
        "newer": 0,
        "choices": {"bot": choices.bots(looking), "what": kinds},
        "further_href": address(f"{PATH}/audit", more) if shown < min(len(fit), MOST) else "",
    }


async def _read_newer(looking: Looking) -> Values:
    parts, seen = looking.parts, looking.number(SINCE) or 0
    newer = await parts.redis.xrange(parts.keys.audit, min=str(seen + 1), count=PAGE)
    return {"newer": len(newer)}


AUDIT = View("audit", _read, ("newer",), _read_newer)
