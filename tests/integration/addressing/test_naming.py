"""Whose answer it is: with several people in the room each answer says whom it answers."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from consumer.agent.errors import AgentRejected
from sandbox.campfire.bodies.mentions import mention_html
from shared.catalogue import catalogue
from tests.integration.conftest import ROOM, STRANGER, Stage

EN = catalogue("en")

V149 = pytest.mark.parametrize("stage", ["v1.4.9"], indirect=True)
ADA, MIKE = 1, 2


async def of_the_bot(stage: Stage) -> list[str]:
    """The bodies that it has posted, in order, as Campfire keeps them."""
    messages = await stage.sandbox.messages(ROOM)
    return [m["stored_html"] for m in messages if m["creator"]["id"] == 3]


async def two_ask(stage: Stage) -> None:
    """Ada's turn runs, and Mike asks meanwhile; then both are answered."""
    let_go = stage.agent.hold("one", "for the first")
    await stage.say("one")
    await stage.agent.until_asked("one")
    await stage.say("two", user_id=MIKE, user_name="Mike Member")
    let_go.set()
    await stage.heard("answer to two")
    await stage.until_idle()


@V149
async def test_of_two_who_wait_each_is_answered_below_their_own_words(stage: Stage) -> None:
    """v1.4.9 tells nobody's signed id: the question is quoted as Campfire's reply button does."""
    await stage.start()
    await two_ask(stage)
    assert await of_the_bot(stage) == [
        '<blockquote>one</blockquote><cite>Ada Admin <a href="/rooms/2/@1">#</a></cite>'
        "<div><br></div><div>for the first</div>",
        '<blockquote>two</blockquote><cite>Mike Member <a href="/rooms/2/@2">#</a></cite>'
        "<div><br></div><div>answer to two</div>",
    ]


async def test_of_two_who_wait_each_is_called_once_they_are_known(stage: Stage) -> None:
    """On main the first time by quote and name, from which the signed id is learnt."""
    await stage.start()
    await two_ask(stage)
    assert [body.startswith("<blockquote>") for body in await of_the_bot(stage)] == [True, True]
    del stage.agent.does["one"]
    await two_ask(stage)
    ada, mike = (await stage.bot_said())[2:]
    assert (ada, mike) == (
        "@Ada Admin\n\nfor the first",
        "@Mike Member\n\nanswer to two",
    )
    assert [push["to"] for push in await stage.sandbox.pushes()] == [["Ada Admin"], ["Mike Member"]]


@V149
async def test_a_quote_calls_nobody(stage: Stage) -> None:
    """The bot that the question mentions is a name in its quote."""
    await stage.start()
    let_go = stage.agent.hold("ask @Stranger", "no")
    html = f"<div>ask {mention_html(STRANGER, 'Stranger')}</div>"
    message = await stage.sandbox.post(ROOM, html=html)
    await stage.say("ask @Stranger", number=message["id"], html=html)
    await stage.agent.until_asked("ask @Stranger")
    await stage.say("two", user_id=MIKE, user_name="Mike Member")
    let_go.set()
    await stage.heard("answer to two")
    (first, _) = await of_the_bot(stage)
    assert first.startswith("<blockquote>ask @Stranger</blockquote>")
    assert "action-text-attachment" not in first


@pytest.mark.parametrize(("user_id", "named"), [(MIKE, True), (ADA, False)])
async def test_what_others_said_in_between_is_seen_after_a_while(
    stage: Stage, user_id: int, named: bool
) -> None:
    """The room is looked at once; the asker's own words between do not count."""
    await stage.start()
    let_go = stage.agent.hold("one", "done")
    await stage.say("one", accepted_ms=round((time.time() - 11) * 1000))
    await stage.agent.until_asked("one")
    await stage.sandbox.post(ROOM, text="by the way", user_id=user_id)
    let_go.set()
    await stage.heard("done")
    await stage.until_idle()
    (body,) = await of_the_bot(stage)
    assert body.startswith("<blockquote>one</blockquote>") is named
    assert ("Ada Admin" in body) is named


@V149
@pytest.mark.parametrize(
    ("sentence", "stopped"), [(EN.say("error.AgentRejected"), False), (EN.say("cancelled"), True)]
)
async def test_a_sentence_in_an_answers_place_says_whose_it_is(
    stage: Stage, sentence: str, stopped: bool
) -> None:
    """A turn failed, or somebody else had it stopped: both are told to who asked."""
    await stage.start()
    fail = asyncio.Event()
    stage.agent.does["one"] = _failing(fail)
    await stage.say("one")
    await stage.agent.until_asked("one")
    await stage.say("two", user_id=MIKE, user_name="Mike Member")
    if stopped:
        await stage.say("stop", user_id=MIKE, user_name="Mike Member", control="stop")
    else:
        fail.set()
    await stage.heard("answer to two")
    await stage.until_idle()
    body = (await of_the_bot(stage))[0]
    assert body.startswith("<blockquote>one</blockquote><cite>Ada Admin ")
    assert body.endswith(f"<div>{sentence}</div>")


@V149
async def test_of_two_who_wait_in_a_ping_each_is_answered_below_their_own_words(
    stage: Stage,
) -> None:
    """Several people may be in one; a single one is never named there."""
    await stage.start()
    let_go = stage.agent.hold("one", "for the first")
    await stage.say("one", room_name=None)
    await stage.agent.until_asked("one")
    await stage.say("two", room_name=None, user_id=MIKE, user_name="Mike Member")
    let_go.set()
    await stage.heard("answer to two")
    await stage.until_idle()
    ada, mike = await of_the_bot(stage)
    assert ada.startswith("<blockquote>one</blockquote><cite>Ada Admin ")
    assert mike.startswith("<blockquote>two</blockquote><cite>Mike Member ")


async def test_one_person_alone_is_not_named(stage: Stage) -> None:
    """However many questions of theirs wait."""
    await stage.start()
    let_go = stage.agent.hold("one", "done")
    await stage.say("one")
    await stage.agent.until_asked("one")
    await stage.say("two")
    let_go.set()
    await stage.heard("answer to two")
    await stage.until_idle()
    assert await stage.bot_said() == ["done", "answer to two"]


def _failing(let_go: asyncio.Event) -> Callable[[], Awaitable[str]]:
    """A turn that fails for good when it is let go."""

    async def act() -> str:
        await let_go.wait()
        raise AgentRejected("no")

    return act
