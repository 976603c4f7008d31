"""The raw body of a request, cut off at a limit, whatever length was announced."""

from fastapi import Request

from shared.errors import DeliveryTooLarge
from shared.inbound import MAX_BYTES

MAX_DRAINED_BYTES = 16 * MAX_BYTES
"""Read on and discard up to here: hanging up on a caller who still sends resets the connection,
and the 413 is lost with it."""


async def raw_body(request: Request, most: int = MAX_BYTES) -> bytes:
    """A request's whole body; raises DeliveryTooLarge above `most` bytes."""
    body = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= most:
            body += chunk
        elif size > MAX_DRAINED_BYTES:
            break
    if size > most:
        raise DeliveryTooLarge(f"more than {most} bytes")
    return bytes(body)
