"""What an operator may do to a message: cancel it, waiting or running."""

from fastapi import APIRouter, Depends, Request, Response

from ingress.no_page import no_page
from ingress.operator.authentication import operator
from ingress.parts import parts_of
from shared.operating.actions import Actions

router = APIRouter(dependencies=[Depends(no_page), Depends(operator)])


@router.delete("/jobs/{job_id}")
async def cancel(request: Request, job_id: str) -> Response:
    """Ask the consumer to cancel a message; 202: it was asked. Twice or too late does nothing."""
    parts = parts_of(request)
    await Actions(parts.redis, parts.keys, parts.audit, via="http").cancel(job_id)
    return Response(status_code=202)
