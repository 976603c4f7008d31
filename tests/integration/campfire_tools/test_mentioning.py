"""`mention` tells one person of the room, by the id that Campfire signed, and nobody else."""

from dataclasses import replace

import pytest

from consumer.campfire.bodies.sgids import unsigned
from consumer.toolboxes import ToolFailed
from sandbox.campfire.rails.signed_ids import sgid_of
from tests.integration.campfire_tools.conftest import ROOM, Scene


async def _learn(scene: Scene, person_id: int) -> None:
    """The book has seen this person's signed id, in an edit of a message of the bot's."""
    room = scene.campfire.room(scene.message.lane)
    mention = f'<action-text-attachment sgid="{unsigned(person_id)}"></action-text-attachment>'
    message_id = await room.post("…")
    await room.edit(message_id, f"<div>{mention}</div>")
    await room.delete(message_id)


async def test_a_person_of_the_room_is_told(scene: Scene) -> None:
    """Whatever the case of their name; the mention begins the message, and is signed."""
    await scene.sandbox.post(ROOM, "I am here", user_id=2)
    await _learn(scene, 2)
    name = (await scene.sandbox.messages(ROOM))[-1]["creator"]["name"]
    with scene.attempt(await scene.claimed()) as attempt:
        await attempt.call("mention", name=f"@{name.upper()}", text="please look")
    (body,) = [m for m in await scene.sandbox.messages(ROOM) if m["creator"]["id"] == 3]
    assert body["stored_html"].find(f'sgid="{sgid_of(2)}"') > 0
    assert body["body"]["plain_text"] == f"@{name}\n\nplease look"


async def test_who_is_not_of_the_room_is_not_mentioned(scene: Scene) -> None:
    """Not a stranger, not who is known from elsewhere alone, not who has no signed id."""
    await _learn(scene, 2)
    with scene.attempt(await scene.claimed()) as attempt:
        for name in ("Bob Baker", "Ada Admin", "nobody at all"):
            with pytest.raises(ToolFailed, match="nobody of that name"):
                await attempt.call("mention", name=name, text="hello")
    assert await scene.said() == []


async def test_a_rerun_mentions_once(scene: Scene) -> None:
    """A mention is a message like any other: in the same place, it is not posted again."""
    await scene.sandbox.post(ROOM, "I am here", user_id=2)
    await _learn(scene, 2)
    name = next(
        m["creator"]["name"] for m in await scene.sandbox.messages(ROOM) if m["creator"]["id"] == 2
    )
    with scene.attempt(await scene.claimed()) as attempt, scene.dying_at("tool.posted"):
        await attempt.call("mention", name=name, text="please look")
    with scene.attempt(await scene.claimed()) as attempt:
        told = await attempt.call("mention", name=name, text="please look")
    assert "Nothing was sent" in told
    assert await scene.said() == [f"@{name}\n\nplease look"]


@pytest.mark.parametrize("scene", ["v1.4.9"], indirect=True)
async def test_v149_knows_whom_the_asker_mentions(scene: Scene) -> None:
    """It shows no bot its room; a webhook holds the signed ids of those whom its author names."""
    asked = await scene.sandbox.post(ROOM, "tell them", mentions=["assistant", 2])
    message = scene.message.model_copy(update={"html": asked["stored_html"]})
    scene.book.told(message)
    (name,) = (entry for user_id, entry in scene.book.names().items() if user_id == 2)
    claim = replace(await scene.claimed(), message=message)
    with scene.attempt(claim) as attempt:
        await attempt.call("mention", name=name, text="please look")
    assert await scene.said() == [f"@{name}\n\nplease look"]
