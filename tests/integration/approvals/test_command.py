"""`python -m operate approvals`: what waits for a person's yes, and what became of it."""

import pytest

from shared.audit import AuditTrail, Entry
from tests.integration.approvals.conftest import MIKE, Asked
from tests.integration.conftest import Operate

LIST, SHOW = ("approvals", "list"), ("approvals", "show", "assistant")


async def test_an_operator_sees_what_waits_and_what_became_of_it(
    asked: Asked, operate: Operate
) -> None:
    """The list without any input, which may be anything; one request with all of it."""
    await asked.ask(id=7, secret="swordfish")
    _, listed = await operate(*LIST)
    assert listed.startswith("assistant 1  open  mcp__tickets__close  room 2  asked by 1  until ")
    assert "swordfish" not in listed
    _, shown = await operate(*SHOW, "1")
    assert '{"id": 7, "secret": "swordfish"}' in shown
    assert "may be answered by 2, 5" in shown
    await asked.answer()
    await asked.stage.heard("I did it.")
    await asked.stage.until_idle()
    assert (await operate(*LIST, "--bot", "assistant"))[1] == "no request waits for anybody\n"
    assert "assistant 1  done" in (await operate(*LIST, "--all"))[1]
    assert "answered at" in (await operate(*SHOW, "1"))[1]
    assert "assistant has no request 2" in (await operate(*SHOW, "2"))[1]


@pytest.mark.parametrize(("word", "came_of_it"), [("yes", "approved"), ("no", "denied")])
async def test_the_audit_says_who_asked_who_answered_and_how_it_ended(
    asked: Asked, word: str, came_of_it: str
) -> None:
    """By ids; not a word of the input."""
    await asked.ask(secret="swordfish")
    await asked.answer("yes", user_id=1, user_name="Ada Admin")
    await asked.answer(word)
    await asked.stage.until_idle()
    found: list[Entry] = []
    async for kept in AuditTrail(asked.stage.redis, asked.stage.keys).read():
        found.append(kept.entry)
    of_it = [e for e in found if e.what.startswith("approval")]
    assert [(e.what, e.person, e.by, e.detail) for e in of_it] == [
        ("approval_asked", 1, None, "request 1"),
        ("approval_answered", 1, 1, "request 1 yes not_yours"),
        ("approval_answered", 1, MIKE, f"request 1 {word} {came_of_it}"),
        *([("approval_ended", 1, MIKE, "request 1 done")] if word == "yes" else []),
    ]
    assert "swordfish" not in "".join(e.model_dump_json() for e in found)
