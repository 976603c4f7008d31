"""`BUSY=collect`: what one person sends while a turn runs becomes one turn, settled together."""

import asyncio

from consumer.queue.ticket import ending_of
from tests.bots import bot_with
from tests.conftest import eventually
from tests.integration.conftest import BOT, ROOM, Stage, has_signs

QUICK = [f"quick {number}" for number in range(1, 6)]


async def slow_turn(stage: Stage) -> asyncio.Event:
    """A turn runs until the event that this gives is set."""
    let_go = stage.agent.hold("slow", "slow is done")
    await stage.say("slow")
    await stage.agent.until_asked("slow")
    return let_go


async def outcome(stage: Stage, job_id: str) -> str:
    stored = await stage.redis.get(stage.keys.result(job_id))
    assert stored is not None, job_id
    return str(ending_of(stored)["outcome"])


async def test_five_quick_messages_become_one_turn(stage: Stage) -> None:
    """One answer, five outcomes; the agent is shown all of them."""
    await stage.start(busy="collect")
    let_go = await slow_turn(stage)
    jobs = [await stage.say(text) for text in QUICK]
    let_go.set()
    await stage.heard("answer to quick 5")
    await stage.until_idle()
    assert stage.agent.prompts == ["slow", "quick 5"]
    shown = [line for line in stage.agent.whole[-1].splitlines() if line in QUICK]
    assert shown == QUICK
    assert [await outcome(stage, job) for job in jobs] == ["completed"] * 5
    assert await stage.bot_said() == ["slow is done", "answer to quick 5"]


async def test_who_is_being_answered_is_not_told_to_wait(stage: Stage) -> None:
    """A turn that takes long over collected messages: no notice that they are next."""
    await stage.start(busy="collect")
    let_go = await slow_turn(stage)

    held = stage.agent.hold("quick 2", "together")
    _, second = [await stage.say(text) for text in QUICK[:2]]
    let_go.set()
    await stage.agent.until_asked("quick 2")
    await eventually(lambda: has_signs(stage, second, ["👀"]))  # who waits was looked through
    held.set()
    await stage.heard("together")
    assert await stage.bot_said() == ["slow is done", "together"]


async def test_two_people_are_not_joined(stage: Stage) -> None:
    """Ada, Mike, Ada: three turns, in order."""
    await stage.start(busy="collect")
    let_go = await slow_turn(stage)
    for text, user_id in (("a1", 1), ("a2", 1), ("m1", 2), ("a3", 1)):
        await stage.say(text, user_id=user_id)
    let_go.set()
    await stage.heard("answer to a3")
    assert stage.agent.prompts == ["slow", "a2", "m1", "a3"]


async def test_by_default_each_has_its_turn(stage: Stage) -> None:
    """`BUSY=queue`."""
    await stage.start()
    let_go = await slow_turn(stage)
    for text in QUICK:
        await stage.say(text)
    let_go.set()
    await stage.heard("answer to quick 5")
    assert stage.agent.prompts == ["slow", *QUICK]


async def test_a_bots_file_goes_before(stage: Stage) -> None:
    """`busy: collect` in its file, whatever the service does elsewhere."""
    stage.bots = {"assistant": bot_with(BOT, busy="collect")}
    await stage.start(busy="queue")
    let_go = await slow_turn(stage)
    for text in QUICK:
        await stage.say(text)
    let_go.set()
    await stage.heard("answer to quick 5")
    assert stage.agent.prompts == ["slow", "quick 5"]


async def test_what_comes_during_the_turn_is_a_turn_of_its_own(stage: Stage) -> None:
    """Settled is what the agent was shown, no more."""
    await stage.start(busy="collect")
    let_go = await slow_turn(stage)
    await stage.say("quick 1")
    second = asyncio.Event()

    async def slow_too() -> str:
        await second.wait()
        return "both"

    stage.agent.does["quick 2"] = slow_too
    await stage.say("quick 2")
    let_go.set()
    await stage.agent.until_asked("quick 2")
    await stage.say("later")
    second.set()
    await stage.heard("answer to later")
    assert stage.agent.prompts == ["slow", "quick 2", "later"]
    assert await stage.bot_said() == ["slow is done", "both", "answer to later"]


async def test_a_failed_attempt_collects_anew(stage: Stage) -> None:
    """Handed back by a drain, nothing was settled: the next attempt has all of them."""
    await stage.start(busy="collect", shutdown_grace_seconds=0)
    let_go = await slow_turn(stage)
    never = asyncio.Event()

    async def hang() -> str:
        await never.wait()
        return ""

    stage.agent.does["quick 5"] = hang
    jobs = [await stage.say(text) for text in QUICK]
    let_go.set()
    await stage.agent.until_asked("quick 5")
    await stage.stop()
    del stage.agent.does["quick 5"]
    await stage.start(busy="collect")
    await stage.heard("answer to quick 5")
    await stage.until_idle()
    assert [await outcome(stage, job) for job in jobs] == ["completed"] * 5
    assert await stage.bot_said() == ["slow is done", "answer to quick 5"]


async def test_a_file_joins_the_words_it_came_with(stage: Stage) -> None:
    """The composer sends both one after the other: one turn and one answer, whatever BUSY says."""
    await stage.start()
    let_go = await slow_turn(stage)
    words = await stage.say("see this", html="<div>see <strong>this</strong></div>")
    file = await stage.say("photo.png", is_file=True)
    alone = await stage.say("later")
    let_go.set()
    await stage.until_idle()
    _, turn, after = stage.agent.whole
    assert "see **this**" in turn
    assert "photo.png</" in turn
    assert "image/png. Campfire gives you no way to open it.)" in turn
    assert "later" in after
    assert [await outcome(stage, job) for job in (words, file, alone)] == ["completed"] * 3
    assert len(await stage.bot_said()) == 3


async def test_a_file_alone_is_told_with_its_senders_words_before_it(stage: Stage) -> None:
    """By the room's index, also where the room was quiet since the last turn."""
    await stage.start()
    await stage.say("look at my report")
    await stage.until_idle()
    sent = await stage.sandbox.post_file(ROOM, "report.csv", b"1,2")
    await stage.say("report.csv", number=sent["id"], is_file=True)
    await stage.until_idle()
    brief = stage.agent.briefs[-1]
    assert "[sent with the file below, " in brief
    assert "look at my report" in brief.splitlines()[-2]
    assert len(await stage.bot_said()) == 2
