"""A session's memory with an MCP server of each kind, over that of one without."""

import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

from consumer.sessions import SessionManager
from sandbox.model.server import running_model
from shared.bots import Bot
from shared.lane import Lane
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.results.ratio import Ratio, median_ratio
from tests.mcp_servers.over_http import over_http
from tests.session_settings import session_settings

ROUNDS = 8
STARTS_WITHIN_S = 60.0


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """The sessions side by side, after as many turns each; the server's own process counts."""
    async with running_model() as model, over_http() as http:
        settings = session_settings(
            workshop.folder / "data",
            api_key="a-key",
            base_url=model.base_url,
            spares=0,
            max_hot=64,
            servers_wait=STARTS_WITHIN_S,
        )
        program = {
            "command": [sys.executable, "-m", "tests.mcp_servers.odd"],
            "env": {"PYTHONPATH": str(Path.cwd())},
        }
        bots = [_bot("none"), _bot("http", odd={"url": http.url}), _bot("program", odd=program)]
        async with SessionManager(settings) as manager:
            held = [await _held(manager, bot, workshop.times(ROUNDS)) for bot in bots]
    without, over_network, as_program = held
    return [
        median_ratio("memory, MCP over HTTP", ("with it", over_network), ("without", without)),
        median_ratio("memory, MCP program", ("with it", as_program), ("without", without)),
    ]


def _bot(name: str, **servers: object) -> Bot:
    return Bot.model_validate(
        {"id": name, "name": name, "system_prompt": "You help.", "mcp_servers": servers}
    )


async def _held(manager: SessionManager, bot: Bot, rounds: int) -> list[float]:
    """Bytes of all processes of a session, in as many rooms."""
    held = []
    for room in range(1, rounds + 1):
        result = await manager.run_turn(Lane(room, bot.id), bot, "hello")
        assert result.pid is not None
        cli = psutil.Process(result.pid)
        held.append(float(sum(_own(it) for it in [cli, *cli.children(recursive=True)])))
    return held


def _own(process: psutil.Process) -> int:
    """Shared with nobody: the first sessions would seem larger than the last."""
    return int(process.memory_full_info().uss)
