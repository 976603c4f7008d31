"""What a turn's tools post stands in the room once, in the newest words, whatever dies when."""

import threading
from typing import Any

import pytest

from consumer.campfire_tools import posting
from consumer.campfire_tools.acts.ledger import Posted
from consumer.campfire_tools.wording import parts_of
from consumer.toolboxes import ToolFailed
from shared.redis.message_hash import Field
from tests.integration.campfire_tools.conftest import ROOM, Scene

BOTH = pytest.mark.parametrize("scene", ["main", "v1.4.9"], indirect=True)
MAIN, V149 = "main", "v1.4.9"
LABEL = "(This may be a repeat, because the connection broke while I answered.)"
STEPS = ["tool.posting", "tool.posted", "tool.recorded"]


@BOTH
async def test_a_post_stands_in_the_room(scene: Scene) -> None:
    """Rendered as answers are; the model is told its number."""
    claim = await scene.claimed()
    with scene.attempt(claim) as attempt:
        first = await attempt.call("post", text="**Deploy** begins")
        second = await attempt.call("post", text="and ends")
    assert await scene.said() == ["Deploy begins", "and ends"]
    assert first.startswith("Message 1 of this turn: It is in the room")
    assert second.startswith("Message 2 ")
    assert scene.made_way == [claim.job_id] * 2


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("again", ["same", "other"])
@BOTH
async def test_a_rerun_posts_nothing_twice(
    scene: Scene, step: str, again: str, request: pytest.FixtureRequest
) -> None:
    """Killed at each step of the second of three posts, and asked anew in these or other words.

    On v1.4.9 nobody can change a word; where nobody can know whether it arrived, what is sent again
    says so, as an answer does.
    """
    with scene.attempt(await scene.claimed()) as attempt:
        await attempt.call("post", text="one")
        with scene.dying_at(step):
            await attempt.call("post", text="two")
    words = {"same": ["one", "two", "three"], "other": ["ONE?", "TWO?", "THREE?"]}[again]
    with scene.attempt(await scene.claimed()) as attempt:
        told = [await attempt.call("post", text=word) for word in words]
    old = request.node.callspec.params["scene"] == V149
    said = await scene.said()
    if not old:
        assert said == words
        return
    first = "one"
    if step == "tool.recorded":
        assert said == [first, "two", words[2]]
        assert "Nothing was sent" in told[1]
        assert ("two" in told[1]) == (again == "other")
    else:
        arrived = ["two"] if step == "tool.posted" else []
        assert said == [first, *arrived, f"{LABEL}\n{words[1]}", words[2]]


@BOTH
async def test_what_nobody_can_change_is_said(scene: Scene, request: pytest.FixtureRequest) -> None:
    """Other words in a rerun: changed on main, and on v1.4.9 the model is told what stands."""
    with scene.attempt(await scene.claimed()) as attempt:
        await attempt.call("post", text="the old words")
    with scene.attempt(await scene.claimed()) as attempt:
        told = await attempt.call("post", text="the new words")
    if request.node.callspec.params["scene"] == V149:
        assert await scene.said() == ["the old words"]
        assert "Nothing was sent" in told
        assert "the old words" in told
    else:
        assert await scene.said() == ["the new words"]


async def test_a_second_crash_finds_the_changed_words(scene: Scene) -> None:
    """What a rerun changed is what the rerun after it compares with."""
    for word in ("a", "b", "b", "a"):
        with scene.attempt(await scene.claimed()) as attempt:
            await attempt.call("post", text=f"word {word}")
    assert await scene.said() == ["word a"]


async def test_a_long_one_is_several_messages(scene: Scene) -> None:
    """Cut as an answer is, each by its own number; a rerun after part of it goes on."""
    text = "\n\n".join(f"{number} " + "word " * 600 for number in (1, 2, 3))
    with scene.attempt(await scene.claimed()) as attempt, scene.dying_at("tool.posted"):
        await attempt.call("post", text=text)
    with scene.attempt(await scene.claimed()) as attempt:
        told = await attempt.call("post", text=text)
    assert [said[:1] for said in await scene.said()] == ["1", "2", "3"]
    assert told.splitlines()[-1].startswith("Message 3 ")


async def test_too_long_or_too_many_is_refused(scene: Scene) -> None:
    """Before anything of it is posted: five messages of one call, ten of one turn."""
    with scene.attempt(await scene.claimed()) as attempt:
        with pytest.raises(ToolFailed, match="too long"):
            await attempt.call("post", text="\n\n".join(["word " * 600] * 6))
        with pytest.raises(ToolFailed, match="nothing in it"):
            await attempt.call("post", text=" \n ")
        for number in range(10):
            await attempt.call("post", text=f"line {number}")
        with pytest.raises(ToolFailed, match="10 messages"):
            await attempt.call("post", text="one more")
    assert await scene.said() == [f"line {number}" for number in range(10)]


