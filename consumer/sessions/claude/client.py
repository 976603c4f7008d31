"""The agent for real: the Claude Agent SDK and its CLI. The only module that imports them."""

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, cast

import claude_agent_sdk
import structlog
from claude_agent_sdk import (
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

from consumer.cage.watch import CageWatch
from consumer.sessions.archive.redis_transcripts import RedisTranscripts
from consumer.sessions.claude.agent_process import AgentProcess, first_line
from consumer.sessions.claude.cli_config import CONFIG, DAMAGED, repair
from consumer.sessions.claude.mirrored_transcripts import MirroredTranscripts
from consumer.sessions.claude.options import claude_options
from consumer.sessions.claude.prompt_file import prompt_file, write_prompt
from consumer.sessions.errors import (
    AgentCrashed,
    AgentUnavailable,
    SessionGone,
    UnknownEntry,
    UnknownSession,
)
from consumer.sessions.events import Retrying, TextDelta, ToolDenied, ToolEnded, ToolStarted
from consumer.sessions.session.agent_client import (
    AgentMessage,
    Answering,
    ClientOptions,
    ConnectClient,
    Ended,
    MessageEnded,
    Placed,
    Said,
    Stale,
)
from consumer.sessions.settings import SessionSettings
from consumer.sessions.tools.hook import ToolHook
from shared.errors import AgentError

log = structlog.get_logger(__name__)

NOTHING_TO_RESUME = ("No conversation found", "--resume requires", "Failed to resume session")
"""What the CLI (2.1.330) says of an unknown id, of one that is none, and of a broken transcript."""


def claude_clients(
    settings: SessionSettings, transcripts: RedisTranscripts | None = None
) -> ConnectClient:
    """Make clients of the bundled CLI; raises AgentUnavailable when there is none.

    With `transcripts` every conversation is kept there too, and resumed from there.
    """
    cli = _find_cli()

    def make(options: ClientOptions) -> "ClaudeClient":
        store = cast("SessionStore", MirroredTranscripts(transcripts)) if transcripts else None
        return ClaudeClient(settings, options, cli, store)

    return make


class DamagedConfig(AgentError):
    """The CLI's own configuration cannot be read."""


class ClaudeClient:
    """One CLI process with one conversation."""

    def __init__(
        self,
        settings: SessionSettings,
        options: ClientOptions,
        cli: str,
        store: SessionStore | None = None,
    ) -> None:
        self._settings, self._options, self._cli, self._store = settings, options, cli, store
        self._closed = False
        self._prepare()

    def _prepare(self) -> None:
        """A process to come, and the SDK's side of it."""
        settings, options = self._settings, self._options
        self._process = AgentProcess(settings.run_dir)
        temp = self._process.temp.path
        folders = [options.folder, temp]
        self._watch = CageWatch(settings.cage, folders, lambda: self._process.pid)
        self._hook = ToolHook(settings, options, temp, self._watch)
        plain = claude_options(*(settings, options, self._cli), self._process.pid_file, temp)
        self._sdk = ClaudeSDKClient(
            ClaudeAgentOptions(
                **plain,
                stderr=self._process.hear,
                session_store=self._store,
                hooks=_around_every_tool(self._hook),
            )
        )

    @property
    def pid(self) -> int | None:
        """The CLI's process id, from the file its launcher wrote."""
        return self._process.pid

    async def connect(self) -> None:
        """Start the CLI and wait until it is ready; see AgentClient."""
        try:
            await self._connect()
        except DamagedConfig:
            await self._repair()
            await self._connect_repaired()

    async def _repair(self) -> None:
        """The CLI's configuration cannot be read: for all clients, from now on, it can."""
        self._process.kill()
        repaired = await asyncio.to_thread(repair, self._settings.claude_dir)
        log.warning("cli_config_damaged", replaced_by=repaired)
        self._prepare()

    async def _connect_repaired(self) -> None:
        try:
            await self._connect()
        except DamagedConfig as error:
            raise AgentUnavailable(f"the CLI did not start: {error}") from error

    async def _connect(self) -> None:
        process = self._process
        try:
            process.temp.make()
            write_prompt(prompt_file(process.pid_file), self._options.bot)
            await self._sdk.connect()
        except ResultError as error:
            raise _resume_error(error) from error
        except Exception as error:
            # Not only ClaudeSDKError: what the session store raises comes through as the cause.
            if isinstance(error.__cause__, UnknownSession):
                raise error.__cause__ from error
            raise AgentUnavailable(
                f"the CLI did not start: {self._process.cause(error)}"
            ) from error
        if not self._process.temp.is_taken:
            raise AgentUnavailable("the CLI did not take its own temporary folder")

    async def ask(self, prompt: str) -> AsyncIterator[AgentMessage]:
        """Send the prompt and yield what comes of it; see AgentClient.

        The prompt carries an id which its ResultMessage repeats, so that what is left of an
        interrupted turn, or a turn that the CLI began by itself, is told from this one.
        """
        prompt_id = str(uuid.uuid4())
        heard = False
        try:
            await self._sdk.query(_prompt(prompt, prompt_id))
            async for message in self._sdk.receive_messages():
                if isinstance(message, ResultMessage):
                    if message.user_message_uuid != prompt_id:
                        log.warning("stale_result_skipped", pid=self.pid)
                        yield Stale()
                        continue
                    for ended in self._watch.untold():
                        yield ended
                    yield _ended(message)
                    return
                heard = True
                for translated in translate(message):
                    if isinstance(translated, ToolEnded) and translated.id in self._hook.denied:
                        yield ToolDenied(self._hook.denied.pop(translated.id), id=translated.id)
                    yield translated
        except ClaudeSDKError as error:
            died = AgentCrashed if heard else SessionGone
            raise died(self._process.cause(error)) from error
        finally:
            self._watch.rest()
        raise AgentCrashed("the CLI closed its output") if heard else SessionGone()

    async def interrupt(self) -> None:
        """Ask the CLI to end the turn; a CLI that is gone needs no asking."""
        try:
            await self._sdk.interrupt()
        except Exception as error:  # noqa: BLE001 - the SDK raises bare Exception on a timeout
            log.info("interrupt_failed", pid=self.pid, reason=first_line(error))

    async def close(self) -> None:
        """Let the CLI leave (it flushes its transcript), then kill what is left of it."""
        if self._closed:
            return
        self._closed = True
        self._watch.rest()
        leaving = asyncio.ensure_future(self._sdk.disconnect())
        try:
            await asyncio.wait({leaving}, timeout=self._settings.close_timeout)
        finally:
            self._process.kill()
        await asyncio.wait({leaving}, timeout=self._settings.close_timeout)
        _log_failed_leave(leaving, self.pid)


def _around_every_tool(hook: ToolHook) -> dict[Any, list[HookMatcher]]:
    """One before that fails denies: left to the CLI's own rules, the call would run."""
    before = HookMatcher(hooks=[cast("Any", hook.before)], on_failure="block")
    after = HookMatcher(hooks=[cast("Any", hook.after)])
    return {"PreToolUse": [before], "PostToolUse": [after], "PostToolUseFailure": [after]}


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
    if delta.get("type") == "text_delta":
        yield TextDelta(str(delta.get("text", "")))
    elif message.event.get("type") == "message_start":
        yield Answering()
    elif message.event.get("type") == "message_delta" and delta.get("stop_reason"):
        yield MessageEnded(str(delta["stop_reason"]))


def _said(message: AssistantMessage) -> Iterator[AgentMessage]:
    text = "".join(block.text for block in message.content if isinstance(block, TextBlock))
    entry = message.uuid if message.error is None else None
    yield Said(text=text, message_id=message.message_id or "", entry=entry, error=message.error)
    for block in message.content:
        if isinstance(block, ToolUseBlock):
            yield ToolStarted(id=block.id, name=block.name)


def _tool_results(message: UserMessage) -> Iterator[AgentMessage]:
    if message.uuid:
        yield Placed(message.uuid)
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
    )


