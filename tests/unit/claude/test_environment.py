"""What the agent's process may inherit, and who may have a shell."""

import asyncio
import os
import re
import subprocess
from pathlib import Path

import pytest

from consumer.agent.agent_memory import AgentMemory
from consumer.agent.memory_share import (
    affordable_sessions,
    available_mb,
    private_bytes,
    sessions_share_mb,
)
from consumer.archive.lane_gates import LaneGates
from consumer.archive.transcripts import delete_transcript, transcript_files
from consumer.cage import system_calls
from consumer.claude.environment import (
    LAUNCHER,
    agent_environment,
    check_shell_tools,
    forget_secrets,
)
from shared.bots import Bot
from shared.errors import ConfigurationError
from shared.lane import Lane
from tests.bots import bot_with
from tests.session_settings import session_settings


def test_the_launcher_passes_on_only_what_is_listed(tmp_path: Path) -> None:
    """Variables that are not listed are gone, those with line breaks too; the pid is written."""
    pid_file = tmp_path / "agent.pid"
    settings = session_settings(tmp_path, api_key="k")
    ours = agent_environment(settings, cli="/usr/bin/env", pid_file=pid_file, temp=tmp_path)
    inherited = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/home/x",
        "BOT_KEY_A": "3-secret",
        "ODD": "a\nb=secret\nPATH=secret",
        "CLAUDECODE": "secret",
    }
    shown = subprocess.run(
        [LAUNCHER], env={**inherited, **ours}, capture_output=True, text=True, check=True
    ).stdout
    assert "secret" not in shown
    assert f"HOME={tmp_path}/home" in shown
    assert pid_file.read_text().strip().isdigit()


def test_retries_and_silence_stay_within_the_turn(tmp_path: Path) -> None:
    """A request that says nothing is given up before the turn's own deadline."""
    settings = session_settings(tmp_path, turn_timeout=100)
    env = agent_environment(settings, cli="c", pid_file=tmp_path / "p", temp=tmp_path)
    assert int(env["API_TIMEOUT_MS"]) < 100_000
    assert "ANTHROPIC_API_KEY" not in env


def test_secrets_leave_our_own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """After forget_secrets no key of ours is in os.environ; the rest is."""
    tokens = ("ANTHROPIC_API_KEY", "ADMIN_TOKEN", "LINK_SECRET", "WEBHOOK_TOKEN")
    for name in ("BOT_KEY_X", "REDIS_URL", *tokens):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("HARMLESS", "kept")
    forget_secrets()
    assert "secret" not in os.environ.values()
    assert os.environ["HARMLESS"] == "kept"


def test_a_shell_without_a_cage_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where bubblewrap is missing a bot with Bash stops the start, named with the remedy."""
    monkeypatch.setenv("PATH", "/nonexistent")
    reader = Bot(id="reader", name="Reader", system_prompt="x", tools=("Read",))
    sheller = Bot(id="sheller", name="Sheller", system_prompt="x", tools=("Bash", "Read"))
    serving = bot_with(reader, mcp_servers={"odd": {"command": ["odd"]}})
    check_shell_tools(reader)
    with pytest.raises(ConfigurationError, match="reader is granted the server odd") as programs:
        check_shell_tools(serving)
    assert "apt-get install bubblewrap" in str(programs.value)
    with pytest.raises(ConfigurationError, match="bot sheller is granted Bash") as refusal:
        check_shell_tools(reader, sheller)
    assert "apt-get install bubblewrap socat" in str(refusal.value)
    monkeypatch.setattr(system_calls, "LIBRARY", "libseccomp-of-nowhere.so")
    with pytest.raises(ConfigurationError, match="install bubblewrap socat libseccomp2"):
        check_shell_tools(sheller)
    monkeypatch.setenv("NO_CAGE", "ONCE")
    with pytest.raises(ConfigurationError, match="Bash, which ONCE cannot cage: take") as instead:
        check_shell_tools(sheller)
    assert "apt-get" not in str(instead.value)
    assert "by compose or systemd" in str(instead.value)


async def test_a_gate_lets_one_in_and_is_gone_after() -> None:
    """One at a time in order of arrival; no lock stays for a lane nobody is at."""
    gates, lane, order = LaneGates(), Lane(1, "a"), list[str]()

    async def pass_through(name: str) -> None:
        async with gates.hold(lane):
            order.append(f"{name} in")
            await asyncio.sleep(0)
            order.append(f"{name} out")

    await asyncio.gather(*(pass_through(name) for name in "abc"))
    assert order == ["a in", "a out", "b in", "b out", "c in", "c out"]
    assert len(gates) == 0


def test_memory_is_measured() -> None:
    """The bound follows the machine; a process that is gone holds nothing."""
    full, small = (affordable_sessions(sessions_share_mb(), memory) for memory in AgentMemory)
    assert 1 <= full <= small <= 64
    assert available_mb() > 100
    assert private_bytes(os.getpid()) > 1_000_000
    assert private_bytes(2**31 - 1) == 0


def test_only_the_sessions_own_transcript_is_deleted(tmp_path: Path) -> None:
    """The id names exactly its files; what is no id names none."""
    ids = ["7c4e7c4e-0000-4000-8000-00000000000" + digit for digit in "12"]
    project = tmp_path / "projects" / "-data"
    (project / ids[0]).mkdir(parents=True)
    for name in ids:
        (project / f"{name}.jsonl").write_text("{}")
    delete_transcript(tmp_path, ids[0])
    assert [path.name for path in project.iterdir()] == [f"{ids[1]}.jsonl"]
    assert transcript_files(tmp_path, "*") == []


def test_a_transcript_is_looked_for_where_its_session_ran(tmp_path: Path) -> None:
    """Other lanes' folders are looked through only where it is not there."""
    session_id = "7c4e7c4e-0000-4000-8000-000000000001"
    ran = tmp_path / "work spaces" / "2_a"
    slug = re.sub("[^a-zA-Z0-9]", "-", str(ran))
    for project in (slug, "-elsewhere"):
        (tmp_path / "projects" / project).mkdir(parents=True)
        (tmp_path / "projects" / project / f"{session_id}.jsonl").write_text("{}")
    (found,) = transcript_files(tmp_path, session_id, ran)
    assert found.parent.name == slug
    found.unlink()
    (found,) = transcript_files(tmp_path, session_id, ran)
    assert found.parent.name == "-elsewhere"
