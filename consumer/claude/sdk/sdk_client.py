"""The Claude Agent SDK with our words: the only module that imports it.

What its client yields comes out as AgentMessage, what it raises as an error of ours.
"""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import claude_agent_sdk
import structlog
from claude_agent_sdk import (
    AgentDefinition,
    AssistantMessage,
    ClaudeAgentOptions,
    ClaudeSDKClient,
    ClaudeSDKError,
    HookMatcher,
    Message,
    ResultError,
    ResultMessage,
    SessionStore,
    StreamEvent,
    SystemMessage,
    TextBlock,
    ToolResultBlock,
    ToolUseBlock,
    UserMessage,
)

from consumer.agent.agent_client import (
    AgentMessage,
    Answering,
    Ended,
    EntryWritten,
    MessageEnded,
    Said,
    Stale,
    Used,
)
from consumer.agent.errors import AgentUnavailable, UnknownSession
from consumer.agent.events import Retrying, TextDelta, ToolDenied, ToolEnded, ToolStarted
from consumer.agent.spending import count
from consumer.claude.cli_errors import resume_error
from consumer.claude.mirrored_transcripts import MirroredTranscripts
from consumer.claude.own_servers import own_servers
from consumer.claude.sdk.subagent_use import SubagentUse
from consumer.tool_calls.hook import ToolHook
from consumer.tool_calls.own_tools import OwnTools
from shared.errors import AgentError

log = structlog.get_logger(__name__)

READS = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
A_TOKEN = 4
"""Characters, about."""
AT_THE_END = ("end_turn", "stop_sequence", "refusal")
"""Stop reasons of the Messages API after which the CLI asks no more in a turn."""


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
                    for call in _tool_uses(message):
                        self._on_call(call)
                    for translated in (*translate(message), *used_by_subagent(message, subagents)):
                        yield translated
                elif message.user_message_uuid == prompt_id:
                    yield _ended(message)
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


def _tool_uses(message: Message) -> Iterator[str]:
    """The calls that the model makes in it, a subagent's too."""
    for block in message.content if isinstance(message, AssistantMessage) else ():
        if isinstance(block, ToolUseBlock):
            yield block.id


def translate(message: Message) -> Iterator[AgentMessage]:
    """The SDK's message as ours; a subagent's are its own affair."""
    if isinstance(message, StreamEvent):
        yield from _delta(message)
    elif isinstance(message, AssistantMessage) and message.parent_tool_use_id is None:
        yield from _said(message)
    elif isinstance(message, UserMessage) and message.parent_tool_use_id is None:
        yield from _tool_results(message)
    elif isinstance(message, SystemMessage):
        yield from _notice(message)


def _delta(message: StreamEvent) -> Iterator[AgentMessage]:
    delta = message.event.get("delta") or {}
    if message.parent_tool_use_id is not None:
        return
    if used := _used(message):
        yield used
    if delta.get("type") == "text_delta":
        yield TextDelta(str(delta.get("text", "")))
    elif message.event.get("type") == "message_start":
        yield Answering()
    elif message.event.get("type") == "message_delta" and delta.get("stop_reason"):
        yield MessageEnded(str(delta["stop_reason"]))


def _used(message: StreamEvent) -> Used | None:
    """What a request reads is told when it is taken up, what it wrote at its answer's end."""
    event = message.event
    if event.get("type") == "message_start":
        return Used(sum(count(event["message"].get("usage"), name) for name in READS))
    if event.get("type") == "message_delta":
        goes_on = event["delta"].get("stop_reason") not in AT_THE_END
        return Used(count(event.get("usage"), "output_tokens"), goes_on=goes_on)
    return None


def used_by_subagent(message: Message, use: SubagentUse) -> Iterator[Used]:
    """What a subagent has used so far; what it writes is counted by its length."""
    if isinstance(message, AssistantMessage) and message.parent_tool_use_id is not None:
        tokens = use.said(
            message.parent_tool_use_id,
            message.message_id or "",
            read=sum(count(message.usage, name) for name in READS),
            written=sum(len(str(vars(block))) for block in message.content) // A_TOKEN,
            calls_a_tool=any(isinstance(block, ToolUseBlock) for block in message.content),
        )
        yield Used(tokens)
    elif isinstance(message, SystemMessage) and message.subtype == "task_notification":
        call = str(message.data.get("tool_use_id", ""))
        yield Used(use.done(call, count(message.data.get("usage"), "total_tokens")))


def _said(message: AssistantMessage) -> Iterator[AgentMessage]:
    text = "".join(block.text for block in message.content if isinstance(block, TextBlock))
    entry = message.uuid if message.error is None else None
    yield Said(
        text=text,
        message_id=message.message_id or "",
        entry=entry,
        error=message.error,
        model=message.model,
    )
    for block in message.content:
        if isinstance(block, ToolUseBlock):
            yield ToolStarted(id=block.id, name=block.name)


def _tool_results(message: UserMessage) -> Iterator[AgentMessage]:
    if message.uuid:
        yield EntryWritten(message.uuid)
    for block in message.content if isinstance(message.content, list) else []:
        if isinstance(block, ToolResultBlock):
            yield ToolEnded(id=block.tool_use_id, failed=bool(block.is_error))


def _notice(message: SystemMessage) -> Iterator[AgentMessage]:
    data = message.data
    if message.subtype == "api_retry":
        yield Retrying(
            attempt=int(data.get("attempt") or 0),
            of=int(data.get("max_retries") or 0),
            delay=float(data.get("retry_delay_ms") or 0) / 1000,
            status=data.get("error_status"),
        )
    elif message.subtype == "permission_denied":
        yield ToolDenied(str(data.get("tool_name", "")), id=str(data.get("tool_use_id", "")))
    elif message.subtype == "model_fallback":
        log.warning("model_fallback")
    elif message.subtype == "compact_boundary":
        log.info("conversation_compacted", session_id=data.get("session_id"))
    elif message.subtype == "mirror_error":
        log.warning("transcript_not_mirrored")  # it goes with the next batch


def _ended(message: ResultMessage) -> Ended:
    return Ended(
        session_id=message.session_id,
        is_error=message.is_error,
        subtype=message.subtype,
        stop_reason=message.stop_reason,
        terminal_reason=message.terminal_reason,
        status=message.api_error_status,
        errors=tuple(message.errors or ()),
        result=message.result,
        num_turns=message.num_turns,
        usage=message.usage or {},
        total_cost=message.total_cost_usd or 0.0,
        models=message.model_usage or {},
    )


async def _prompt(text: str, prompt_id: str) -> AsyncIterator[dict[str, Any]]:
    yield {
        "type": "user",
        "message": {"role": "user", "content": text},
        "parent_tool_use_id": None,
        "uuid": prompt_id,
    }
