"""The seed's "Local Testing Commands", run by a shell as they stand there."""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT, free_port
from tests.acceptance.stack import ALL_TALK, Stack
from tests.conftest import eventually
from tests.ports import is_free

SEED = ROOT / "tests" / "recordings" / "seed_commands.md"
SEED_PORT = 5002
BOT = "financial_analyst"


def curl_commands() -> list[str]:
    """The curl command lines, continuation lines included."""
    block = re.split(r"```(?:bash)?\n", SEED.read_text(encoding="utf-8"))[1]
    lines = re.sub(r"\\\n", " ", block).splitlines()
    return [line for line in lines if line.startswith("curl ")]


async def test_the_seeds_curl_commands_work_as_written(
    new_stack: NewStack, record_property: Callable[[str, object], None]
) -> None:
    """Two messages by curl, the second remembers the first, and the stats show one session."""
    port = SEED_PORT if is_free(SEED_PORT) else free_port()
    record_property("port", port)
    print(f"port: {port}")  # noqa: T201 - shown beside a failure
    stack = new_stack(web_port=port, INGRESS_AUTH="off")
    await stack.start()
    await stack.ready()
    first, second, stats = (on_port(command, port) for command in curl_commands())

    asked = {"after": 0, "room_id": ALL_TALK, "creator_id": 101}
    assert await shell(first) == ""
    assert "介绍一下你的功能" in await stack.answer(asked)
    assert await shell(second) == ""
    await stack.worker.log.until(
        lambda: len(stack.worker.log.events("reply_posted")) == 2,
        "two replies",
    )
    assert '"你好，介绍一下你的功能"' in (await stack.answers(ALL_TALK, BOT))[1]
    await expect_one_session(stack, stats)


async def expect_one_session(stack: Stack, command: str) -> None:
    """The third command shows what the seed expects of it."""

    async def both_turns_counted() -> dict[str, Any] | None:
        found: dict[str, Any] = json.loads(await shell(command))
        return found if found["turns"] == 2 else None

    found = await eventually(both_turns_counted)
    assert found["active_sessions"] == 1
    [session] = [each for each in found["sessions"] if each["room_id"] is not None]
    assert (session["room_id"], session["bot_id"]) == (1, BOT)
    assert session["query_count"] == 2
    pid = stack.worker.log.events("session_hot")[0]["pid"]
    assert session["pid"] == pid


def on_port(command: str, port: int) -> str:
    """The command as written, but for the port where 5002 is taken."""
    assert f"localhost:{SEED_PORT}" in command
    return command.replace(f"localhost:{SEED_PORT}", f"localhost:{port}")


async def shell(command: str) -> str:
    """What the command prints; it must succeed."""
    process = await asyncio.create_subprocess_exec(
        "bash",
        "-c",
        command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()
