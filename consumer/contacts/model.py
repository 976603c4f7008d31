"""The model: what the turns say of it, and a request that costs nothing while it fails."""

from collections.abc import Callable

import httpx

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

ANTHROPIC = "https://api.anthropic.com"
ASKED_WITHIN_S = 10.0
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
        self._agent, self._transport = agent, transport
        self._url = (base_url or ANTHROPIC).rstrip("/") + "/v1/models"
        self._headers = {"x-api-key": api_key, "anthropic-version": "2023-06-01"}
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
            async with httpx.AsyncClient(
                timeout=ASKED_WITHIN_S, transport=self._transport
            ) as client:
                status = (await client.get(self._url, headers=self._headers)).status_code
        except (httpx.HTTPError, httpx.InvalidURL):
            self.is_failing = True
            return
        self.is_failing = status >= 500 or status in _REFUSED
