"""A stage whose bot has Mike asked before it closes a ticket; its agent asks as the hook would."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from shared.approvals import Request
from shared.lane import Lane
from tests.bots import bot_with
from tests.integration.conftest import BOT, CARRY_OUT, ROOM, Stage

ADA, MIKE, BO = 1, 2, 5
CLOSE = "mcp__tickets__close"
LANE = Lane(ROOM, "assistant")
ASKS = bot_with(
    BOT,
    mcp_servers={"tickets": {"url": "https://mcp.example"}},
    permissions=[{"tools": ["mcp__tickets__*"], "policy": "ask", "approvers": [MIKE, BO]}],
)


@dataclass
class Asked:
    """The stage, and what its agent's approved calls ran with."""

    stage: Stage
    ran: list[Mapping[str, Any]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """What the agent was told of each call that it wanted."""

    def wants(self, text: str, *inputs: Mapping[str, Any], who: frozenset[int]) -> None:
        """In the turn of this text the agent calls the tool, once for each input."""

        async def act() -> str:
            asking = self.stage.agent.askings[-1]
            for number, values in enumerate(inputs):
                call = self.stage.approvals.approvals
                self.told.append(await call.ask(asking, CLOSE, values, f"call-{number}", who))
            return "I asked."

        self.stage.agent.does[text] = act

    def carries_out(self, *, calls: int = 1, ends: bool = True, failed: bool = False) -> None:
        """In a turn that carries out, the agent makes the call so many times."""

        async def act() -> str:
            approvals = self.stage.approvals.approvals
            asking = self.stage.agent.askings[-1]
            for number in range(calls):
                request = await approvals.approved(asking, CLOSE)
                if request is not None and await approvals.take(asking, request, f"run-{number}"):
                    self.ran.append(request.stored_input())
                    if ends:
                        await approvals.ran(f"run-{number}", failed=failed)
            return "I did it."

        self.stage.agent.does[CARRY_OUT] = act

    async def ask(self, number: int = 1, text: str = "close 7", **values: Any) -> None:
        """Ada has the agent ask; waits until the room is told of the request."""
        self.wants(text, values or {"id": 7}, who=frozenset({MIKE, BO}))
        await self.stage.say(text)
        await self.stage.heard(f"Request {number}: close (tickets), because Ada Admin asked")

    async def answer(self, word: str = "yes", number: int = 1, **who: Any) -> None:
        """Somebody's word, Mike's where nobody else is named."""
        person = {"user_id": MIKE, "user_name": "Mike Member", **who}
        await self.stage.say(f"{word} {number}", control=word, control_number=number, **person)

    async def request(self, number: int = 1) -> Request:
        """As it is in Redis now."""
        found = await self.stage.approvals.store.read.of("assistant", number)
        assert found is not None
        return found


@pytest.fixture
async def asked(stage: Stage) -> Asked:
    """Running; its agent makes the call that it is told was approved."""
    stage.bots = {"assistant": ASKS}
    asked = Asked(stage)
    asked.carries_out()
    await stage.start()
    return asked
