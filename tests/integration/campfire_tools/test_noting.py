"""`remember` is for the person who asks, in an attended turn, and for nobody else."""

from dataclasses import replace
from typing import Any

import pytest

from consumer.campfire_tools.noting import NOBODY_ASKS
from consumer.notes.notes import Note, Notes
from consumer.queue.errors import Fenced
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
    await scene.lanes.ledger.record_keeping(claim, kept, (), reply={"parts": []})
    notes = await Notes(scene.redis, scene.keys).of(scene.message.lane)
    assert [note.text for note in notes] == ["tell them"]


NOTE = {1: Note(number=1, text="tea", by="Ada", user_id=1, at_ms=1).wire()}


async def test_who_lost_the_claim_notes_and_forgets_nothing(scene: Scene) -> None:
    """A consumer that was taken for dead, and goes on."""
    late = await scene.claimed()
    claim = await scene.claimed()
    with pytest.raises(Fenced):
        await scene.lanes.ledger.record_keeping(late, NOTE, (), reply={"parts": []})
    assert await Notes(scene.redis, scene.keys).of(scene.message.lane) == []
    await scene.lanes.ledger.record_keeping(claim, NOTE, (), reply={"parts": []})
    with pytest.raises(Fenced):
        await scene.lanes.ledger.forget_notes(late, None)
    assert len(await Notes(scene.redis, scene.keys).of(scene.message.lane)) == 1


async def test_a_forget_that_runs_again_says_the_same(scene: Scene) -> None:
    """What it took away is on record: not "there is none", and not one that came since."""
    notes = Notes(scene.redis, scene.keys)
    claim = await scene.claimed()
    await scene.lanes.ledger.record_keeping(claim, NOTE, (), reply={"parts": []})
    assert await scene.lanes.ledger.forget_notes(claim, 1) == (1, 0)
    again = await scene.claimed()
    await scene.lanes.ledger.record_keeping(again, NOTE, (), reply={"parts": []})
    assert await scene.lanes.ledger.forget_notes(again, 1) == (1, 0)
    assert len(await notes.of(scene.message.lane)) == 1
    assert await notes.new_number(scene.message.lane) == 1  # numbers are given one by one
    assert await notes.new_number(scene.message.lane) == 2


async def test_of_others_notes_none_goes_where_only_ones_own_may(scene: Scene) -> None:
    """Nor one that cannot be read; a second attempt says the same."""
    notes = Notes(scene.redis, scene.keys)
    claim = await scene.claimed()
    theirs = {2: NOTE[1] | {"user_id": 9}, 3: NOTE[1] | {"user_id": "1"}}
    await scene.lanes.ledger.record_keeping(claim, NOTE | theirs, (), reply={"parts": []})
    assert await scene.lanes.ledger.forget_notes(claim, 2, own_only=True) == (0, 1)
    again = await scene.claimed()
    assert await scene.lanes.ledger.forget_notes(again, None, own_only=True) == (0, 2)
    assert len(await notes.of(scene.message.lane)) == 3
