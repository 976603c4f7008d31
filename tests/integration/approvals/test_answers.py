"""Who may answer a request, where, and how often: one script decides, by user id."""

import asyncio
from typing import Any

import pytest

from tests.conftest import eventually
from tests.integration.approvals.conftest import ADA, BO, MIKE, Asked

PING: dict[str, Any] = {"room_id": 6, "room_name": None}


async def test_a_yes_has_it_run_once_with_what_was_approved(asked: Asked) -> None:
    """In a turn of whoever asked for it, however often the agent calls; then it is done."""
    asked.carries_out(calls=3)
    await asked.ask(id=7, note="é")
    assert "waits as request 1" in asked.told[0]
    await asked.answer()
    await asked.stage.heard("I did it.")
    await asked.stage.until_idle()
    assert asked.ran == [{"id": 7, "note": "é"}]
    request = await asked.request()
    assert (request.state, request.by, request.by_name) == ("done", MIKE, "Mike Member")
    asking = asked.stage.agent.askings[-1]
    assert (asking.asker.user_id if asking.asker else None, asking.unattended) == (ADA, False)
    assert "call mcp__tickets__close once" in asked.stage.agent.whole[-1]


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ({"user_id": ADA, "user_name": "Ada Admin"}, "Ada Admin, request 1 is not yours to decide"),
        ({"user_id": 99, "user_name": "Mike Member"}, "Mike Member, request 1 is not yours"),
        ({"user_id": None, "user_name": "Mike Member"}, "Mike Member, request 1 is not yours"),
        ({"room_id": 1, "room_name": "All Talk"}, ""),
        ({"user_id": ADA, "user_name": "Ada Admin", **PING}, ""),
    ],
    ids=["asker", "same name", "nobody known", "another room", "another's ping"],
)
async def test_whose_word_does_not_count(asked: Asked, who: dict[str, Any], said: str) -> None:
    """They get a sentence, and the request stays as it is; where it is none of theirs to see, the
    sentence tells nothing of it."""
    await asked.ask()
    await asked.answer(**who)
    await asked.stage.until_idle()
    assert (await asked.request()).state == "open"
    assert asked.ran == []
    heard = " ".join(await asked.stage.bot_said())
    if said:
        assert said in heard
    else:
        (told,) = await _said_in(asked, int(who["room_id"]))
        assert told.startswith("Request 1 was not made here.")


@pytest.mark.parametrize("bot", ["ours", "another's"])
async def test_a_bot_never_approves(asked: Asked, bot: str) -> None:
    """Not even one whose id stands among the approvers."""
    number = 3 if bot == "ours" else 9
    asked.wants("close 7", {"id": 7}, who=frozenset({number}))
    await asked.stage.say("close 7")
    await asked.stage.heard("Request 1: close")
    if bot == "another's":
        await asked.stage.redis.sadd(asked.stage.keys.foreign_bots, 9)  # type: ignore[misc]
    said = asked.stage.message("yes 1", "900", user_id=number, control="yes", control_number=1)
    took = await asked.stage.queue.accept(said)
    assert took == ("accepted" if bot == "ours" else "ignored")
    await asked.stage.until_idle()
    assert ((await asked.request()).state, asked.ran) == ("open", [])


async def test_an_approver_answers_in_a_ping_with_the_bot(asked: Asked) -> None:
    """It runs where it was asked for."""
    await asked.ask()
    await asked.answer(**PING)
    await asked.stage.heard("I did it.")
    await asked.stage.until_idle()
    assert asked.ran == [{"id": 7}]
    (said,) = await _said_in(asked, 6)
    assert said.startswith("Request 1 is approved by Mike Member. It runs close")
    assert said.endswith('{"id": 7}')


async def test_of_two_at_once_one_counts(asked: Asked) -> None:
    """The other is told what was said before."""
    await asked.ask()
    bo: dict[str, Any] = {"user_id": BO, "user_name": "Bo"}
    await asyncio.gather(asked.answer("yes"), asked.answer("no", **bo))
    await asked.stage.until_idle()
    request = await asked.request()
    assert request.state in ("done", "denied")
    assert asked.ran == ([{"id": 7}] if request.state == "done" else [])
    said = " ".join(await asked.stage.bot_said())
    by = "Mike Member" if request.state == "done" else "Bo"
    assert said.count("turned down") + said.count("approved by") == 2
    assert f"by {by}" in said


