"""Two people wait for one bot, with real processes: each answer says whom it answers."""

import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.stack import SUPPORT, Stack, user_id
from tests.conftest import eventually

MIKE = 2


async def two_ask(stack: Stack, number: int) -> list[str]:
    """Ada asks for something slow and Mike for something quick; the bodies of both answers."""
    before = len(await of_the_bot(stack))
    await stack.say(f"slow 3; echo for Ada {number}")
    await eventually(stack.model_requests)
    text = f"echo for Mike {number}"
    await stack.campfire.post(SUPPORT, text, mentions=["assistant"], user_id=MIKE)

    async def answered() -> bool:
        return len(await of_the_bot(stack)) == before + 2

    await eventually(answered)
    return (await of_the_bot(stack))[before:]


async def of_the_bot(stack: Stack) -> list[str]:
    """The bodies of what it has posted, as Campfire keeps them."""
    found = await stack.campfire.messages(SUPPORT)
    return [m["stored_html"] for m in found if m["creator"]["id"] == user_id("assistant")]


@pytest.mark.long
@pytest.mark.parametrize("mode", ["main", "v1.4.9"])
async def test_each_answer_names_its_asker(new_stack: NewStack, mode: str) -> None:
    """By what they asked while their signed ids are unknown; nothing in a quote calls anybody."""
    stack = new_stack(PROGRESS="off", SANDBOX_MODE=mode)
    await stack.start()
    await stack.ready()
    ada, mike = await two_ask(stack, 1)
    for body, name, text in ((ada, "Ada Admin", "for Ada 1"), (mike, "Mike Member", "for Mike 1")):
        quote, _, answer = body.partition("</cite>")
        assert quote.startswith("<blockquote>")
        assert name in quote
        assert "action-text-attachment" not in quote
        assert text in quote
        assert text in answer
    if mode == "main":  # the edit has shown their signed ids
        ada, mike = await two_ask(stack, 2)
        assert "blockquote" not in ada + mike
        told = [push["to"] for push in await stack.campfire.pushes()]
        assert told == [["Ada Admin"], ["Mike Member"]]
