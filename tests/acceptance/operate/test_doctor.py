"""`python -m operate doctor` beside a running service."""

import asyncio
import json
import os
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import SECRETS
from tests.acceptance.stack import SUPPORT, Stack
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[3]
LEGS = ("it was stored", "it was its turn", "its agent had it", "its answer was posted")


@pytest.mark.short_form("main")
@pytest.mark.parametrize("mode", ["main", "v1.4.9"])
async def test_the_legs_of_a_message_are_timed(
    new_stack: NewStack, tmp_path: Path, mode: str
) -> None:
    """A person types what it says, then a second bot; what answered well has no fault at all."""
    bots = tmp_path / "bots"
    shutil.copytree(ROOT / "bots", bots)
    with (bots / "assistant.yaml").open("a") as file:
        file.write("answers_bots: true\n")
    stack = new_stack(BOTS_DIR=str(bots))
    await stack.start()
    await stack.ready()
    await stack.campfire.change_mode(mode)
    told = await _typed_by_a_person(stack)
    assert re.search(r"\[ok\] the worker \S+ works on the queue", told)
    assert "the web process listens on port" in told
    assert "[X]" not in told.rpartition("To mend")[0], told
    _expect_legs(told)
    told = await _typed_by_a_bot(stack)
    assert re.search(r"\[ok\] assistant: [a-z_]+ mentioned it in room 2", told), told
    assert "type: @Assistant" not in told
    _expect_legs(told)
    assert len([it for it in await stack.answers() if "doctor" in it]) == 2


async def test_a_program_reads_its_json_whatever_its_parts_log(tmp_path: Path) -> None:
    """Standard output holds that alone: here the probe of an MCP server that is away logs, too."""
    (tmp_path / "bots").mkdir()
    (tmp_path / "bots" / "ops.yaml").write_text(
        "id: ops\nname: Ops\nmodel: claude-sonnet-5\nsystem_prompt: Be brief.\n"
        "mcp_servers: {office: {url: 'http://127.0.0.1:1/mcp', tools: [room]}}\n"
    )
    doctor = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "operate", "doctor", "--json"),
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "REDIS_URL": "redis://127.0.0.1:1",
        },
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    stdout, stderr = await doctor.communicate()
    told = json.loads(stdout)
    assert told["exit"] == doctor.returncode == 2
    found = [it["found"] for group in told["groups"] for it in group["findings"]]
    assert "ops: the MCP server office is unreachable" in found
    assert stderr == b""


def _expect_legs(told: str) -> None:
    assert "[ok] Calls\n" in told
    assert re.search(r"\[ok\] assistant: Campfire called after [0-9.]+ s", told), told
    for leg in LEGS:
        assert re.search(rf"\[ok\] assistant: [0-9.]+ s .*{leg}", told), told
    assert not any(secret in told for secret in SECRETS)


async def _typed_by_a_person(stack: Stack) -> str:
    doctor = await asyncio.create_subprocess_exec(
        *shlex.split(f"python -m operate doctor --send --bot assistant --seconds {PATIENCE_S}"),
        env=stack.worker.environment,
        cwd=stack.folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert doctor.stdout is not None
    assert doctor.stderr is not None
    async with asyncio.timeout(PATIENCE_S):
        asked = (await doctor.stderr.readline()).decode()
        typed = re.search(r"type: @Assistant (doctor [0-9]{4})$", asked.strip())
        assert typed is not None, asked
        await stack.ask(typed[1])
        told = (await doctor.stdout.read()).decode()
        await doctor.wait()
    assert doctor.returncode in (0, 1)
    return told


async def _typed_by_a_bot(stack: Stack) -> str:
    words = f"doctor --send --room {SUPPORT} --bot assistant --seconds {PATIENCE_S}"
    code, told = await stack.operate(*words.split())
    assert code in (0, 1), told
    return told
