"""What the tiers cost: a turn in a new session and in a resumed one, over one in a live one."""

from collections.abc import Sequence

from consumer.sessions import SessionManager, TurnResult
from shared.bots import Bot
from shared.lane import Lane
from tests.acceptance.environment import API_KEY
from tests.acceptance.stack import Stack
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.results.ratio import Ratio, median_ratio
from tests.session_settings import session_settings

SESSIONS = 14
BOT = Bot(id="assistant", name="Assistant", system_prompt="You help in a chat room.")


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """A lane at a time: cold, hot, its client taken away, warm, hot again."""
    stack = Stack(workshop.folder, redis_url=workshop.valkey.url)
    await stack.sandbox.start()
    try:
        await stack.sandbox.log.event("sandbox_ready")
        settings = session_settings(
            workshop.folder / "sessions",
            api_key=API_KEY,
            base_url=f"{stack.sandbox_url}/model",
            spares=0,  # a spare would make the cold turn a hot one
        )
        async with SessionManager(settings) as sessions:
            taken = await _all_tiers(sessions, workshop.times(SESSIONS))
    finally:
        await stack.stop()
    hot = ("hot turn", taken["hot"])
    return [
        median_ratio(f"{tier} turn", (f"{tier} turn", taken[tier]), hot)
        for tier in ("cold", "warm")
    ]


async def _all_tiers(sessions: SessionManager, lanes: int) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {"cold": [], "hot": [], "warm": []}

    async def turn(lane: Lane, tier: str) -> None:
        result: TurnResult = await sessions.run_turn(lane, BOT, "echo measured")
        assert result.tier == tier
        taken[tier].append(result.duration)

    for number in range(1, lanes + 1):
        lane = Lane(number, BOT.id)
        await turn(lane, "cold")
        await turn(lane, "hot")
        await sessions.remove_session(lane)
        await turn(lane, "warm")
        await turn(lane, "hot")
        await sessions.remove_session(lane)
    return taken