async def test_a_no_is_the_end_of_it(asked: Asked) -> None:
    """A yes after it comes too late."""
    await asked.ask()
    await asked.answer("no")
    await asked.answer("yes")
    await asked.stage.until_idle()
    assert ((await asked.request()).state, asked.ran) == ("denied", [])
    assert (await asked.stage.bot_said())[-2:] == [
        "Request 1 is turned down by Mike Member. Nothing has run."
    ] * 2


async def test_the_same_call_asked_for_again_is_the_same_request(asked: Asked) -> None:
    """While it is open; another input, or another person's wish, is another one."""
    await asked.ask()
    asked.wants("again", {"id": 7}, {"id": 8}, who=frozenset({MIKE, BO}))
    await asked.stage.say("again")
    await asked.stage.until_idle()
    await asked.stage.say("again", user_id=7, user_name="Eva")
    await asked.stage.until_idle()
    numbers = [told.partition("request ")[2].partition(";")[0] for told in asked.told]
    assert numbers == ["1", "1", "2", "3", "4"]


@pytest.mark.parametrize("count", [0, 1, 2])
async def test_a_bare_yes_in_a_ping_answers_the_only_one(asked: Asked, count: int) -> None:
    """Where there is none, or there are several, it is talk, for the agent."""
    stage = asked.stage
    who: dict[str, Any] = {"user_id": MIKE, "user_name": "Mike Member", "room_name": None}
    asked.wants("go", *({"id": n} for n in range(count)), who=frozenset({MIKE}))
    await stage.say("go", **who)
    await stage.until_idle()
    await stage.say("Yes.", control="yes", **who)
    await stage.until_idle()
    assert asked.ran == ([{"id": 0}] if count == 1 else [])
    assert ("Yes." in stage.agent.prompts) is (count != 1)


async def test_a_bare_yes_answers_nothing_that_was_not_shown(asked: Asked) -> None:
    """The room is told of a request below the answer: until then a yes is to something else."""
    stage, has_asked, may_end = asked.stage, asyncio.Event(), asyncio.Event()
    who: dict[str, Any] = {"user_id": MIKE, "user_name": "Mike Member", "room_name": None}
    asked.wants("go", {"id": 7}, who=frozenset({MIKE}))
    ask = stage.agent.does["go"]

    async def ask_and_work_on() -> str:
        said = await ask()
        has_asked.set()
        await may_end.wait()
        return said

    stage.agent.does["go"] = ask_and_work_on
    await stage.say("go", **who)
    await has_asked.wait()
    await stage.say("Yes.", control="yes", **who)
    may_end.set()
    await stage.until_idle()
    assert (asked.ran, (await asked.request()).state) == ([], "open")
    assert "Yes." in stage.agent.prompts


async def test_show_gives_all_of_it_to_whoever_may_answer(asked: Asked) -> None:
    """Above one post as a file, with what nobody would see made visible; to nobody else."""
    await asked.ask(body="x" * 4000 + "\u202e" + "end")
    await asked.answer("show", user_id=ADA, user_name="Ada Admin")
    await asked.stage.heard("Ada Admin, request 1 is not yours to decide")
    await asked.answer("show", **PING)
    await asked.stage.until_idle()
    found = await asked.stage.sandbox.messages(6)
    (told, file) = [m for m in found if m["creator"]["role"] == "bot"]
    assert "All of it is in the file below" in told["body"]["plain_text"]
    assert file["attachment"]["filename"] == "request-1.json"
    assert (await asked.request()).state == "open"


async def _said_in(asked: Asked, room_id: int) -> list[str]:
    async def some() -> bool:
        return bool(await asked.stage.sandbox.messages(room_id))

    await eventually(some)
    found = await asked.stage.sandbox.messages(room_id)
    return [m["body"]["plain_text"] for m in found if m["creator"]["role"] == "bot"]
