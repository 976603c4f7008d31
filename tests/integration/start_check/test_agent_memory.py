"""AGENT_MEMORY=small with the real CLI: it has its variables and answers, or none is small."""

from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from consumer.agent import SessionSettings
from consumer.agent.agent_memory import AgentMemory
from consumer.claude import client
from consumer.claude.environment import SMALL
from consumer.claude.sdk.sdk_client import find_cli
from consumer.start_check.agent_memory import checked_memory
from tests.integration.sessions.conftest import (
    BOT,
    LANE,
    StartManager,
    model,
    settings,
    start_manager,
)

__all__ = ["model", "settings", "start_manager"]

NOT_SMALL = '#!/bin/sh\n[ -z "$BUN_JSC_useBaselineJIT" ] || exit 1\nexec {cli} "$@"\n'


def variables(pid: int | None) -> set[str]:
    """Those that a process was started with, as NAME=value."""
    return set(Path(f"/proc/{pid}/environ").read_text().split("\0"))


async def test_a_small_agent_has_its_variables_and_answers(
    settings: SessionSettings, start_manager: StartManager
) -> None:
    """The check lets it be, and its turns are as any."""
    checked = await checked_memory(replace(settings, agent_memory=AgentMemory.SMALL))
    assert checked.agent_memory is AgentMemory.SMALL
    manager = await start_manager(agent_memory=checked.agent_memory)
    result = await manager.run_turn(LANE, BOT, "echo here")
    assert result.text == "here"
    assert {f"{name}={value}" for name, value in SMALL.items()} <= variables(result.pid)


async def test_one_that_does_not_answer_makes_all_of_them_full(
    settings: SessionSettings,
    start_manager: StartManager,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A CLI that ends at such variables: the log says so, and agents without them answer."""
    (cli := tmp_path / "cli").write_text(NOT_SMALL.format(cli=find_cli()))
    cli.chmod(0o755)
    monkeypatch.setattr(client, "find_cli", lambda: str(cli))
    with capture_logs() as logs:
        checked = await checked_memory(replace(settings, agent_memory=AgentMemory.SMALL))
    (told,) = logs
    assert (told["event"], told["log_level"]) == ("agent_memory_full", "warning")
    manager = await start_manager(agent_memory=checked.agent_memory)
    result = await manager.run_turn(LANE, BOT, "echo here")
    assert result.text == "here"
    assert not {name for name in variables(result.pid) if name.partition("=")[0] in SMALL}
