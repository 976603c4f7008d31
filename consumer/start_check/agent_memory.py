"""Whether a small CLI answers on this machine; where it does not, agents are started as full ones.

Any release of Bun may drop, or break, what makes it small: SMALL of `environment.py`.
"""

import asyncio
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import structlog

from consumer.agent.agent_client import AgentClient, ClientOptions, ConnectClient, Ended
from consumer.agent.agent_memory import AgentMemory
from consumer.agent.errors import AgentUnavailable
from consumer.agent.settings import SessionSettings
from consumer.claude.client import claude_clients
from consumer.claude.environment import keep_key
from consumer.scripted_model import ScriptedModel
from shared.bots import Bot
from shared.errors import AgentError

PATIENCE_S = 30.0
"""For the check: it takes a second where the machine has nothing else to do."""
BOT = Bot(id="check", name="Check", system_prompt="You are asked whether you answer.")

log = structlog.get_logger(__name__)

Clients = Callable[[SessionSettings], ConnectClient]


async def checked_memory(
    settings: SessionSettings, clients: Clients = claude_clients
) -> SessionSettings:
    """The settings as given, or with full agents where a small one does not answer."""
    if settings.agent_memory is AgentMemory.FULL:
        return settings
    try:
        async with asyncio.timeout(PATIENCE_S):
            await _ask(settings, clients)
    except (AgentError, OSError, TimeoutError) as error:
        log.warning(
            "agent_memory_full",
            why="a CLI with the settings of AGENT_MEMORY=small does not answer here, so agents"
            " take the memory they take by themselves",
            reason=str(error) or type(error).__name__,
        )
        return replace(settings, agent_memory=AgentMemory.FULL)
    log.info("agent_memory_small", max_hot_sessions=settings.hot_limit)
    return settings


async def _ask(settings: SessionSettings, clients: Clients) -> None:
    """One turn, in a folder of its own, of a model of ours; raises AgentError where none comes."""
    # The CLI's sockets have short names only where their folder has: not in DATA_DIR.
    with tempfile.TemporaryDirectory(prefix="cab-check-", ignore_cleanup_errors=True) as folder:
        async with ScriptedModel("none", {}) as model:
            own = replace(settings, data_dir=Path(folder), api_key="none", base_url=model.url)
            for needed in (own.claude_dir, own.home_dir, own.workspaces_dir):
                needed.mkdir()
            keep_key(own)
            options = ClientOptions(
                bot=BOT, folder=own.workspaces_dir, session_id=str(uuid.uuid4())
            )
            await _turn(clients(own)(options))


async def _turn(client: AgentClient) -> None:
    try:
        await client.connect()
        async for message in client.ask("check"):
            if isinstance(message, Ended) and message.is_error:
                raise AgentUnavailable(f"its turn failed: {message.result}")
    finally:
        await client.close()
