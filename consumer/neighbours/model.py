"""The model: what the turns say of it, and a request that costs nothing while it fails."""

from consumer.agent import (
    AccountDisabled,
    AgentOverloaded,
    AgentUnauthorized,
    AgentUnavailable,
    Meter,
    OnEvent,
    OutOfCredit,
    RateLimited,
    SpendLimitReached,
    TurnFailed,
)
from consumer.messages_api import MessagesApi
from consumer.sessions import GetAsking, GetBrief
from consumer.turn.agent import Agent, Answer
from shared.bots import Bot
from shared.lane import Lane

PATIENCE_S = 2.0
"""So long the room may wait for the time at which it may ask again."""
_BUSY = (AgentOverloaded, RateLimited)
_FAILURES = (AgentUnavailable, AgentUnauthorized, OutOfCredit, SpendLimitReached, AccountDisabled)


class ModelContact:
    """An agent that notes of each turn whether its model was reached, and let us in."""

    def __init__(self, agent: Agent, api: MessagesApi, model: str) -> None:
        """`model`: which one to ask before any turn did."""
        self._agent, self._api, self._model = agent, api, model
        self._fault: type[TurnFailed] | None = None

    @property
    def is_failing(self) -> bool:
        """Whether the last turn, or question, failed of the model."""
        return self._fault is not None

    @property
    def fault(self) -> str:
        """What of, by the error's name; empty while it does not."""
        return self._fault.__name__ if self._fault else ""

    async def run_turn(
        self,
        lane: Lane,
        bot: Bot,
        prompt: str,
        *,
        on_event: OnEvent,
        brief: GetBrief,
        get_asking: GetAsking,
        job: str,
        within_s: float,
        meter: Meter,
    ) -> Answer:
        """One turn of the agent's; what it raises says nothing of the model, or that it fails."""
        try:
            answer = await self._agent.run_turn(
                lane,
                bot,
                prompt,
                on_event=on_event,
                brief=brief,
                get_asking=get_asking,
                job=job,
                within_s=within_s,
                meter=meter,
            )
        except (*_FAILURES, *_BUSY) as error:
            self._fault, self._model = type(error), bot.model
            await self._learn_the_time(error)
            raise
        self._fault = None
        return answer

    async def _learn_the_time(self, error: TurnFailed) -> None:
        """The CLI does not tell for how long, where it gave up at once: ask, while the room waits.

        By a message: a count of tokens would be let through, its limit is another.
        """
        named = error.until is not None or error.wait_s is not None
        if isinstance(error, _BUSY) and not error.retryable and not named:
            reading = await self._api.greet(self._model, within_s=PATIENCE_S)
            if reading.fault is not None and issubclass(reading.fault, _BUSY):
                error.wait_s = reading.wait_s

    async def ask(self) -> None:
        """Have tokens counted, which is free, for the model that failed last.

        One that is busy was reached; one of which nothing is known is not failing, or nothing
        but a message would end it.
        """
        fault = (await self._api.ask(self._model)).fault
        self._fault = fault if fault is not None and issubclass(fault, _FAILURES) else None
