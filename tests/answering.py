"""A Campfire for unit tests: a function from what it is asked to what it answers, no socket."""

from collections.abc import Callable, Mapping

import httpx
from multidict import CIMultiDict

from consumer.campfire.answer import CampfireAnswer
from consumer.campfire.requests.http import TIMEOUT_S, NoAnswer

BASE = "http://campfire.test"


class Answering:
    """In the place of `consumer.campfire.requests.http.Http`; give it to the client.

    `answer` may raise httpx.ConnectError: nobody listens.
    """

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self._answer = answer

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, int] | None = None,
        body: bytes | None = None,
        kind: str = "",
        timeout_s: float = TIMEOUT_S,
    ) -> CampfireAnswer | NoAnswer:
        """See `Asks`."""
        headers = {"Content-Type": kind} if kind else {}
        del timeout_s
        asked = httpx.Request(method, BASE + path, params=params, content=body, headers=headers)
        try:
            answer = self._answer(asked)
        except httpx.ConnectError as error:
            return NoAnswer(type(error).__name__, has_left=False)
        return CampfireAnswer(answer.status_code, CIMultiDict(answer.headers), answer.content)

    async def aclose(self) -> None:
        """Nothing is open."""
