"""A CLI started as ours are, and spoken to in its own protocol: the SDK has no word for some."""

import asyncio
import json
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from claude_agent_sdk import ClaudeAgentOptions
from claude_agent_sdk._internal.transport.subprocess_cli import SubprocessCLITransport

from consumer.agent import SessionSettings
from consumer.agent.agent_client import ClientOptions
from consumer.claude.files.prompt_file import prompt_file, write_prompt
from consumer.claude.files.temp_folders import TempFolder
from consumer.claude.options import claude_options
from consumer.claude.processes import kill_agent, read_pid
from consumer.claude.sdk.sdk_client import find_cli
from shared.bots import Bot

ANSWERS_WITHIN_S = 60.0
MOST_BYTES = 2**24
"""Of a line."""


class RawCli:
    """One that runs; all it says is a JSON object a line."""

    def __init__(self, process: asyncio.subprocess.Process, pid: int) -> None:
        self.pid = pid
        self._process = process

    async def request(self, **request: Any) -> None:
        """A control request; raises RuntimeError where it is refused."""
        asked = uuid.uuid4().hex
        await self._send({"type": "control_request", "request_id": asked, "request": request})
        said = await self._until("control_response")
        if said["response"]["subtype"] != "success":
            raise RuntimeError(said["response"])

    async def turn(self, words: str) -> None:
        """One turn, to its result."""
        message = {"role": "user", "content": words}
        await self._send({"type": "user", "message": message, "parent_tool_use_id": None})
        result = await self._until("result")
        assert not result["is_error"], result

    async def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        await self._process.stdin.drain()

    async def _until(self, kind: str) -> dict[str, Any]:
        assert self._process.stdout is not None
        async with asyncio.timeout(ANSWERS_WITHIN_S):
            while line := await self._process.stdout.readline():
                with suppress(ValueError):
                    said: dict[str, Any] = json.loads(line)
                    if said["type"] == kind:
                        return said
        raise RuntimeError("the CLI has ended")


@asynccontextmanager
async def raw_cli(settings: SessionSettings, bot: Bot, *, waits: bool) -> AsyncIterator[RawCli]:
    """Started for the bot; `waits`: for a `claim_session`."""
    pid_file = settings.run_dir / f"{uuid.uuid4()}.pid"
    folder = settings.workspaces_dir / pid_file.stem
    folder.mkdir(parents=True)
    temp = TempFolder()
    temp.make()
    write_prompt(prompt_file(pid_file), bot)
    options = ClientOptions(bot=bot, folder=folder, session_id=str(uuid.uuid4()))
    given = claude_options(settings, options, find_cli(), pid_file, temp.path)
    process = await _started(given, folder, waits=waits)
    try:
        cli = RawCli(process, 0)
        await cli.request(subtype="initialize", hooks=None, systemPromptSnapshot=False)
        cli.pid = read_pid(pid_file) or 0
        yield cli
    finally:
        kill_agent(read_pid(pid_file), pid_file)
        await process.wait()
        temp.remove()


async def _started(
    given: dict[str, Any], folder: Path, *, waits: bool
) -> asyncio.subprocess.Process:
    if waits:
        given["extra_args"] = {**given["extra_args"], "await-claim": None}
    transport = SubprocessCLITransport("", ClaudeAgentOptions(**given))
    transport._cli_path = given["cli_path"]
    return await asyncio.create_subprocess_exec(
        *transport._build_command(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, **given["env"]},
        cwd=folder,
        limit=MOST_BYTES,
    )
