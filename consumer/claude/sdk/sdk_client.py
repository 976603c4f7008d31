"""The SDK's client of one CLI: it is asked, and what it raises is an error of ours."""

import shutil
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import claude_agent_sdk
from claude_agent_sdk import (
    AgentDefinition,
    ClaudeAgentOptions,
    ClaudeSDKClient,
    ClaudeSDKError,
    HookMatcher,
    ResultError,
    ResultMessage,
    SessionStore,
)

from consumer.agent.agent_client import (
    AgentMessage,
    Stale,
)
from consumer.agent.errors import AgentUnavailable, UnknownSession
from consumer.claude.cli_errors import resume_error
from consumer.claude.mirrored_transcripts import MirroredTranscripts
from consumer.claude.own_servers import own_servers
from consumer.claude.sdk.messages import ended, tool_uses, translate, used_by_subagent
from consumer.claude.sdk.subagent_use import SubagentUse
from consumer.tool_calls.hook import ToolHook
from consumer.tool_calls.own_tools import OwnTools
from shared.errors import AgentError


class CliFailed(AgentError):
    """The CLI did not start, or ended; its cause says why, where the SDK named one."""

    def __init__(self, *, heard: bool = False) -> None:
        super().__init__("the CLI closed its output")
        self.heard = heard
        """Whether it had sent anything of what it was asked."""


def find_cli() -> str:
    """The CLI that the SDK brings along, else the one on PATH; raises AgentUnavailable."""
    bundled = Path(claude_agent_sdk.__file__).parent / "_bundled" / "claude"
    found = str(bundled) if bundled.is_file() else shutil.which("claude")
    if found is None:
        raise AgentUnavailable("no Claude CLI: reinstall claude-agent-sdk")
    return found


class SdkClient:
    """The SDK's client of one CLI process."""

    def __init__(
        self,
        options: Mapping[str, Any],
        *,
        hook: ToolHook,
        own_tools: OwnTools,
        on_call: Callable[[str], None],
        on_stderr: Callable[[str], None],
        transcripts: MirroredTranscripts | None,
    ) -> None:
        """`on_call`: told of each call that the model makes, by its id."""
        self._on_call = on_call
        self._sdk = ClaudeSDKClient(
            ClaudeAgentOptions(
                **{**options, "agents": _agents(options)},
                stderr=on_stderr,
                session_store=cast("SessionStore", transcripts) if transcripts else None,
                hooks=_around_every_tool(hook),
                mcp_servers=own_servers(own_tools),
            )
        )

    async def connect(self) -> None:
        """Start the CLI and wait until it is ready.

        Raises UnknownSession, UnknownEntry, DamagedConfig or AgentUnavailable for what the CLI
        said, CliFailed for all else.
        """
        try:
            await self._sdk.connect()
        except ResultError as error:
            raise resume_error(error.errors, str(error)) from error
        except Exception as error:
            # Not only ClaudeSDKError: what the session store raises comes through as the cause.
            if isinstance(error.__cause__, UnknownSession):
                raise error.__cause__ from error
            raise CliFailed from error

    async def ask(self, prompt: str, prompt_id: str) -> AsyncIterator[AgentMessage]:
        """Send the prompt and yield what comes of it, up to its Ended; raises CliFailed.

        The result repeats `prompt_id`; one with another's ends what is no part of this: a Stale.
        """
        heard, subagents = False, SubagentUse()
        try:
            await self._sdk.query(_prompt(prompt, prompt_id))
            async for message in self._sdk.receive_messages():
                if not isinstance(message, ResultMessage):
                    heard = True
                    for call in tool_uses(message):
                        self._on_call(call)
                    for translated in (*translate(message), *used_by_subagent(message, subagents)):
                        yield translated
                elif message.user_message_uuid == prompt_id:
                    yield ended(message)
                    return
                else:
                    yield Stale()
        except ClaudeSDKError as error:
            raise CliFailed(heard=heard) from error
        raise CliFailed(heard=heard)

    async def interrupt(self) -> None:
        """Ask the CLI to end the turn; raises whatever the SDK does."""
        await self._sdk.interrupt()

    async def server_statuses(self) -> Sequence[Mapping[str, Any]]:
        """The bot's MCP servers as the CLI has them; raises whatever the SDK does."""
        status = await self._sdk.get_mcp_status()
        return cast("Sequence[Mapping[str, Any]]", status["mcpServers"])

    async def reconnect(self, server: str) -> None:
        """Have the CLI connect a server again; raises whatever the SDK does."""
        await self._sdk.reconnect_mcp_server(server)

    async def disconnect(self) -> None:
        """Let the CLI leave: it flushes its transcript."""
        await self._sdk.disconnect()


def _agents(options: Mapping[str, Any]) -> dict[str, AgentDefinition]:
    return {name: AgentDefinition(**agent) for name, agent in options["agents"].items()}


def _around_every_tool(hook: ToolHook) -> dict[Any, list[HookMatcher]]:
    """One before that fails denies: left to the CLI's own rules, the call would run."""
    before = HookMatcher(hooks=[cast("Any", hook.before)], on_failure="block")
    after = HookMatcher(hooks=[cast("Any", hook.after)])
    return {"PreToolUse": [before], "PostToolUse": [after], "PostToolUseFailure": [after]}


async def _prompt(text: str, prompt_id: str) -> AsyncIterator[dict[str, Any]]:
    yield {
        "type": "user",
        "message": {"role": "user", "content": text},
        "parent_tool_use_id": None,
        "uuid": prompt_id,
    }
