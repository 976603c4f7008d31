"""What an operator may do to the bots' conversations: reset one, a room's, a bot's, or all."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from ingress.no_page import no_page
from ingress.operator.authentication import operator
from ingress.parts import parts_of
from shared.operating.actions import Actions

router = APIRouter(prefix="/sessions", dependencies=[Depends(no_page), Depends(operator)])


@router.delete("/{room_id}/{bot_id}")
async def reset_lane(request: Request, room_id: int, bot_id: str) -> Response:
    """Ask the consumer to forget one; 202: it was asked, and does so while a turn runs too."""
    await _acts(request).reset(room_id=room_id, bot_id=bot_id)
    return Response(status_code=202)


@router.delete("")
async def reset(
    request: Request,
    room: int | None = None,
    bot: str | None = None,
    everything: Annotated[str | None, Query(alias="all")] = None,
) -> Response:
    """The same for `?room=…`, `?bot=…`, both, or `?all`; 400 without any of them."""
    if room is None and bot is None and everything is None:
        raise HTTPException(400)
    await _acts(request).reset(room_id=room, bot_id=bot, everything=everything is not None)
    return Response(status_code=202)


def _acts(request: Request) -> Actions:
    parts = parts_of(request)
    return Actions(parts.redis, parts.keys, parts.audit, via="http")
