"""`python -m tests.benchmarks.programs.hanging_consumer`: the real consumer around an agent that
tells when a turn begins and never ends it."""

import asyncio
from typing import Any, NoReturn

from consumer.composition import running as composition
from consumer.composition.agent_parts import AgentParts
from consumer.settings import ConsumerSettings
from shared.between_processes.service_status import ServiceStatus
from shared.bots import Bot
from shared.lane import Lane
from shared.logs import configure_logs
from shared.startup.settings import load_settings
from tests.benchmarks.programs.no_op_consumer import tell


class HangingAgent:
    """Begins turns."""

    async def run_turn(self, lane: Lane, bot: Bot, prompt: str, **_: Any) -> NoReturn:
        """See consumer.turn.agent."""
        tell("turn")
        await asyncio.Event().wait()
        raise AssertionError("nobody sets this event")


if __name__ == "__main__":
    settings = load_settings(ConsumerSettings)
    configure_logs(settings.log_format, "info", process="bench")
    asyncio.run(
        composition.serve(
            settings, settings.roster(), AgentParts(agent=HangingAgent(), stats=ServiceStatus)
        )
    )
