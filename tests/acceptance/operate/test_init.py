"""`python -m operate init`: from nothing to a bot that answers, beside a Campfire."""

import asyncio
import shlex

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import API_KEY, BOT_KEYS
from tests.acceptance.stack import Stack
from tests.patience import PATIENCE_S

BOT = "assistant"


async def test_it_ends_with_the_bot_speaking(new_stack: NewStack) -> None:
    """What it wrote is all that the service is told of Campfire, the bot and Claude. Redis is there
    before the service is: a person is asked to mention the bot when that would be heard."""
    stack = new_stack()
    await stack.sandbox.start()
    await stack.sandbox.log.event("sandbox_ready", within_s=PATIENCE_S)
    _know_nothing(stack)
    init = await _init(stack)
    assert init.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        asked = await _until(init.stdout, "Start the service")
        assert f"  {stack.web_url}/webhook/{BOT}\n" in asked
        await stack.start()
        await _until(init.stdout, "The service runs")
        assert "hello" in await stack.ask("hello")
        told = (await init.stdout.read()).decode()
        assert await init.wait() == 0, told
    assert told.splitlines()[-1] == "The bot has answered. You are done."
    assert BOT_KEYS[BOT].partition("-")[2] not in asked + told
    assert API_KEY not in asked + told


def _know_nothing(stack: Stack) -> None:
    """But where Redis is, and the model, which is no real one here."""
    for process in (stack.web, stack.worker):
        for name in ("CAMPFIRE_URL", "ANTHROPIC_API_KEY", "BOTS_DIR", "WEBHOOK_TOKEN"):
            del process.environment[name]
        for bot in BOT_KEYS:
            del process.environment[f"BOT_KEY_{bot.upper()}"]


async def _init(stack: Stack) -> asyncio.subprocess.Process:
    (stack.folder / "key").write_text(BOT_KEYS[BOT])
    (stack.folder / "claude").write_text(API_KEY)
    flags = f"--campfire {stack.sandbox_url} --key-file key --api-key-file claude"
    return await asyncio.create_subprocess_exec(
        *shlex.split(f"python -m operate init {flags} --wait {PATIENCE_S}"),
        env=stack.worker.environment,
        cwd=stack.folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def _until(lines: asyncio.StreamReader, beginning: str) -> str:
    read = ""
    while line := (await lines.readline()).decode():
        read += line
        if line.startswith(beginning):
            return read
    raise AssertionError(f"it ended before {beginning!r}:\n{read}")
