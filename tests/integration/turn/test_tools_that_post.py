"""What a turn's tools post, beside its answer, its signs, and what others say meanwhile."""

import pytest

from consumer.agent.errors import AgentOverloaded
from consumer.progress import signs
from consumer.progress.pace import Pace
from shared.catalogue import catalogue
from tests.bots import bot_with
from tests.conftest import eventually
from tests.integration.conftest import BOT, ROOM, Stage, has_signs

BOTH = pytest.mark.parametrize("stage", ["main", "v1.4.9"], indirect=True)


@pytest.fixture
def posting(stage: Stage) -> Stage:
    """Its bot may post, edit, boost."""
    stage.bots = {"assistant": bot_with(BOT, campfire=("post", "edit", "boost"))}
    return stage


@BOTH
async def test_the_answer_stays_the_turns_text(posting: Stage) -> None:
    """What a tool posts stands before it, and nothing of the answer is missing."""

    async def act() -> str:
        await posting.tool("post", text="first")
        return "and last"

    posting.agent.does["go"] = act
    await posting.start()
    await posting.say("go")
    await posting.heard("and last")
    await posting.until_idle()
    assert await posting.bot_said() == ["first", "and last"]


async def test_an_answer_in_the_same_words_is_no_post_of_a_tool(posting: Stage) -> None:
    """Campfire fails over the answer before it has it: the tool's message, which says the same, is
    not taken for it."""

    async def act() -> str:
        await posting.tool("post", text="Done.")
        await posting.sandbox.order_fault(kind="drop", method="POST", when="before")
        return "Done."

    posting.agent.does["go"] = act
    await posting.start(progress="off")
    await posting.say("go")
    await posting.until_idle()
    assert await posting.bot_said() == ["Done.", "Done."]


@BOTH
async def test_what_a_stopped_turn_has_posted_stays(posting: Stage) -> None:
    """People have read it; the turn says that it was stopped."""

    async def act() -> str:
        await posting.tool("post", text="half of it")
        await posting.say("stop", control="stop")
        await posting.agent.hold("never", "").wait()
        return ""

    posting.agent.does["go"] = act
    await posting.start()
    await posting.say("go")
    await posting.heard(catalogue("en").say("cancelled"))
    await posting.until_idle()
    assert await posting.bot_said() == ["half of it", catalogue("en").say("cancelled")]


async def test_a_progress_message_makes_way(
    posting: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would take name and avatar from the message below it; from then on a boost tells the time,
    and none of it stays."""
    for pace in ("STEPS", "EDITING"):
        monkeypatch.setattr(signs, pace, Pace(first_s=0.05, soon_s=0.05, later_s=0.05))
    seen: list[list[str]] = []

    async def shows_the_time() -> bool:
        return any("Thinking" in said for said in await posting.bot_said())

    async def act() -> str:
        await eventually(shows_the_time)
        await posting.tool("post", text="first")
        seen.append(await posting.bot_said())
        await eventually(boosts_the_time)
        seen.append(await posting.bot_said())
        return "and last"

    async def boosts_the_time() -> bool:
        found = await posting.sandbox.messages(ROOM)
        return any("⏳" in boost["content"] for m in found for boost in m["boosts"])

    posting.agent.does["go"] = act
    await posting.start(progress="edit")
    job_id = await posting.say("go")
    await posting.until_idle()
    assert seen == [["first"], ["first"]]
    assert await posting.bot_said() == ["first", "and last"]
    await eventually(lambda: has_signs(posting, job_id, ["✅"]))


async def test_own_boosts_stand_beside_the_signs(posting: Stage) -> None:
    """Signs replace one another, and leave alone what the agent has put up."""

    async def act() -> str:
        await posting.tool("boost", text="👍")
        return "thanks"

    posting.agent.does["go"] = act
    await posting.start()
    job_id = await posting.say("go")
    await posting.until_idle()
    await eventually(lambda: has_signs(posting, job_id, ["👍", "✅"]))


async def test_own_posts_are_nobody_elses_words(posting: Stage) -> None:
    """After a while the room is asked who spoke between: a post of the bot's own names nobody."""

    async def act() -> str:
        await posting.tool("post", text="first")
        return "and last"

    posting.agent.does["go"] = act
    await posting.start()
    await posting.say("go", accepted_ms=posting.now_ms() - 20_000)
    await posting.until_idle()
    assert await posting.bot_said() == ["first", "and last"]


async def test_own_posts_are_no_missed_messages(posting: Stage) -> None:
    """A catch-up finds them in the room, naming the bot itself, and leaves them alone."""

    async def act() -> str:
        await posting.tool("post", text="I am @Assistant, and @Assistant works")
        return "and last"

    posting.agent.does["go"] = act
    await posting.start()
    await posting.say("go")
    await posting.until_idle()
    await posting.stop()
    await posting.start(catch_up="on")
    await posting.say("next")
    await posting.until_idle()
    assert posting.agent.prompts == ["go", "next"]


@BOTH
async def test_a_turn_that_is_tried_again_posts_once(posting: Stage) -> None:
    """The model was busy after the post: the next attempt, of the same process, finds it."""
    attempts: list[str] = []

    async def act() -> str:
        attempts.append(await posting.tool("post", text="first"))
        if len(attempts) == 1:
            raise AgentOverloaded
        return "and last"

    posting.agent.does["go"] = act
    await posting.start()
    await posting.say("go")
    await posting.until_idle()
    assert await posting.bot_said() == ["first", "and last"]
    assert "Nothing was sent" in attempts[1]


@BOTH
async def test_help_offers_what_this_campfire_lets_bots_do(
    posting: Stage, request: pytest.FixtureRequest
) -> None:
    """v1.4.9 has no edits and no boosts: what the agent is not given is not promised either."""
    is_main = request.node.callspec.params["stage"] == "main"
    await posting.start()
    await posting.say("help", control="help")
    await posting.until_idle()
    (said,) = await posting.bot_said()
    assert "post further messages" in said
    assert ("boost messages" in said) is is_main
