"""A file that the real CLI's own Write tool puts into the outbox reaches the room."""

import json
import shutil
from pathlib import Path

import httpx
import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT
from tests.acceptance.stack import SUPPORT, user_id


@pytest.fixture
def bots(tmp_path: Path) -> Path:
    """The bots as they are shipped, but the assistant may write files."""
    folder = tmp_path / "bots"
    shutil.copytree(ROOT / "bots", folder)
    file = folder / "assistant.yaml"
    file.write_text(file.read_text().replace("tools: []", "tools: [Write]"))
    return folder


def _write(name: str, content: str) -> str:
    return f"tool Write {json.dumps({'file_path': f'outbox/{name}', 'content': content})}"


@pytest.mark.short_form("v1.4.9")
@pytest.mark.parametrize("mode", ["main", "v1.4.9"])
async def test_a_written_file_follows_the_answer(
    new_stack: NewStack, bots: Path, mode: str
) -> None:
    """Text first, then the file with its bytes; a later answer does not bring it again."""
    stack = new_stack(BOTS_DIR=str(bots), SANDBOX_MODE=mode)
    await stack.start()
    await stack.ready()
    assert "The tool answered" in await stack.ask(_write("notes.txt", "Guten Tag, 你好"))
    posted = await stack.campfire.wait_for_message(
        SUPPORT, creator_id=user_id("assistant"), such_that=lambda m: m["attachment"] is not None
    )
    assert posted["attachment"]["filename"] == "notes.txt"
    async with httpx.AsyncClient(base_url=stack.sandbox_url) as http:
        file = await http.get(f"/attachments/{posted['id']}/notes.txt")
    assert file.text == "Guten Tag, 你好"
    await stack.ask("and now?")
    await stack.ask("still there?")  # whatever the answer before would have brought is in the room
    messages = await stack.campfire.messages(SUPPORT)
    assert [m["id"] for m in messages if m["attachment"]] == [posted["id"]]
