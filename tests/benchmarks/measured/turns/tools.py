"""What tools of our own cost: a hot turn of an agent that has many, and one call of one."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pydantic import BaseModel, Field

from consumer.sessions import SessionManager
from consumer.tool_calls.tooling import Tooling
from consumer.toolboxes import Asking, Result, Tool
from shared.bots import Bot
from shared.lane import Lane
from tests.acceptance.environment import API_KEY
from tests.acceptance.stack import Stack
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.results.ratio import Ratio, median_ratio
from tests.session_settings import session_settings

TURNS, WARM_UP = 40, 3
COUNTS = (0, 5, 50)
BOT = Bot(id="assistant", name="Assistant", system_prompt="You help in a chat room.")


class Given(BaseModel):
    """As large as a real tool's."""

    words: str = Field(default="", description="all of these occur in it, whatever their case")
    person: str = Field(default="", description="a part of its author's name")
    before: int | None = Field(default=None, description="only what is older than this number")


async def _nothing(given: Given, asking: Asking) -> Result:
    del given, asking
    return Result("done")


@dataclass(frozen=True)
class Box:
    """So many tools that do nothing."""

    count: int
    name: str = field(default="box")

    def tools(self, bot: Bot) -> Sequence[Tool]:
        """See Toolbox."""
        del bot
        return [
            Tool(
                name=f"tool_{number}",
                description="Search what was said in this room, the newest first.",
                input=Given,
                run=_nothing,
            )
            for number in range(self.count)
        ]


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """All agents are hot, and asked by turns: the machine's load is the same for each."""
    stack = Stack(workshop.folder, redis_url=workshop.valkey.url)
    await stack.sandbox.start()
    try:
        await stack.sandbox.log.event("sandbox_ready")
        model = f"{stack.sandbox_url}/model"
        async with (
            _agent(workshop, model, 0) as none,
            _agent(workshop, model, 5) as few,
            _agent(workshop, model, 50) as many,
        ):
            taken = await _by_turns({0: none, 5: few, 50: many}, workshop.times(TURNS))
    finally:
        await stack.stop()
    hot = ("without a tool", taken["echo 0"])
    return [
        median_ratio("hot turn, 5 tools", ("with 5 tools", taken["echo 5"]), hot),
        median_ratio("hot turn, 50 tools", ("with 50 tools", taken["echo 50"]), hot),
        median_ratio(
            "a call of a tool, and the model asked once more",
            ("a turn with one call", taken["call 5"]),
            ("a turn without", taken["echo 5"]),
        ),
    ]


@asynccontextmanager
async def _agent(workshop: Workshop, model: str, tools: int) -> AsyncIterator[SessionManager]:
    settings = session_settings(
        workshop.folder / f"sessions-{tools}", api_key=API_KEY, base_url=model, spares=0
    )
    tooling = Tooling(toolboxes=[Box(tools)])
    async with SessionManager(settings, tooling=tooling) as sessions:
        yield sessions


async def _by_turns(agents: Mapping[int, SessionManager], times: int) -> dict[str, list[float]]:
    """Seconds by what was asked of whom."""
    names = [*(f"echo {count}" for count in COUNTS), "call 5"]
    taken: dict[str, list[float]] = {name: [] for name in names}
    for number in range(WARM_UP + times):
        for count, sessions in agents.items():
            seconds = await _turn(sessions, f"echo measured {number}")
            taken[f"echo {count}"].append(seconds)
        taken["call 5"].append(await _turn(agents[5], f"tool mcp__box__tool_1 {number}"))
    return {name: seconds[WARM_UP:] for name, seconds in taken.items()}


async def _turn(sessions: SessionManager, words: str) -> float:
    return (await sessions.run_turn(Lane(1, BOT.id), BOT, words)).duration
