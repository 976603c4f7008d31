"""Answers what arq asks Redis for as a job begins, from what the claim brought along.

arq reads the ticket again, and counts a start (`Worker.run_job`, 0.28): a round trip before each
turn, for what claim.lua has read and counted in the step in which it claims.
"""

from collections.abc import Mapping
from typing import Any, Self

from arq.constants import job_key_prefix

from consumer.queue.claim import Claim


class Tickets:
    """Stands in for arq's client: the worker uses this one pipeline of it, and one command."""

    def __init__(self, claims: Mapping[str, Claim]) -> None:
        """`claims`: of the jobs that begin, by job id."""
        self._claims = claims

    def pipeline(self, *, transaction: bool) -> "_Ticket":
        """For one job."""
        del transaction
        return _Ticket(self._claims)

    async def setex(self, name: str, seconds: int, value: str) -> None:
        """Nothing: the starts that a dashboard's "Retry" wrote into the ticket are not ours."""


class _Ticket:
    """GET of the ticket, INCR and EXPIRE of the count of starts."""

    def __init__(self, claims: Mapping[str, Claim]) -> None:
        self._claims = claims
        self._claim: Claim | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    def get(self, name: str) -> None:
        self._claim = self._claims[name.removeprefix(job_key_prefix)]

    def incr(self, name: str) -> None:
        pass

    def expire(self, name: str, seconds: int) -> None:
        pass

    async def execute(self) -> tuple[Any, int, bool]:
        assert self._claim is not None  # noqa: S101
        return self._claim.ticket, self._claim.starts, True
