"""`/operator/do/{action}` does it, `/operator/sure/{action}` asks first."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request, Response
from redis.exceptions import RedisError

from ingress.operator.page.acting import acts_of
from ingress.operator.page.actions.actions import ACTIONS
from ingress.operator.page.answers import own_path, see_other, shown
from ingress.operator.page.authentication.guard import operator, reader, redis_is_away
from ingress.operator.page.authentication.log_ins import LogIn
from ingress.operator.page.forms import form_of, form_of_query
from ingress.operator.page.views.showing import frame
from ingress.operator.page.views.view import Looking, Values, View
from ingress.parts import parts_of
from shared.errors import Malformed

log = structlog.get_logger()
router = APIRouter()


@router.get("/operator/sure/{action}")
async def ask(request: Request, who: Annotated[LogIn, Depends(reader)], action: str) -> Response:
    """The second question, with what it is about; whoever only looks is told so."""
    form = form_of_query(request)
    back, known = own_path(form.one("back")), ACTIONS.get(action)
    if known is None or not who.may_act:
        return see_other(back, problem="only_looks" if known else "form")
    given = known.given(form)
    if known.fields and known.needs_fields and not given:
        return see_other(back, problem="nothing_picked")
    values = {"action": action, "fields": given, "about": given}
    around = frame(request, Looking.of(request, who), _SURE)
    return shown(request, "sure.html", **{**around, **values, "back": back})


@router.post("/operator/do/{action}")
async def do(request: Request, who: Annotated[LogIn, Depends(operator)], action: str) -> Response:
    """Do it, note who did, and lead back to where the button stood."""
    form = await form_of(request)
    back, known = own_path(form.one("back")), ACTIONS.get(action)
    if known is None or (known.asked_twice and form.one("sure") != "yes"):
        return see_other(back, problem="form")
    if redis_is_away(request):
        return see_other(back, problem="redis")
    try:
        count = await known.act(acts_of(parts_of(request), who), form)
    except Malformed:
        return see_other(back, problem="nothing_picked")
    except (RedisError, OSError):
        return see_other(back, problem="redis")
    parts_of(request).page.forget()
    if not count:
        return see_other(back, problem="gone")
    log.info("operator_action", action=action, log_in=who.id, count=count)
    return see_other(back, done=action, n=count)


async def _nothing(_: Looking) -> Values:
    return {}


_SURE = View("sure", _nothing)  # asked of whatever page: none of the list is marked
