"""The pages' addresses: each view at `/operator/NAME`, the first at `/operator` itself."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from ingress.operator.page import assets_route
from ingress.operator.page.actions import routes as actions
from ingress.operator.page.answers import see_other
from ingress.operator.page.authentication import log_in
from ingress.operator.page.authentication.cookies import PATH
from ingress.operator.page.authentication.guard import reader
from ingress.operator.page.authentication.log_ins import LogIn
from ingress.operator.page.live.stream import PageStream
from ingress.operator.page.views.approvals import APPROVAL, APPROVALS
from ingress.operator.page.views.audit import AUDIT
from ingress.operator.page.views.bots import BOTS
from ingress.operator.page.views.dead_letters import DEAD_LETTER, DEAD_LETTERS
from ingress.operator.page.views.lanes import LANES
from ingress.operator.page.views.machines import MACHINES
from ingress.operator.page.views.message import MESSAGE
from ingress.operator.page.views.messages import MESSAGES, show_messages
from ingress.operator.page.views.now import NOW
from ingress.operator.page.views.on_demand import show_approval, show_dead_letter, watch
from ingress.operator.page.views.on_time import ON_TIME
from ingress.operator.page.views.showing import show
from ingress.operator.page.views.view import Looking
from ingress.parts import parts_of

ALL = (
    *(NOW, LANES, MESSAGES, MESSAGE, APPROVALS, APPROVAL, ON_TIME),
    *(DEAD_LETTERS, DEAD_LETTER, BOTS, MACHINES, AUDIT),
)
VIEWS = {view.name: view for view in ALL}
OWN_WAY = {
    "messages": show_messages,
    "dead-letter": show_dead_letter,
    "approval": show_approval,
    "watch": watch,
}
"""Pages that do more than show what they read."""

router = APIRouter()
ROUTERS = (assets_route.router, log_in.router, actions.router, router)

Reader = Annotated[LogIn, Depends(reader)]


@router.get("/operator")
@router.get("/operator/")
async def first(request: Request, who: Reader) -> Response:
    """The page "Now"."""
    return await show(request, who, NOW)


@router.get("/operator/live/{name}")
async def live(request: Request, who: Reader, name: str) -> Response:
    """The stream of what changes on an open page."""
    view = VIEWS.get(name)
    if view is None or not view.live:
        raise HTTPException(404)
    return PageStream(parts_of(request).hub, view, Looking.of(request, who))


@router.get("/operator/{name}")
async def page(request: Request, who: Reader, name: str) -> Response:
    """Any other page; of what is none that is said, not a browser's own page of errors."""
    if name in OWN_WAY:
        return await OWN_WAY[name](request, who)
    if name not in VIEWS:
        return see_other(PATH, problem="no_page")
    return await show(request, who, VIEWS[name])
