"""What is shown on demand alone, one at a time, to who may act, and noted: others' words."""

import time

from fastapi import Request, Response
from redis.exceptions import RedisError

from ingress.operator.page.acting import acts_of
from ingress.operator.page.answers import see_other, shown
from ingress.operator.page.authentication.cookies import PATH
from ingress.operator.page.authentication.guard import redis_is_away
from ingress.operator.page.authentication.log_ins import LogIn
from ingress.operator.page.views.approvals import APPROVAL
from ingress.operator.page.views.dead_letters import DEAD_LETTER
from ingress.operator.page.views.showing import frame, show
from ingress.operator.page.views.view import Looking, Values, View
from ingress.parts import parts_of
from shared.lane import Lane
from shared.operating.reading.room_names import room_names

WATCHED_S = 300


async def show_dead_letter(request: Request, who: LogIn) -> Response:
    """One dead letter, with its text where that is asked for."""
    looking = Looking.of(request, who)
    if looking.may_read and not redis_is_away(request):
        await acts_of(looking.parts, who).looked("show-text", job_id=looking.asked("job"))
    return await show(request, who, DEAD_LETTER)


async def show_approval(request: Request, who: LogIn) -> Response:
    """One request for approval, with the call's input where that is asked for."""
    looking = Looking.of(request, who)
    if looking.may_read and not redis_is_away(request):
        bot, number = looking.asked("bot"), looking.asked("number") or ""
        await acts_of(looking.parts, who).looked("show-input", bot=bot, about=number)
    return await show(request, who, APPROVAL)


async def watch(request: Request, who: LogIn) -> Response:
    """A lane's live stream, for five minutes."""
    looking, parts = Looking.of(request, who), parts_of(request)
    bot, room = looking.asked("bot") or "", looking.number("room")
    if not who.may_act:
        return see_other(PATH, problem="only_looks")
    if room is None or not parts.access.roster.takes_part(bot):
        return see_other(f"{PATH}/lanes", problem="form")
    if redis_is_away(request):
        return see_other(f"{PATH}/lanes", problem="redis")
    await acts_of(parts, who).looked("watch", bot=bot, room=room)
    ends = round(time.time()) + WATCHED_S
    stream = parts.links.path(Lane(room, bot), "read", ends, log_in=who.id)
    try:
        names = await room_names(parts.redis, parts.keys, [Lane(room, bot)])
    except (RedisError, OSError):
        names = {}
    name = names.get(Lane(room, bot))
    values = {"bot": bot, "room": room, "name": name, "stream": stream, "watches": True}
    return shown(request, "watch.html", **{**frame(request, looking, _WATCH), **values})


async def _nothing(_: Looking) -> Values:
    return {}


_WATCH = View("watch", _nothing, below="lanes")
