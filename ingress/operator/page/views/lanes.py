"""Lanes: each bot in each room, those used last first."""

import time

from ingress.operator.page.authentication.cookies import PATH
from ingress.operator.page.views import choices
from ingress.operator.page.views.addresses import address
from ingress.operator.page.views.view import Looking, Values, View
from shared.operating.pauses import pauses
from shared.operating.reading.lane_list import read_lanes


async def _read(looking: Looking) -> Values:
    parts = looking.parts
    found = await read_lanes(
        parts.redis,
        parts.keys,
        bot_id=looking.asked("bot"),
        room_id=looking.room,
        hot=looking.asked("session") == "hot",
        skip=looking.number("skip") or 0,
    )
    more = {**looking.query, "skip": str(found.further)}
    return {
        "lanes": found.rows,
        "paused": {pause.scope.name for pause in await pauses(parts.redis, parts.keys)},
        "at": time.time(),
        "choices": {"bot": choices.bots(looking), "session": choices.sessions(looking)},
        "further_href": address(f"{PATH}/lanes", more) if found.further else "",
    }


LANES = View("lanes", _read, ("rows",))
