"""The stand-in model under the real SDK and its CLI."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from claude_agent_sdk import (
    AssistantMessage,
    ClaudeAgentOptions,
    ClaudeSDKClient,
    ResultMessage,
    SystemMessage,
    TextBlock,
)

from sandbox.model.server import ModelServer, running_model


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    async with running_model() as server:
        yield server


@pytest.fixture
async def client(
    model: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ClaudeSDKClient]:
    for name in ("CLAUDECODE", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_MODEL"):
        monkeypatch.delenv(name, raising=False)
    options = ClaudeAgentOptions(
        setting_sources=[],
        tools=["Bash"],
        allowed_tools=["Bash"],
        strict_mcp_config=True,
        verbatim_prompts=True,
        model="claude-sonnet-5",
        cwd=tmp_path,
        env={
            "ANTHROPIC_BASE_URL": model.base_url,
            "ANTHROPIC_API_KEY": "stand-in",
            "CLAUDE_CONFIG_DIR": str(tmp_path / "claude"),
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "CLAUDE_CODE_MAX_RETRIES": "3",
        },
    )
    async with ClaudeSDKClient(options) as connected:
        yield connected


async def ask(client: ClaudeSDKClient, text: str) -> tuple[str, ResultMessage, list[str]]:
    """The answer, the result, and the subtypes of the system messages on the way."""
    said, seen = "", []
    await client.query(text)
    async for message in client.receive_response():
        if isinstance(message, AssistantMessage):
            said = "".join(b.text for b in message.content if isinstance(b, TextBlock)) or said
        elif isinstance(message, SystemMessage):
            seen.append(message.subtype)
        elif isinstance(message, ResultMessage):
            return said, message, seen
    raise AssertionError("no result")


async def test_the_cli_accepts_the_stream_and_remembers(
    client: ClaudeSDKClient, model: ModelServer
) -> None:
    """A second message of the same client is sent together with the first."""
    assert "I remember 0 earlier" in (await ask(client, "hello"))[0]
    assert "I remember 1 earlier" in (await ask(client, "again"))[0]
    assert model.recorder.requests[-1].conversation.said == ("hello", "again")


async def test_a_real_tool_runs(client: ClaudeSDKClient) -> None:
    """The CLI runs the scripted tool call and the answer holds its output."""
    answer, result, _ = await ask(client, "tool Bash echo $((6*7))")
    assert "42" in answer
    assert result.num_turns == 2


async def test_errors_with_a_count_are_retried_away(client: ClaudeSDKClient) -> None:
    """The CLI retries a counted error and then gets its answer."""
    answer, result, seen = await ask(client, "error 529 once")
    assert not result.is_error
    assert "api_retry" in seen
    assert "stand-in" in answer


async def test_a_lasting_error_is_a_result_with_its_status(client: ClaudeSDKClient) -> None:
    """A client error reaches the SDK as is_error with the status."""
    _, result, _ = await ask(client, "error 400")
    assert result.is_error
    assert result.api_error_status == 400


async def test_a_cut_stream_is_answered_after_all(client: ClaudeSDKClient) -> None:
    """The connection breaks in the middle, the CLI asks again and gets the whole answer."""
    answer, result, _ = await ask(client, "cut; long 3000")
    assert not result.is_error
    assert len(answer) == 3000


async def test_a_refusal_shows_its_stop_reason(client: ClaudeSDKClient) -> None:
    """A refusal reaches the SDK as such."""
    _, result, _ = await ask(client, "refused")
    assert result.stop_reason == "refusal"
