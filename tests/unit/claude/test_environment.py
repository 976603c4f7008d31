"""What the agent's process may inherit."""

import os
import subprocess
from pathlib import Path

import pytest

from consumer.claude.environment import (
    LAUNCHER,
    agent_environment,
    forget_secrets,
)
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
