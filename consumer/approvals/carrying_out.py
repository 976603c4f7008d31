"""Messages that the service sends itself about requests: one has an approved call made, one tells
how a request ended by itself. Pure."""

import uuid
from collections.abc import Sequence

from shared.approvals import Request
from shared.inbound import InboundMessage
from shared.lane import Lane
from shared.numbers import whole_number

TELLS = "ended"
"""What the second kind is about."""


def to_carry_out(request: Request, now_ms: int) -> InboundMessage:
    """Waits in the lane that asked, as a message of whoever asked for it."""
    return InboundMessage(
        bot_id=request.bot_id,
        room_id=request.room_id,
        room_name=request.room_name,
        user_id=request.asker_id,
        user_name=request.asker_name,
        message_id=f"approval-{request.number}",
        text="",
        html=None,
        origin="approval",
        about=str(request.number),
        accepted_ms=now_ms,
    )


def to_tell(
    lane: Lane, room_name: str | None, numbers: Sequence[int], now_ms: int
) -> InboundMessage:
    """Waits in the lane in which they were asked for."""
    return InboundMessage(
        bot_id=lane.bot_id,
        room_id=lane.room_id,
        room_name=room_name,
        user_id=None,
        user_name="",
        message_id=f"approvals-{uuid.uuid4().hex}",
        text=" ".join(map(str, numbers)),
        html=None,
        origin="approval",
        about=TELLS,
        accepted_ms=now_ms,
    )


def carries_out(message: InboundMessage) -> int | None:
    """The number of the request that is approved and to be carried out; None: none is."""
    return whole_number(message.about or "") if message.origin == "approval" else None


def tells_of(message: InboundMessage) -> list[int]:
    """Numbers of the requests among which those are that it tells of."""
    if message.origin != "approval" or message.about != TELLS:
        return []
    return [int(number) for number in message.text.split()]
