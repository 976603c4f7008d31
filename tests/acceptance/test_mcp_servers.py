"""A bot with MCP servers in the whole service: from its file to the room, `status`, operators."""

from pathlib import Path

import pytest
import yaml

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import BOT_KEYS
from tests.conftest import eventually
from tests.kept_files import kept_files

SECRET = "office-9d1f04c2"


@pytest.mark.long
async def test_one_serves_and_one_that_is_down_is_told_of(
    new_stack: NewStack, tmp_path: Path
) -> None:
    """The answer comes with the server that works; who asks hears of the other, once."""
    folder = tmp_path / "bots"
    folder.mkdir()
    stack = new_stack(BOTS_DIR=str(folder), OFFICE_KEY=SECRET, SPARE_SESSIONS="0")
    for bot_id in BOT_KEYS:
        bot = {"id": bot_id, "name": bot_id.replace("_", " "), "system_prompt": "You help."}
        headers = {"Authorization": "Bearer ${OFFICE_KEY}"}
        office = {"url": f"{stack.sandbox_url}/office/mcp", "headers": headers}
        gone = {"url": "http://127.0.0.1:9/mcp"}
        servers = {"office": office, "gone": gone} if bot_id == "assistant" else {}
        text = yaml.safe_dump({**bot, "mcp_servers": servers})
        (folder / f"{bot_id}.yaml").write_text(text, encoding="utf-8")
    async with stack:
        answer = await stack.ask('tool mcp__office__find_rooms {"people": 20}')
        assert "Oak: floor 3" in answer
        assert "“gone” cannot be reached" in answer
        assert "“gone”" not in await stack.ask("hello")
        assert "“gone” cannot be reached" in await stack.ask("status")

        async def told() -> dict[str, str]:
            stats = (await stack.http.get("/session/stats", headers=stack.operator)).json()
            return {it["server"]: it.get("state", "up") for it in stats["servers"]}

        async def both() -> bool:
            return await told() == {"office": "up", "gone": "unreachable"}

        await eventually(both)
        assert stack.worker.log.events("mcp_server_down")
    assert SECRET not in str(stack.worker.log.lines)
    kept = kept_files(stack.folder)
    assert kept
    assert not [path for path, content in kept.items() if SECRET.encode() in content]
