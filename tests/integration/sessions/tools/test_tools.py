"""The list of tools against the locked CLI: an upgrade that brings a new one is told of here."""

import mmap
import re
from pathlib import Path
from typing import Any

import claude_agent_sdk
import pytest
from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient, SystemMessage

from sandbox.model.server import ModelServer
from shared.cli_tools import CLI_VERSION, GRANTABLE, NEVER

CLI = Path(claude_agent_sdk.__file__).parent / "_bundled" / "claude"
KNOWN = GRANTABLE.keys() | NEVER.keys()


async def test_the_list_is_of_the_locked_cli(model: ModelServer, tmp_path: Path) -> None:
    """What the CLI offers by itself is on the list, and so is its version."""
    init = await first_words(model, tmp_path, tools=None)
    assert init["claude_code_version"] == CLI_VERSION
    assert set(init["tools"]) - KNOWN == set()


@pytest.mark.timeout(300)  # the CLI looks at some thousand names, for ten seconds of a quiet core
async def test_no_tool_hides_in_the_cli(model: ModelServer, tmp_path: Path) -> None:
    """Some tools exist only once they are named: every word in the CLI that could be one is."""
    words = _capitalised_words()
    offered: set[str] = set()
    for some in (words[0::2], words[1::2]):  # one argument of a program holds 128 KiB
        offered |= set((await first_words(model, tmp_path, tools=some))["tools"])
    assert offered == KNOWN


async def first_words(
    model: ModelServer, folder: Path, *, tools: list[str] | None
) -> dict[str, Any]:
    """The CLI's init message; `tools` None: all that it offers by itself."""
    options = ClaudeAgentOptions(
        setting_sources=[],
        strict_mcp_config=True,
        model="claude-sonnet-5",
        cwd=folder,
        tools=tools,
        env={
            "ANTHROPIC_BASE_URL": model.base_url,
            "ANTHROPIC_API_KEY": "stand-in",
            "CLAUDE_CONFIG_DIR": str(folder / "claude"),
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        },
    )
    async with ClaudeSDKClient(options) as client:
        await client.query("hello")
        init = [
            message.data
            async for message in client.receive_response()
            if isinstance(message, SystemMessage) and message.subtype == "init"
        ]
    return init[0]


def _capitalised_words() -> list[str]:
    """Every string of the program that looks like a tool's name."""
    with CLI.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as program:
        found = re.finditer(rb"[\"'`]([A-Z][A-Za-z]{2,40})[\"'`]", program)
        return sorted({match[1].decode() for match in found})
