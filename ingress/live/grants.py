"""`POST /lanes/{room}/{bot}/link`: an operator gives somebody the right to a lane's stream."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from ingress.live.links import Rights
from ingress.no_page import no_page
from ingress.operator.authentication import operator
from ingress.parts import parts_of
from shared.lane import Lane

MOST_HOURS = 31 * 24.0
router = APIRouter(dependencies=[Depends(no_page), Depends(operator)])


@router.post("/lanes/{room_id}/{bot_id}/link")
async def link(
    request: Request,
    room_id: int,
    bot_id: str,
    rights: Rights = "read",
    hours: Annotated[float, Query(gt=0, le=MOST_HOURS)] = 24.0,
    name: str = "",
) -> Response:
    """201, empty, with the link in `Location`; 404 for an unknown bot.

    To talk it takes a `name`, which whoever has the link speaks as; 422 without.
    """
    links = parts_of(request).links
    if not parts_of(request).access.roster.takes_part(bot_id):
        raise HTTPException(404)
    try:
        path = links.path(Lane(room_id, bot_id), rights, round(time.time() + hours * 3600), name)
    except ValueError:
        raise HTTPException(422) from None
    return Response(status_code=201, headers={"Location": path, "Cache-Control": "no-store"})
