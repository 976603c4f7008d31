"""While the whole service runs, no process of this machine shows one of its secrets in /proc."""

import json
import signal
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from shared.secret_names import secrets_of
from tests.acceptance.environment import free_port
from tests.acceptance.operate.launch.conftest import ROOT, Start
from tests.acceptance.stack import SUPPORT
from tests.conftest import eventually
from tests.sandbox_client import SandboxClient

PROCFILE = (ROOT / "Procfile").read_text()
BOT = """
id: assistant
name: Assistant
model: claude-sonnet-5
system_prompt: You help.
tools: [Bash]
"""
SLEEP = "tool Bash " + json.dumps({"command": "sleep 30"})


def made_up_secrets() -> dict[str, str]:
    """Values that stand nowhere else on this machine, every setting that is a secret but Redis."""
    names = ("ANTHROPIC_API_KEY", "WEBHOOK_TOKEN", "ADMIN_TOKEN", "LINK_SECRET")
    made = {name: f"{name.lower()}-{uuid4().hex}" for name in names}
    return {**made, "BOT_KEY_ASSISTANT": f"3-{uuid4().hex}"}


def give(way: str, secrets: dict[str, str], folder: Path) -> dict[str, str]:
    """Hand the secrets to a launcher in `folder`; what its environment has to say of them."""
    if way == "environment":
        return secrets
    if way == "dotenv":
        lines = [f"{name}={value}\n" for name, value in secrets.items()]
        (folder / ".env").write_text("".join(lines))
        return {}
    for name, value in secrets.items():
        (folder / name).write_text(value)
    return {f"{name}_FILE": str(folder / name) for name in secrets}


def shown(secrets: list[str]) -> list[str]:
    """Each place in the environment or the arguments of any process where one can be read."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        for place in ("environ", "cmdline"):
            try:
                text = (process / place).read_text(errors="replace")
            except OSError:
                continue  # ended meanwhile
            name = (process / "cmdline").read_text(errors="replace") if text else ""
            found += [f"{name}: {place}" for secret in secrets if secret in text]
    return found


def running(pid: int) -> list[str]:
    """The names of all processes below this one."""
    names = []
    for child in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            names.append(child.name())
    return names


@pytest.mark.short_form("environment")
@pytest.mark.parametrize(
    ("way", "data"), [("environment", "data"), ("dotenv", "data"), ("files", "d" * 120)]
)
async def test_no_process_shows_a_secret(start: Start, tmp_path: Path, way: str, data: str) -> None:
    """Launcher, Valkey, sandbox, web, worker, guard, agents and a spare, and a running command.

    However the launcher was told; in a deep folder Valkey has a password, which is one too.
    """
    bots = tmp_path / "bots"
    bots.mkdir()
    (bots / "assistant.yaml").write_text(BOT if way == "environment" else BOT.replace("Bash", ""))
    secrets, port = made_up_secrets(), free_port()
    launch = await start(
        PROCFILE,
        **give(way, secrets, tmp_path),
        BOTS_DIR=str(bots),
        DATA_DIR=str(tmp_path / data),
        SANDBOX_PORT=str(port),
        SPARE_SESSIONS="1",
        SHUTDOWN_GRACE_SECONDS="1",
        ANTHROPIC_BASE_URL=f"http://127.0.0.1:{port}/model",
    )
    await launch.line("Ready after")
    async with SandboxClient(f"http://127.0.0.1:{port}") as campfire:
        words = SLEEP if way == "environment" else "slow 5; echo still here"
        await campfire.post(SUPPORT, words, mentions=["assistant"])
        wanted = {"valkey-server", "claude", *(["sleep"] if way == "environment" else [])}

        async def at_work() -> bool:
            names = running(launch.process.pid)
            return wanted <= set(names) and names.count("claude") >= 2  # one is a spare

        await eventually(at_work)
        values = list(secrets.values())
        if (password := tmp_path / data / "valkey" / "password").exists():
            values.append(password.read_text())
        assert shown(values) == []
        assert len(values) == (6 if way == "files" else 5)
    assert await launch.end(signal.SIGTERM) in (0, 1), launch.output  # a turn may be cut off
    assert not [value for value in values if value in launch.output]
    assert secrets_of(secrets) == secrets
