"""Rights with the real CLI: a call that the asker has no right to does not run."""

import json

from consumer.agent import ToolDenied, TurnEvent
from consumer.sessions import SessionManager
from consumer.tool_calls.rights import NOT_EVERYONES, NOT_THEIRS
from consumer.toolboxes import Asker, Asking
from tests.bots import bot_with
from tests.integration.sessions.conftest import BOT, LANE

RULE = {"tools": ["Write"], "policy": "allow", "people": [7]}
WRITER = bot_with(BOT, tools=("Write",), permissions=[RULE])
FILE = "kept.txt"


async def test_what_a_person_has_no_right_to_does_not_run(manager: SessionManager) -> None:
    """The model gets the sentence; in the same hot session somebody else has the right."""
    events: list[TurnEvent] = []

    async def asked(user_id: int | None) -> str:
        person = None if user_id is None else Asker(user_id=user_id, name="Ada")
        asking = Asking(bot=WRITER, lane=LANE, job_id="1", asker=person)
        prompt = f"tool Write {json.dumps({'file_path': FILE, 'content': 'x'})}"
        turn = await manager.run_turn(
            LANE, WRITER, prompt, get_asking=lambda: asking, on_event=events.append
        )
        written = (turn.folder / FILE).exists()
        return f"{turn.tier} {written} {turn.text}"

    denied, unknown, allowed = await asked(9), await asked(None), await asked(7)
    assert denied.startswith("cold False")
    assert NOT_THEIRS.format(tool="Write") in denied
    assert unknown.startswith("hot False")
    assert NOT_EVERYONES.format(tool="Write") in unknown
    assert allowed.startswith("hot True")
    assert [it.name for it in events if isinstance(it, ToolDenied)] == ["Write", "Write"]
