"""The operator: who may read the service's state and change it over HTTP."""

from fastapi import HTTPException, Request


async def operator(request: Request) -> None:
    """Lets an operator in: with `ADMIN_TOKEN`, or, where none is set, on this machine only."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not request.app.state.operators.admits(token if scheme == "Bearer" else None):
        raise HTTPException(401)
