"""How long the CLI keeps a transcript in its folder: our TTL says, not its own 30 days."""

import asyncio
import os
import time
import uuid
from datetime import timedelta
from pathlib import Path

import pytest

from consumer.agent import Tier
from consumer.agent.time_to_live import TimeToLive
from sandbox.model.server import ModelServer
from tests.integration.sessions.conftest import BOT, LANE, OTHER, StartManager
from tests.patience import PATIENCE_S


@pytest.mark.long
async def test_a_transcript_never_goes_before_its_record(
    start_manager: StartManager, model: ModelServer
) -> None:
    """The CLI has swept its folder of what is older than the TTL; what is younger is resumed."""
    ttl = TimeToLive(hours=90 * 24)
    manager = await start_manager(ttl=ttl)
    told = await manager.run_turn(LANE, BOT, "one")
    await manager.shutdown_all()
    (young,) = manager._settings.claude_dir.glob(f"projects/*/{told.session_id}.jsonl")
    past = young.with_name(f"{uuid.uuid4()}.jsonl")
    past.write_bytes(young.read_bytes())
    aged(young, timedelta(days=89))
    aged(past, timedelta(days=93))
    manager = await start_manager(ttl=ttl)
    await manager.run_turn(OTHER, BOT, "two")  # its CLI sweeps seconds after its start
    async with asyncio.timeout(PATIENCE_S):
        while past.exists():
            await asyncio.sleep(0.1)
    again = await manager.run_turn(LANE, BOT, "three")
    assert (again.tier, again.session_id) == (Tier.WARM, told.session_id)
    assert model.recorder.requests[-1].conversation.said == ("one", "three")


def aged(file: Path, age: timedelta) -> None:
    """Make it look as if it was last written so long ago."""
    moment = time.time() - age.total_seconds()
    os.utime(file, (moment, moment))
