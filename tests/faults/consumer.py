"""`python -m tests.faults.consumer`: the real consumer around a fake agent.

Each of its posts carries the fencing token, message and process as parameters of the Content-Type
(which the stand-in Campfire keeps), so that a post is known by whom it was made even when its
maker died before it could log it.
"""

import asyncio
import os
import signal
from typing import Any

import structlog

from consumer.campfire.requests.leaving import Request
from consumer.composition import running as composition
from consumer.composition.agent_parts import AgentParts
from consumer.on_time import clock
from consumer.progress import signs
from consumer.progress.pace import Pace
from consumer.settings import ConsumerSettings
from shared.logs import configure_logs
from shared.startup.settings import load_settings
from tests.bots import bot_with
from tests.faults.agent import FaultyAgent
from tests.faults.bugs import put_in
from tests.faults.clients import are_wanted, scripted

TOOLS = ("post", "edit", "boost")

log = structlog.get_logger()


def main() -> None:
    """Run until SIGTERM, as `python -m consumer` does."""
    put_in()
    settings = load_settings(ConsumerSettings)
    configure_logs(settings.log_format, settings.log_level, process="worker")
    _sign_requests()
    # What is due is put into Redis by a scenario, which nobody tells the clock.
    setattr(clock, "LONGEST_WAIT_S", 0.2)  # noqa: B010 - mypy: a constant
    if os.environ.get("HURRIED_SIGNS"):
        _hurry_signs()
    asyncio.run(_serve(settings))


async def _serve(settings: ConsumerSettings) -> None:
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, _tell_vitals)
    agent = FaultyAgent(
        settings.data_dir / "workspaces", turn_timeout_s=settings.turn_timeout_seconds
    )
    # Its agent writes files and posts, which only a bot with tools can.
    granted: dict[str, Any] = {"tools": ("Write",), "campfire": TOOLS}
    granted |= _schedules()
    if tokens := os.environ.get("FAULT_BUDGET"):
        granted["budgets"] = {"bot": {"tokens": int(tokens), "per": "month"}}
    bots = {name: bot_with(bot, **granted) for name, bot in settings.bots().items()}
    if are_wanted():
        setattr(composition, "claude", scripted)  # noqa: B010 - mypy: a function
        await composition.consume(settings, settings.roster(bots))
        return
    parts = AgentParts(agent=agent, stats=agent.stats)
    await composition.serve(settings, settings.roster(bots), parts, hand_out=agent.take)


def _schedules() -> dict[str, Any]:
    """One that comes when a scenario says so, and not within its minutes by itself."""
    room = os.environ.get("SCHEDULE_ROOM")
    if not room:
        return {}
    tick = {"at": "0 0 1 1 *", "room": int(room), "ask": "say-0 slow=0.02"}
    return {"schedules": {"tick": tick}}


def _hurry_signs() -> None:
    """Boosts with the time, and progress messages, from 0.3 s on: no scenario takes ten."""
    for pace in ("STEPS", "EDITING"):
        setattr(signs, pace, Pace(first_s=0.3, soon_s=0.3, later_s=0.3))


def _sign_requests() -> None:
    """Every request of this process says who makes it; Campfire's client is the only one."""
    send = Request.send

    async def signed(request: Request, *connection: Any) -> Any:
        bound = structlog.contextvars.get_contextvars()
        signature = f"; fence={bound.get('fence', '')}; message={bound.get('message', '')}"
        kind = request.headers.get("Content-Type", "text/plain; charset=utf-8")
        request.headers["Content-Type"] = f"{kind}{signature}; pid={os.getpid()}"
        return await send(request, *connection)

    setattr(Request, "send", signed)  # noqa: B010 - mypy: a method


def _tell_vitals() -> None:
    """On SIGUSR2: what would grow if something leaked."""
    tasks = len(asyncio.all_tasks())
    log.info("vitals", tasks=tasks, descriptors=len(os.listdir("/proc/self/fd")))


if __name__ == "__main__":
    main()
