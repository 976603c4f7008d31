"""The agent for real: one CLI process, from its start to its certain end."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import structlog

from consumer.agent.agent_client import (
    AgentMessage,
    BeforeTool,
    ClientOptions,
    ConnectClient,
    Ended,
    Stale,
    at_once,
)
from consumer.agent.errors import AgentCrashed, AgentUnavailable, SessionGone
from consumer.agent.events import ServersMissing, ToolDenied, ToolEnded
from consumer.agent.settings import SessionSettings
from consumer.archive.redis_transcripts import RedisTranscripts
from consumer.cage.watch import CageWatch
from consumer.claude import orphans
from consumer.claude.agent_process import AgentProcess, first_line
from consumer.claude.cli_errors import DamagedConfig
from consumer.claude.client_servers import ClientServers
from consumer.claude.files.cli_config import repair
from consumer.claude.files.prompt_file import prompt_file, write_prompt
from consumer.claude.files.servers_file import servers_file, write_servers
from consumer.claude.files.skills_folder import write_skills
from consumer.claude.mirrored_transcripts import MirroredTranscripts
from consumer.claude.options import claude_options
from consumer.claude.sdk.sdk_client import CliFailed, SdkClient, find_cli
from consumer.mcp.missing_servers import note_for_the_model
from consumer.mcp.probe import Probe
from consumer.mcp.trouble import Trouble
from consumer.tool_calls.calls import Calls
from consumer.tool_calls.cell import Cell
from consumer.tool_calls.hook import ToolHook
from consumer.tool_calls.own_tools import OwnTools
from consumer.tool_calls.tooling import Tooling
from consumer.toolboxes import Asking

log = structlog.get_logger(__name__)


def claude_clients(
    settings: SessionSettings,
    transcripts: RedisTranscripts | None = None,
    tooling: Tooling | None = None,
) -> ConnectClient:
    """Make clients of the bundled CLI; raises AgentUnavailable when there is none.

    With `transcripts` every conversation is kept there too, and resumed from there. Each agent
    has what the `tooling` has for its bot when it starts.
    """
    cli, none = find_cli(), Tooling()

    def make(options: ClientOptions) -> "ClaudeClient":
        mirrored = MirroredTranscripts(transcripts) if transcripts else None
        return ClaudeClient(settings, options, cli, mirrored, tooling or none)

    return make


class ClaudeClient:
    """One CLI process with one conversation."""

    def __init__(
        self,
        settings: SessionSettings,
        options: ClientOptions,
        cli: str,
        transcripts: MirroredTranscripts | None,
        tooling: Tooling,
    ) -> None:
        self._settings, self._options, self._cli = settings, options, cli
        self._transcripts = transcripts
        self._cell = Cell()
        self._calls = Calls(options.bot.id, tooling.tally)
        self._own_tools = OwnTools(tooling.toolboxes, options.bot, self._cell)
        self._board, self._audit = tooling.servers, tooling.audit
        self._approving = tooling.approving
        self._closed = False
        self._prepare()

    def _prepare(self) -> None:
        """A process to come, and the SDK's side of it."""
        settings, options = self._settings, self._options
        self._process = AgentProcess(settings.run_dir)
        temp = self._process.temp.path
        folders = [options.folder, temp]
        self._watch = CageWatch(settings.cage, folders, lambda: self._process.pid)
        self._hook = ToolHook(
            *(settings, options, temp, self._watch),
            *(self._cell, self._calls),
            self._own_tools.names,
            self._audit,
            self._approving,
        )
        plain = claude_options(*(settings, options, self._cli), self._process.pid_file, temp)
        self._sdk = SdkClient(
            plain,
            hook=self._hook,
            own_tools=self._own_tools,
            on_call=self._cell.heard,
            on_stderr=self._process.hear,
            transcripts=self._transcripts,
        )
        self._servers = ClientServers(
            *(options.bot, self._sdk, self._board, Probe(settings.variables)),
            wait_s=settings.servers_wait,
        )
        self._hook.on_call = self._servers.called

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
            await orphans.gone_from(self._settings.run_dir, self._options.folder)
            process.temp.make()
            await asyncio.to_thread(write_skills, self._settings.run_dir, self._options.bot)
            write_prompt(prompt_file(process.pid_file), self._options.bot)
            write_servers(servers_file(process.pid_file), self._options.bot, self._settings)
            await self._sdk.connect()
        except (CliFailed, OSError, ValueError) as error:
            said = process.cause(error.__cause__ or error)
            raise AgentUnavailable(f"the CLI did not start: {said}") from error
        finally:
            servers_file(process.pid_file).unlink(missing_ok=True)
        if not self._process.temp.is_taken:
            raise AgentUnavailable("the CLI did not take its own temporary folder")
        self._servers.began()

    async def ask(
        self, prompt: str, before_tool: BeforeTool = at_once, asking: Asking | None = None
    ) -> AsyncIterator[AgentMessage]:
        """Send the prompt and yield what comes of it; see AgentClient.

        The prompt carries an id which its ResultMessage repeats, so that what is left of an
        interrupted turn, or a turn that the CLI began by itself, is told from this one.
        """
        missing = await self._servers.before_turn()
        if missing is None:
            return  # interrupted before it was asked
        if known := [it for it in missing if it.trouble is not Trouble.STARTING]:
            yield ServersMissing(tuple(known))
        prompt = "\n\n".join(filter(None, [prompt, note_for_the_model(missing)]))
        self._cell.turn_begins(before_tool, asking)
        try:
            async for message in self._sdk.ask(prompt, str(uuid.uuid4())):
                for of_the_cage in self._before(message):
                    yield of_the_cage
                yield self._timed(message)
        except CliFailed as error:
            for cut_off in self._cut_off():
                yield cut_off
            died = AgentCrashed if error.heard else SessionGone
            raise died(self._process.cause(error.__cause__ or error)) from error
        finally:
            self._cell.turn_is_over()
            self._calls.turn_is_over()
            self._watch.rest()

    def _before(self, message: AgentMessage) -> Iterator[AgentMessage]:
        """What our own watch over tools and servers adds to what the CLI tells."""
        if missing := self._servers.untold():
            yield ServersMissing(missing)
        if isinstance(message, Stale):
            log.warning("stale_result_skipped", pid=self.pid)
        elif isinstance(message, Ended):
            yield from self._cut_off()
            yield from self._watch.untold()
        elif isinstance(message, ToolEnded) and message.id in self._calls.denied_tools:
            # The CLI (2.1.330) does not tell which calls its hook denied.
            yield ToolDenied(self._calls.denied_tools[message.id], id=message.id)

    def _timed(self, message: AgentMessage) -> AgentMessage:
        """The CLI does not tell how long a tool took, nor that it was stopped."""
        return self._timed_end(message) if isinstance(message, ToolEnded) else message

    def _timed_end(self, ended: ToolEnded) -> ToolEnded:
        seconds, cut_off = self._calls.seconds(ended.id), self._calls.was_interrupted(ended.id)
        return replace(ended, seconds=seconds, interrupted=cut_off)

    def _cut_off(self) -> Iterator[ToolEnded]:
        """The calls that end with the turn, of which the CLI says nothing more."""
        for call in self._calls.interrupt():
            yield self._timed_end(ToolEnded(id=call, failed=True))

    async def interrupt(self) -> None:
        """Ask the CLI to end the turn; a CLI that is gone needs no asking."""
        if self._servers.stop():
            return
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
        await self._servers.close()
        leaving = asyncio.ensure_future(self._sdk.disconnect())
        try:
            await asyncio.wait({leaving}, timeout=self._settings.close_timeout)
        finally:
            self._process.kill()
        await asyncio.wait({leaving}, timeout=self._settings.close_timeout)
        _log_failed_leave(leaving, self.pid)
        if self._transcripts is not None:
            await self._transcripts.close()


def _log_failed_leave(leaving: "asyncio.Future[None]", pid: int | None) -> None:
    if not leaving.done():
        leaving.cancel()
        log.warning("client_close_timed_out", pid=pid)
    elif not leaving.cancelled() and leaving.exception() is not None:
        log.info("client_close_failed", pid=pid, reason=type(leaving.exception()).__name__)
