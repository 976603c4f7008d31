"""Messages: all that have ended or wait, by filters; and one by Campfire's number or link."""

import time

from fastapi import Request, Response
from redis.exceptions import RedisError

from ingress.operator.page.answers import see_other
from ingress.operator.page.authentication.cookies import PATH
from ingress.operator.page.authentication.guard import note_redis_away, redis_is_away
from ingress.operator.page.authentication.log_ins import LogIn
from ingress.operator.page.views import choices
from ingress.operator.page.views.addresses import address
from ingress.operator.page.views.showing import SINCE, show
from ingress.operator.page.views.view import Looking, Values, View
from shared.operating.messages import Filter, MessagePage
from shared.operating.reading.message_list import Messages


async def show_messages(request: Request, who: LogIn) -> Response:
    """The list; where the search finds one message alone, that message."""
    looking = Looking.of(request, who)
    sought = "" if redis_is_away(request) else looking.asked("q")
    try:
        found = await _messages(looking).find(sought) if sought else ()
    except (RedisError, OSError):
        note_redis_away(request)
        found = ()
    if len(found) == 1 and found[0].state != "refused":
        return see_other(f"{PATH}/message", job=found[0].job)
    return await show(request, who, MESSAGES)


MOST_UNENDED = 10
"""So many that wait or run stand above those that have ended; a link leads to all of them."""


async def _read(looking: Looking) -> Values:
    sought = looking.asked("q")
    if sought:
        page = MessagePage(rows=await _messages(looking).find(sought))
    elif looking.asked("outcome") in choices.STATES:
        skip = looking.number("after") or 0
        page = await _messages(looking).waiting(_wanted(looking), skip)
    else:
        page = await _messages(looking).ended(_wanted(looking), looking.asked("after"))
    more = {**looking.query, "after": page.further or ""}
    return {
        "rows": page.rows,
        "at": time.time(),
        SINCE: _now_ms(),
        "newer": 0,
        **await _not_ended(looking),
        "choices": choices.of_messages(looking),
        "further_href": address(f"{PATH}/messages", more) if page.further else "",
    }


async def _not_ended(looking: Looking) -> Values:
    """Above the first of those that have ended, unless one of these is asked for: who looks for
    what a room waits for finds it in its list."""
    if {"q", "outcome", "since", "after"} & looking.query.keys():
        return {"unended": (), "unended_href": ""}
    rows = (await _messages(looking).waiting(_wanted(looking))).rows
    waiting = address(f"{PATH}/messages", {**looking.query, "outcome": choices.STATES[0]})
    return {
        "unended": rows[:MOST_UNENDED],
        "unended_href": waiting if len(rows) > MOST_UNENDED else "",
    }


async def _read_newer(looking: Looking) -> Values:
    """How many have ended since the page was opened; they are not put into it."""
    parts, seen = looking.parts, looking.number(SINCE)
    first_page = seen is not None and not {"after", "q"} & looking.query.keys()
    counted = await parts.redis.zcount(parts.keys.ended, f"({seen}", "+inf") if first_page else 0
    return {"newer": counted}


def _messages(looking: Looking) -> Messages:
    parts = looking.parts
    return Messages(parts.redis, parts.keys, [bot.id for bot in parts.access.roster.taking_part])


def _wanted(looking: Looking) -> Filter:
    span = choices.SPANS_S.get(looking.asked("since") or "")
    outcome = looking.asked("outcome")
    return Filter(
        bot_id=looking.asked("bot"),
        room_id=looking.room,
        outcome=None if outcome in choices.STATES else outcome,
        since_ms=_now_ms() - span * 1000 if span else None,
    )


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


MESSAGES = View("messages", _read, ("newer",), _read_newer)
