"""A worker's sessions in a process of their own: where it runs, as whom, and with which home.

`python -m tests.integration.cage.scene <JSON>` checks the cage of a bot with every tool, then says
the words of some turns in its lane; prints what came of it as JSON.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from consumer.agent import SessionSettings
from consumer.cage import watch
from consumer.cage_check.cage_check import CageCheck
from consumer.sessions import SessionManager
from sandbox.model.server import running_model
from shared.bots import Bot
from shared.errors import ConfigurationError
from shared.lane import Lane
from tests.session_settings import cage_bounds, session_settings

BOT = Bot(
    id="ops",
    name="Ops",
    system_prompt="x",
    tools=("Bash", "Read", "Grep", "Glob", "Write", "Edit"),
)
LANE = Lane(1, "ops")
UNWATCHED_PROCESSES = 40
"""The lane's bound where nobody looks: what a bomb forks up to there holds the machine's cores."""


async def main(asked: dict[str, Any]) -> dict[str, Any]:
    """What the check said of the bot, and what it answered."""
    cage = cage_bounds()
    if asked["unwatched"]:
        watch.LOOK_EVERY = 3600.0
        cage = cage_bounds(processes=UNWATCHED_PROCESSES)
    async with running_model() as model:
        settings = session_settings(
            Path(asked["data"]),
            api_key="SECRET-api-key",
            base_url=model.base_url,
            secret_files=tuple(map(Path, asked["secrets"])),
            hidden=(Path(asked["bots"]),),
            spares=0,
            cage=cage,
        )
        async with SessionManager(settings) as manager:
            problems = await refused(settings) if asked["checked"] else []
            answers = [(await manager.run_turn(LANE, BOT, words)).text for words in asked["turns"]]
    return {"problems": problems, "answers": answers}


async def refused(settings: SessionSettings) -> list[str]:
    """The sentences with which the bot is refused; none."""
    try:
        await CageCheck(settings)(BOT)
    except ConfigurationError as error:
        return error.problems
    return []


if __name__ == "__main__":
    print("RESULT", json.dumps(asyncio.run(main(json.loads(sys.argv[1])))))  # noqa: T201
