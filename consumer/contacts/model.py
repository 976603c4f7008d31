"""The model: what the turns say of it, and a request that costs nothing while it fails."""

from collections.abc import Callable
from functools import partial

import httpx

from consumer.messages_api import status_of
from consumer.sessions.errors import (
    AccountDisabled,
    AgentOverloaded,
    AgentUnauthorized,
    AgentUnavailable,
    OutOfCredit,
    RateLimited,
    SpendLimitReached,
)
from consumer.sessions.events import TurnEvent
from consumer.sessions.turn_result import Brief
from consumer.turn.agent import Agent, Answer
from shared.bots import Bot
from shared.lane import Lane

_FAILURES = (
    *(AgentOverloaded, RateLimited, AgentUnavailable),
    *(AgentUnauthorized, OutOfCredit, SpendLimitReached, AccountDisabled),
)
_REFUSED = (401, 403, 429)


class ModelContact:
    """An agent that notes of each turn whether its model was reached, and let us in."""

    def __init__(
        self,
        agent: Agent,
        base_url: str | None,
        api_key: str,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._agent = agent
        self._list = partial(
            status_of,
            "GET",
            "/v1/models",
            base_url=base_url,
            api_key=api_key,
            transport=transport,
        )
        self.is_failing = False

    async def run_turn(
        self,
        lane: Lane,
        bot: Bot,
        prompt: str,
        *,
        on_event: Callable[[TurnEvent], None],
        brief: Brief,
        job: str,
        within_s: float,
    ) -> Answer:
        """One turn of the agent's; what it raises says nothing of the model, or that it fails."""
        try:
            answer = await self._agent.run_turn(
                lane, bot, prompt, on_event=on_event, brief=brief, job=job, within_s=within_s
            )
        except _FAILURES:
            self.is_failing = True
            raise
        self.is_failing = False
        return answer

    async def ask(self) -> None:
        """Ask for the list of models, which is free; any answer but a refusal is one."""
        try:
            status = await self._list()
        except (httpx.HTTPError, httpx.InvalidURL):
            self.is_failing = True
            return
        self.is_failing = status >= 500 or status in _REFUSED
