"""A process that was started with secrets in its environment shows none for as long as it runs."""

import re
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.acceptance.conftest import NewStack
from tests.acceptance.environment import ROOT, SECRETS, minimal_environment

PACKAGES = ("ingress", "consumer", "operate")
HELPERS = {
    "operate/launch/leftovers.py",
    "consumer/cage_check/inside.py",
    "consumer/knowledge/indexing/__main__.py",
    "consumer/posted_files/child.py",
    "consumer/web/reading_child.py",
}
"""Started by our own processes alone, which have nothing in their environment to pass on."""


def shown_by(pid: int, secrets: tuple[str, ...]) -> list[str]:
    """Which of them can be read in the process's environment or arguments."""
    texts = [Path(f"/proc/{pid}/{name}").read_text() for name in ("environ", "cmdline")]
    return [secret for secret in secrets for text in texts if secret in text]


async def test_the_procfile_s_lines_show_nothing(new_stack: NewStack) -> None:
    """Started as honcho starts them, with every key in the environment: web, worker, agent."""
    stack = new_stack(executed=True)
    await stack.start()
    await stack.ready()
    assert await stack.ask("echo here") == "here"
    agents = psutil.Process(stack.worker.pid).children(recursive=True)
    assert "claude" in {agent.name() for agent in agents}
    redis = str(stack.web.environment["REDIS_URL"])
    for pid in (stack.web.pid, stack.worker.pid, *(agent.pid for agent in agents)):
        assert shown_by(pid, (*SECRETS, redis)) == []


async def test_what_another_process_shows_is_told(new_stack: NewStack) -> None:
    """A supervisor that keeps a key in its environment is named with the variable, no value."""
    stack = new_stack(executed=True)
    key = stack.worker.environment["ANTHROPIC_API_KEY"]
    keeper = subprocess.Popen(["/bin/sleep", "600"], env={"SOME_KEY": key})
    arguments = subprocess.Popen([sys.executable, "-c", "input()", key], stdin=subprocess.PIPE)
    try:
        await stack.start()
        await stack.ready()
        told = {event["pid"]: event for event in stack.worker.log.events("secrets_exposed")}
        assert told[keeper.pid]["shown"] == {"ANTHROPIC_API_KEY": "SOME_KEY"}
        assert told[keeper.pid]["program"] == "sleep"
        assert told[arguments.pid]["shown"] == {"ANTHROPIC_API_KEY": "its arguments"}
        assert not {stack.web.pid, stack.worker.pid} & told.keys()
        assert key not in stack.transcript()
    finally:
        for process in (keeper, arguments):
            process.kill()
            process.communicate()


async def test_the_health_check_shows_nothing(tmp_path: Path) -> None:
    """It is started again and again in the container, and waits for a Redis that hangs."""
    url = "redis://:hunter2hunter2@127.0.0.1:{}/0"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = url.format(silent.getsockname()[1])
        environment = {**minimal_environment(tmp_path), "REDIS_URL": url}
        environment |= {"BOTS_DIR": str(ROOT / "bots"), "BOT_KEY_ASSISTANT": "3-abcdefabcdef"}
        command = [sys.executable, "-m", "consumer.health"]
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as check:
            silent.settimeout(30)
            connection, _ = silent.accept()  # it has read its settings
            assert shown_by(check.pid, ("hunter2hunter2", "abcdefabcdef")) == []
            connection.close()
            _, complaint = check.communicate(timeout=30)
    assert check.returncode == 1
    assert b"Redis does not answer" in complaint


@pytest.mark.parametrize(
    "file",
    [
        file.relative_to(ROOT)
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
        if 'if __name__ == "__main__":' in file.read_text()
        if str(file.relative_to(ROOT)) not in HELPERS
    ],
    ids=str,
)
def test_every_command_of_ours_begins_like_that(file: Path) -> None:
    """What a person or a supervisor starts calls `begin` before anything else it does."""
    text = (ROOT / file).read_text()
    assert re.search(r'^if __name__ == "__main__":\n    begin\(\)', text, re.MULTILINE), file
