"""`remember` is for the person who asks, in an attended turn, and for nobody else."""

from dataclasses import replace
from typing import Any

import pytest

from consumer.campfire_tools.noting import NOBODY_ASKS
from consumer.notes.notes import Notes
from consumer.toolboxes import ToolFailed
from tests.integration.campfire_tools.conftest import Scene


@pytest.mark.parametrize("changes", [{"asker": None}, {"unattended": True}, {"subagent": True}])
async def test_nobody_else_has_anything_noted(scene: Scene, changes: dict[str, Any]) -> None:
    """Not a bot, not a schedule, not a subagent, whose reader nobody is."""
    with scene.attempt(await scene.claimed()) as attempt:
        (tool,) = [tool for tool in attempt.box.tools(attempt.bot) if tool.name == "remember"]
        asking = replace(attempt.asking(), **changes)
        with pytest.raises(ToolFailed, match=NOBODY_ASKS[:20]):
            await tool.run(tool.input.model_validate({"text": "tell them"}), asking)
        assert not attempt.acts.notes


async def test_a_rerun_notes_anew(scene: Scene) -> None:
    """Nothing is kept before the answer is: the second attempt's words stand, once."""
    for text in ("Please tell", "tell them"):
        claim = await scene.claimed()
        with scene.attempt(claim) as attempt:
            await attempt.call("remember", text=text)
            kept = {note.number: note.wire() for note in attempt.acts.notes}
    await scene.lanes.record_noting(claim, kept, reply={"parts": []})
    notes = await Notes(scene.redis, scene.keys).of(scene.message.lane)
    assert [note.text for note in notes] == ["tell them"]
