"""A new bot while the service runs: its key, then its file, and nobody is started anew."""

import asyncio
import shlex
from pathlib import Path

from shared.catalogue import catalogue
from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import BOT_KEYS, ROOT
from tests.acceptance.stack import Stack
from tests.conftest import eventually

NEW, FIRST = "technical_assistant", "assistant"


async def test_a_new_bot_answers_without_a_restart(new_stack: NewStack) -> None:
    """Also what it is asked in the moment its file is there; a broken file changes nothing."""
    stack = new_stack()
    folder = _with_one_bot(stack)
    await stack.start()
    await stack.ready()
    assert await _operate(stack, f"key {NEW}", BOT_KEYS[NEW]) == 0
    (folder / f"{NEW}.yaml").write_text((ROOT / "bots" / f"{NEW}.yaml").read_text())
    await stack.web.log.event("bot_reloaded", bot=NEW)
    assert "who are you" in await stack.ask("who are you?", bot=NEW)
    assert not stack.worker.log.events("bot_gone")
    (folder / f"{NEW}.yaml").write_text("id: technical_assistant\ncolour: red\n")
    await stack.worker.log.event("bot_file_not_used")
    assert "still there" in await stack.ask("are you still there?", bot=NEW)
    assert NEW in await _broken(stack)
    said = await stack.ask("status", bot=NEW)
    assert catalogue("en").say("control.broken_file") in said
    assert catalogue("en").say("control.broken_file") not in await stack.ask("status")


def _with_one_bot(stack: Stack) -> Path:
    folder = stack.folder / "bots"
    folder.mkdir()
    (folder / f"{FIRST}.yaml").write_text((ROOT / "bots" / f"{FIRST}.yaml").read_text())
    for process in (stack.web, stack.worker):
        process.environment["BOTS_DIR"] = str(folder)
        for bot in BOT_KEYS.keys() - {FIRST}:
            del process.environment[f"BOT_KEY_{bot.upper()}"]
    return folder


async def _broken(stack: Stack) -> dict[str, list[str]]:
    """What an operator reads of bot files."""
    found: dict[str, list[str]] = {}

    async def is_told() -> bool:
        answer = await stack.http.get("/session/stats", headers=stack.operator)
        found.update(answer.json().get("broken_bot_files", {}))
        return bool(found)

    await eventually(is_told)
    return found


async def _operate(stack: Stack, arguments: str, given: str) -> int:
    process = await asyncio.create_subprocess_exec(
        *shlex.split(f"python -m operate {arguments}"),
        env=stack.worker.environment,
        cwd=stack.folder,
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await process.communicate(f"{given}\n".encode())
    return process.returncode or 0
