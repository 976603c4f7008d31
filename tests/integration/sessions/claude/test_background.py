"""A command that goes on in the background: the CLI would begin a turn of its own when it ends."""

import json

from tests.bots import bot_with
from tests.integration.sessions.conftest import BOT, LANE, StartManager

SHELL_BOT = bot_with(BOT, tools=("Bash",))
COMMAND = {
    "command": "sleep 1; echo finished",
    "run_in_background": True,
    "description": "something that takes a while",
}


async def test_every_question_gets_its_own_answer(start_manager: StartManager) -> None:
    """The turns after it neither get each other's answers nor the CLI's to itself."""
    manager = await start_manager()
    await manager.run_turn(LANE, SHELL_BOT, "tool Bash " + json.dumps(COMMAND))
    answers = [
        (await manager.run_turn(LANE, SHELL_BOT, f"slow 1; echo answer {number}")).text
        for number in range(3)
    ]
    assert answers == ["answer 0", "answer 1", "answer 2"]
