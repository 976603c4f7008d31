"""The Claude Agent SDK by itself, as lean as ours: what our turns are compared with."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient, ResultMessage

from tests.acceptance.environment import API_KEY


@asynccontextmanager
async def bare_client(folder: Path, model_url: str) -> AsyncIterator[ClaudeSDKClient]:
    """A connected client over the stand-in model, with the options a bot without tools has."""
    folder.mkdir()
    options = ClaudeAgentOptions(
        model="claude-sonnet-5",
        system_prompt="You help in a chat room.",
        cwd=folder,
        tools=[],
        permission_mode="dontAsk",
        setting_sources=[],
        skills=[],
        strict_mcp_config=True,
        verbatim_prompts=True,
        include_partial_messages=True,
        env={
            "ANTHROPIC_BASE_URL": model_url,
            "ANTHROPIC_API_KEY": API_KEY,
            "CLAUDE_CONFIG_DIR": str(folder / "claude"),
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_TELEMETRY": "1",
            "DISABLE_AUTOUPDATER": "1",
            "DISABLE_ERROR_REPORTING": "1",
        },
    )
    async with ClaudeSDKClient(options) as client:
        yield client


async def turn_seconds(client: ClaudeSDKClient, text: str) -> float:
    """One turn, from the query to its result."""
    began = time.perf_counter()
    await client.query(text)
    async for message in client.receive_response():
        if isinstance(message, ResultMessage):
            assert not message.is_error, message.result
    return time.perf_counter() - began
