"""The real CLI reads the room it is asked in, through the whole service; no other room."""

import json
import shutil
from pathlib import Path

import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT
from tests.acceptance.stack import ALL_TALK, SUPPORT, Stack
from tests.conftest import eventually


async def _stack(new_stack: NewStack, folder: Path, **settings: str) -> Stack:
    """The assistant may read its rooms."""
    bots = folder / "bots"
    shutil.copytree(ROOT / "bots", bots)
    file = bots / "assistant.yaml"
    file.write_text(file.read_text().replace("tools: []", "campfire: [search, around, people]"))
    stack = new_stack(BOTS_DIR=str(bots), **settings)
    await stack.start()
    await stack.ready()
    return stack


def _call(tool: str, **given: object) -> str:
    return f"tool mcp__campfire__{tool} {json.dumps(given)}"


async def test_a_bot_searches_the_room_it_is_asked_in(new_stack: NewStack, tmp_path: Path) -> None:
    """Also when another room's message is named; each call is counted and told to operators."""
    stack = await _stack(new_stack, tmp_path)
    said = await stack.campfire.post(SUPPORT, "our budget is 4711")
    elsewhere = await stack.campfire.post(ALL_TALK, "our budget is 9999")
    found = await stack.ask(_call("search", words="our budget"))
    assert f"#{said['id']}" in found
    assert "Ada Admin: our budget is 4711" in found
    assert "Ada Admin" in await stack.ask(_call("people"))
    refused = await stack.ask(_call("around", message=elsewhere["id"]))
    assert "There is no message with that number in this room." in refused
    assert "9999" not in "".join(await stack.answers())
    assert "our budget is 9999" in await stack.ask(
        _call("search", words="our budget"), room_id=ALL_TALK
    )

    async def told() -> bool:
        stats = (await stack.http.get("/session/stats", headers=stack.operator)).json()
        tools = {it["tool"]: (it["calls"], it["ok"], it["failed"]) for it in stats["tools"]}
        return tools == {
            "mcp__campfire__search": (2, 2, 0),
            "mcp__campfire__people": (1, 1, 0),
            "mcp__campfire__around": (1, 0, 1),
        }

    await eventually(told)


@pytest.mark.long
async def test_a_campfire_without_an_index_offers_nothing_to_read(
    new_stack: NewStack, tmp_path: Path
) -> None:
    """Once it has said so: what was started before is started anew."""
    stack = await _stack(new_stack, tmp_path, SANDBOX_MODE="v1.4.9")
    await stack.ask("echo hello")
    assert "no such tool" in await stack.ask(_call("people"))
