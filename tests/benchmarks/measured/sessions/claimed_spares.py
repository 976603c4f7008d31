"""Spares that belong to no bot (the CLI's hidden `--await-claim`) over one a bot.

Not what the service does, and why not: docs/performance.md.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack

from consumer.agent import SessionSettings
from consumer.claude.environment import keep_key
from sandbox.model.server import running_model
from shared.bots import Bot
from tests.benchmarks.benchmark import Workshop
from tests.benchmarks.memory import pss_mib
from tests.benchmarks.raw_cli import raw_cli
from tests.benchmarks.results.ratio import Ratio, median_ratio
from tests.session_settings import session_settings

BOTS, QUICK_BOTS = (3, 10), (2,)
ROUNDS = 10
SETTLES_S = 3.0
"""From its start until a process has done what it does by itself."""
NOBODY = Bot(id="nobody", name="Nobody", system_prompt="You wait.")


async def measure(workshop: Workshop) -> Sequence[Ratio]:
    """Memory with so many bots, then the first answer of each kind, by turns."""
    async with running_model() as model:
        settings = session_settings(workshop.folder, api_key="a-key", base_url=model.base_url)
        for folder in (settings.run_dir, settings.claude_dir, settings.home_dir):
            folder.mkdir(parents=True, exist_ok=True)
        keep_key(settings)
        many = QUICK_BOTS if workshop.quick else BOTS
        held = [await _memory(settings, bots) for bots in many]
        spare, claimed, cold = list[float](), list[float](), list[float]()
        for number in range(workshop.times(ROUNDS)):
            spare.append(await _spare(settings, _bot(number)))
            claimed.append(await _claimed(settings, _bot(number)))
            cold.append(await _cold(settings, _bot(number)))
    return [
        *held,
        median_ratio("first answer, claimed spare", ("claimed", claimed), ("the bot's", spare)),
        median_ratio("first answer, no spare", ("cold", cold), ("the bot's spare", spare)),
    ]


async def _memory(settings: SessionSettings, bots: int) -> Ratio:
    async with AsyncExitStack() as stack:
        waiting = await stack.enter_async_context(raw_cli(settings, NOBODY, waits=True))
        spares = [
            await stack.enter_async_context(raw_cli(settings, _bot(number), waits=False))
            for number in range(bots)
        ]
        await asyncio.sleep(SETTLES_S)
        one, each = pss_mib(waiting.pid), sum(pss_mib(spare.pid) for spare in spares)
    return Ratio(
        name=f"memory of spares, {bots} bots",
        of=f"one for all, {one:.0f} MiB",
        over=f"one a bot, {each:.0f} MiB",
        value=one / each,
        count=bots,
    )


async def _spare(settings: SessionSettings, bot: Bot) -> float:
    async with raw_cli(settings, bot, waits=False) as cli:
        await asyncio.sleep(SETTLES_S)
        began = time.perf_counter()
        await cli.turn("echo first")
        return time.perf_counter() - began


async def _claimed(settings: SessionSettings, bot: Bot) -> float:
    folder = settings.workspaces_dir / bot.id
    folder.mkdir()
    async with raw_cli(settings, NOBODY, waits=True) as cli:
        await asyncio.sleep(SETTLES_S)
        began = time.perf_counter()
        await cli.request(
            subtype="claim_session",
            cwd=str(folder),
            sdk_mcp_servers=[],
            append_system_prompt=bot.system_prompt,
        )
        await cli.request(subtype="set_model", model="claude-haiku-4-5")
        await cli.turn("echo first")
        return time.perf_counter() - began


async def _cold(settings: SessionSettings, bot: Bot) -> float:
    began = time.perf_counter()
    async with raw_cli(settings, bot, waits=False) as cli:
        await cli.turn("echo first")
        return time.perf_counter() - began


def _bot(number: int) -> Bot:
    return Bot(id=f"bot_{number}", name=f"Bot {number}", system_prompt=f"You are bot {number}.")
