"""The boosts that a turn's tools put up stand once, whatever dies when."""

import pytest
from pydantic import ValidationError

from consumer.toolboxes import ToolFailed
from tests.integration.campfire_tools.conftest import ROOM, Scene

STEPS = ["tool.boosting", "tool.boosted", "tool.boost_recorded"]


async def test_a_boost_stands_under_what_is_answered_or_named(scene: Scene) -> None:
    """Without a number under the message that is answered; 16 characters at most."""
    other = await scene.sandbox.post(ROOM, "good news")
    with scene.attempt(await scene.claimed()) as attempt:
        await attempt.call("boost", text="👍")
        await attempt.call("boost", text="sixteen letters!", message=other["id"])
        with pytest.raises(ValidationError):
            await attempt.call("boost", text="seventeen letters")
        with pytest.raises(ToolFailed, match="not in this room"):
            await attempt.call("boost", text="x", message=999)
        elsewhere = await scene.sandbox.post(1, "in another room")
        with pytest.raises(ToolFailed, match="not in this room"):
            await attempt.call("boost", text="x", message=elsewhere["id"])
    asked = int(scene.message.message_id)
    assert await scene.boosted() == [(asked, "👍"), (other["id"], "sixteen letters!")]
    assert [m["boosts"] for m in await scene.sandbox.messages(1)] == [[]]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("again", ["same", "other words", "elsewhere"])
async def test_a_rerun_boosts_nothing_twice(scene: Scene, step: str, again: str) -> None:
    """Killed at each step of the second of two boosts, and asked anew for these or others."""
    asked = int(scene.message.message_id)
    other = int((await scene.sandbox.post(ROOM, "good news"))["id"])
    with scene.attempt(await scene.claimed()) as attempt:
        await attempt.call("boost", text="👍")
        with scene.dying_at(step):
            await attempt.call("boost", text="🎉")
    text = "🎈" if again == "other words" else "🎉"
    on = other if again == "elsewhere" else asked
    with scene.attempt(await scene.claimed()) as attempt:
        await attempt.call("boost", text="👍")
        await attempt.call("boost", text=text, message=on)
    assert sorted(await scene.boosted()) == sorted([(asked, "👍"), (on, text)])


@pytest.mark.parametrize("step", STEPS)
async def test_a_third_attempt_clears_what_two_left(scene: Scene, step: str) -> None:
    """The second dies while it puts its own in the place of the first's."""
    asked = int(scene.message.message_id)
    for text, dying in (("👍", "tool.boosted"), ("🎉", step)):
        with scene.attempt(await scene.claimed()) as attempt, scene.dying_at(dying):
            await attempt.call("boost", text=text)
    with scene.attempt(await scene.claimed()) as attempt:
        await attempt.call("boost", text="🎈")
    assert await scene.boosted() == [(asked, "🎈")]


async def test_a_turn_may_boost_ten_times(scene: Scene) -> None:
    """More is noise."""
    with scene.attempt(await scene.claimed()) as attempt:
        for number in range(10):
            await attempt.call("boost", text=str(number))
        with pytest.raises(ToolFailed, match="10 boosts"):
            await attempt.call("boost", text="11")
    assert len(await scene.boosted()) == 10