@pytest.mark.parametrize(
    ("fault", "sure"),
    [
        ({"kind": "drop", "when": "after"}, False),
        ({"kind": "status", "status": 500, "when": "after"}, False),
        ({"kind": "status", "status": 503, "times": 4}, True),
    ],
)
async def test_a_call_after_a_failure_takes_its_place(
    scene: Scene, fault: dict[str, object], sure: bool
) -> None:
    """Whatever Campfire's trouble was, the words are in the room once."""
    await scene.sandbox.order_fault(method="POST", **fault)
    with scene.attempt(await scene.claimed()) as attempt:
        if sure:
            with pytest.raises(ToolFailed, match="cannot be reached"):
                await attempt.call("post", text="once")
            assert await scene.said() == []
        await attempt.call("post", text="once")
        await attempt.call("post", text="and then")
    assert await scene.said() == ["once", "and then"]


@BOTH
async def test_a_lost_claim_posts_nothing(scene: Scene) -> None:
    """Who was taken for dead, and goes on, has no right to the room any more."""
    late = await scene.claimed()
    with scene.attempt(late) as attempt:
        await scene.claimed()
        with pytest.raises(ToolFailed, match="another process"):
            await attempt.call("post", text="too late")
    assert await scene.said() == []


async def test_a_call_after_the_turn_posts_nothing(scene: Scene) -> None:
    """The answer is about to be posted, or the turn was stopped."""
    with scene.attempt(await scene.claimed()) as attempt:
        pass
    with pytest.raises(ToolFailed, match="turn that it belongs to is over"):
        await attempt.call("post", text="too late")
    assert await scene.said() == []


async def test_the_ledger_goes_with_the_message(scene: Scene) -> None:
    """It is kept with the message until that ends, and nowhere else."""
    claim = await scene.claimed()
    with scene.attempt(claim) as attempt:
        await attempt.call("post", text="hello")
    name = scene.keys.message(claim.job_id)
    assert await scene.redis.hget(name, Field.BY_TOOLS)  # type: ignore[misc]
    await scene.lanes.settle(claim, {"outcome": "cancelled"})
    assert not await scene.redis.exists(name)
    assert await scene.said() == ["hello"]  # what a stopped turn has posted stays


async def test_own_messages_are_changed_and_taken_away(scene: Scene) -> None:
    """By their numbers; others' numbers, and other turns' messages, are nobody's to change."""
    before = await scene.sandbox.post(ROOM, "not yours")
    with scene.attempt(await scene.claimed()) as attempt:
        await attempt.call("post", text="one")
        await attempt.call("post", text="two")
        assert "says this now" in await attempt.call("edit", number=1, text="*uno*")
        assert "gone" in await attempt.call("delete", number=2)
        for number in (2, 3, before["id"]):
            with pytest.raises(ToolFailed, match="None of the messages"):
                await attempt.call("edit", number=number, text="x")
            with pytest.raises(ToolFailed, match="None of the messages"):
                await attempt.call("delete", number=number)
    assert await scene.said() == ["uno"]


@pytest.mark.parametrize("step", ["tool.recorded", "edited", "deleted"])
async def test_a_rerun_of_edit_and_delete_ends_the_same(scene: Scene, step: str) -> None:
    """Wherever the first attempt ended, the second's words stand, each once."""
    with scene.attempt(await scene.claimed()) as attempt:
        await attempt.call("post", text="one")
        await attempt.call("post", text="two")
        if step != "tool.recorded":
            await attempt.call("edit", number=1, text="uno")
        if step == "deleted":
            await attempt.call("delete", number=2)
    with scene.attempt(await scene.claimed()) as attempt:
        await attempt.call("post", text="one")
        await attempt.call("post", text="two")
        await attempt.call("edit", number=1, text="uno")
    assert await scene.said() == ["uno", "two"]


@pytest.mark.parametrize("scene", ["v1.4.9"], indirect=True)
async def test_v149_is_not_offered_what_it_cannot(scene: Scene) -> None:
    """It has POST alone: no edit, no delete, no boost."""
    with scene.attempt(await scene.claimed()) as attempt:
        assert [tool.name for tool in attempt.box.tools(attempt.asking().bot)] == [
            "post",
            "mention",
            "remember",
        ]


async def test_words_become_a_message_beside_the_loop(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table of 20,000 characters takes seconds, in which no other lane waits."""
    threads = list[int]()

    def parts(*given: Any) -> list[Posted]:
        threads.append(threading.get_ident())
        return parts_of(*given)

    monkeypatch.setattr(posting, "parts_of", parts)
    with scene.attempt(await scene.claimed()) as attempt:
        await attempt.call("post", text="one")
        await attempt.call("edit", number=1, text="two")
    assert len(threads) == 2
    assert threading.get_ident() not in threads