async def _prompt(text: str, prompt_id: str) -> AsyncIterator[dict[str, Any]]:
    yield {
        "type": "user",
        "message": {"role": "user", "content": text},
        "parent_tool_use_id": None,
        "uuid": prompt_id,
    }


def _resume_error(error: ResultError) -> Exception:
    """What the CLI (2.1.330) says when it cannot resume, or start, as an error of ours."""
    said = " ".join(error.errors)
    if DAMAGED in said or DAMAGED in str(error):
        return DamagedConfig(f"{CONFIG} is damaged")
    if "No message found with message.uuid" in said:
        return UnknownEntry(said)
    if any(text in said for text in NOTHING_TO_RESUME):
        return UnknownSession(said)
    return AgentUnavailable(f"the CLI did not start: {said[:200]}")


def _find_cli() -> str:
    bundled = Path(claude_agent_sdk.__file__).parent / "_bundled" / "claude"
    found = str(bundled) if bundled.is_file() else shutil.which("claude")
    if found is None:
        raise AgentUnavailable("no Claude CLI: reinstall claude-agent-sdk")
    return found


def _log_failed_leave(leaving: "asyncio.Future[None]", pid: int | None) -> None:
    if not leaving.done():
        leaving.cancel()
        log.warning("client_close_timed_out", pid=pid)
    elif not leaving.cancelled() and leaving.exception() is not None:
        log.info("client_close_failed", pid=pid, reason=type(leaving.exception()).__name__)
