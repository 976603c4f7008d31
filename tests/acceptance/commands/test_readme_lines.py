"""README's lines for an operator, run by a shell as they stand there."""

import asyncio
import re
import shlex

from tests.acceptance.commands.found import ROOT
from tests.acceptance.conftest import NewStack
from tests.acceptance.stack import Stack
from tests.patience import PATIENCE_S

README = (ROOT / "README.md").read_text(encoding="utf-8")
ADMIN_TOKEN = "admin-token-of-a-test"


async def shell(stack: Stack, command: str) -> asyncio.subprocess.Process:
    """The command in the worker's environment, its output to be read."""
    return await asyncio.create_subprocess_exec(
        *["bash", "-c", command],
        env={**stack.worker.environment, "ADMIN_TOKEN": ADMIN_TOKEN},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def run(stack: Stack, command: str) -> tuple[int | None, str]:
    """Its exit code and what it said."""
    process = await shell(stack, command)
    said, _ = await process.communicate()
    return process.returncode, said.decode()


def line(beginning: str) -> str:
    """The one line of README that begins so."""
    [found] = re.findall(rf"^{re.escape(beginning)}.*$", README, re.MULTILINE)
    return str(found)


async def test_the_readme_s_lines_about_watching_work_as_written(new_stack: NewStack) -> None:
    """`curl -N …/lanes/2/assistant/events` streams; `python -m operate link` opens the same."""
    stack = new_stack(ADMIN_TOKEN=ADMIN_TOKEN)
    await stack.start()
    await stack.ready()
    code, link = await run(stack, line("python -m operate link 2 assistant"))
    assert code == 0, link
    path = link.strip().removeprefix("https://bots.example.com")
    curl = line("curl -N -H").replace("http://127.0.0.1:5002", stack.web_url)
    for command in (curl, f"curl -N {shlex.quote(stack.web_url + path)}"):
        watching = await shell(stack, f"exec {command}")
        assert watching.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            while b"retry:" not in (told := await watching.stdout.readline()):
                assert told, f"{command} ended"
            await stack.ask("echo seen")  # what was before it looks it is not told
            while b"event: settled" not in (told := await watching.stdout.readline()):
                assert told, f"{command} ended"
        watching.terminate()
        await watching.wait()


async def test_catch_up_by_command(stack: Stack) -> None:
    """`python -m operate catch-up` has the consumer look in the rooms it knows."""
    await stack.ask("echo known")
    before = len(stack.worker.log.events("catch_up_finished"))
    code, said = await run(stack, "python -m operate catch-up")
    assert code == 0, said
    await stack.worker.log.until(
        lambda: len(stack.worker.log.events("catch_up_finished")) > before, "another catch-up"
    )


async def test_the_health_check_of_a_container(stack: Stack) -> None:
    """`python -m consumer.health` is 0 while a consumer's heart beats, and not when it is gone."""
    assert (await run(stack, "python -m consumer.health"))[0] == 0
    await stack.worker.terminate()
    assert (await run(stack, "python -m consumer.health"))[0] != 0
