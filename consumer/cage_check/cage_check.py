"""The proof, before a bot with a shell is let in: from inside its cage no secret of ours opens."""

import asyncio
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from consumer.agent.agent_client import ClientOptions, ConnectClient
from consumer.agent.settings import SessionSettings
from consumer.archive.transcripts import delete_transcript
from consumer.archive.workspaces import Workspaces
from consumer.cage.control_groups import bounding
from consumer.cage_check.attempts import (
    SWITCH,
    Environments,
    Findings,
    command,
    environments,
    findings,
)
from consumer.claude.client import claude_clients
from consumer.claude.environment import KEY_FILE
from consumer.scripted_model import ScriptedModel
from consumer.tool_calls.rules import SHELLS
from shared.bots import Bot
from shared.errors import AgentError, ConfigurationError

PATIENCE_S = 90.0
"""For one check: it takes 2 seconds where the machine has nothing else to do."""

log = structlog.get_logger(__name__)

Clients = Callable[[SessionSettings], ConnectClient]


class CageCheck:
    """Asks the real CLI, with the options of the very bot, for one command of ours."""

    def __init__(self, settings: SessionSettings, clients: Clients = claude_clients) -> None:
        self._settings = settings
        self._clients = clients
        self._at_once = asyncio.Semaphore(settings.max_connecting)

    async def __call__(self, *bots: Bot) -> None:
        """Refuse bots whose commands open a file with a secret or one of our processes.

        Raises ConfigurationError naming each. Bots without a shell are not looked at.
        """
        shells = [bot for bot in bots if SHELLS & set(bot.tools)]
        if not shells:
            return
        files, outside = await asyncio.to_thread(lambda: (self._secrets(), environments()))
        told = await asyncio.gather(*(self._problems(bot, files, outside) for bot in shells))
        if problems := [problem for some in told for problem in some]:
            raise ConfigurationError(problems)
        groups = await asyncio.to_thread(bounding)
        log.info("cages_checked", bots=[it.id for it in shells], files=len(files), groups=groups)

    def _secrets(self) -> list[Path]:
        settings = self._settings
        beside = [file for folder in settings.hidden for file in folder.glob("*")]
        files = (*settings.secret_files, settings.run_dir / KEY_FILE, *beside)
        named = [path.absolute() for path in files]
        return list(dict.fromkeys(named + [path.resolve() for path in named]))

    async def _problems(self, bot: Bot, files: list[Path], outside: Environments) -> list[str]:
        if urlsplit(self._settings.base_url or "").password:
            return [f"bot {bot.id} has a shell, which would see the password in ANTHROPIC_BASE_URL"]
        try:
            async with self._at_once, asyncio.timeout(PATIENCE_S):
                printed = await self._printed(bot, command(files))
        except (AgentError, TimeoutError) as error:
            return [f"bot {bot.id} has a shell, and its cage could not be checked: {error}"]
        found = findings(printed or "", files, outside)
        if found is None:
            said = (printed or "nothing").strip()[:300]
            return [f"bot {bot.id} has a shell, whose commands do not run in a cage here: {said}"]
        return list(_sentences(bot, found))

    async def _printed(self, bot: Bot, words: str) -> str | None:
        """What the bot's shell prints, in a new folder as its lanes have one."""
        workspaces = Workspaces(self._settings.workspaces_dir)
        folder, session_id = workspaces.new_spare(), str(uuid.uuid4())
        options = ClientOptions(bot=bot, folder=folder, session_id=session_id)
        try:
            async with ScriptedModel("Bash", {"command": words}) as model:
                client = self._clients(replace(self._settings, base_url=model.url))(options)
                try:
                    await client.connect()
                    async for _ in client.ask("check"):
                        pass
                finally:
                    await client.close()
                return model.result
        finally:
            workspaces.remove(folder)
            delete_transcript(self._settings.claude_dir, session_id)


def _sentences(bot: Bot, found: Findings) -> Iterator[str]:
    who = f"bot {bot.id} is refused, because a command in its shell can read"
    for file in found.files:
        yield f"{who} {file}: move that file to where nothing needs to be shown, or take Bash away"
    for file, name in found.names:
        yield f"{who} {file} by its other name, a hard link ({name}): delete it"
    for process in found.processes:
        yield f"{who} the environment of process {process}, outside of its cage"
    if found.kernel:
        yield f"bot {bot.id} is refused, because a command in its shell can set {SWITCH}"
    if found.keyrings:
        yield f"bot {bot.id} is refused, because a command in its shell reaches kernel keyrings"
