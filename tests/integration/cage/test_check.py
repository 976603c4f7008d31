"""The check before a bot with a shell is let in, with the real CLI in a real cage."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from consumer.agent import SessionSettings
from consumer.agent.agent_client import ConnectClient
from consumer.cage import our_paths
from consumer.cage_check.cage_check import CageCheck
from consumer.claude import environment
from shared.errors import ConfigurationError
from tests.bots import bot_with
from tests.integration.sessions.conftest import BOT, manager, model, settings, start_manager

__all__ = ["manager", "model", "settings", "start_manager"]

SHELL_BOT = bot_with(BOT, id="ops", tools=("Bash",))
LEAKY = """#!{python}
import os, sys
given = sys.argv[1:]
for at, word in reversed(list(enumerate(given))):
    if given[at : at + 3] == ["--ro-bind", "/dev/null", {secret!r}]:
        del given[at : at + 3]
os.execv("/usr/bin/bwrap", ["bwrap", *given])
"""

UNFILTERED = """#!{python}
import os, sys
given = sys.argv[1:]
at = given.index("--add-seccomp-fd")
del given[at : at + 2]
os.execv("/usr/bin/bwrap", ["bwrap", *given])
"""


def put_first(monkeypatch: pytest.MonkeyPatch, folder: Path, program: str) -> None:
    """Let this be the first bwrap on the PATH, behind our own."""
    file = folder / "bwrap"
    file.write_text(program)
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


@pytest.fixture
def in_sight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that nothing hides: on this machine temporary files lie elsewhere."""
    monkeypatch.setattr(our_paths, "TEMPORARY", (tmp_path / "temporary",))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    return tmp_path


async def refused(settings: SessionSettings) -> list[str]:
    """The sentences with which the bot is refused."""
    with pytest.raises(ConfigurationError) as refusal:
        await CageCheck(settings)(SHELL_BOT)
    return refusal.value.problems


@pytest.mark.usefixtures("manager")
async def test_a_file_that_opens_refuses_the_bot(
    settings: SessionSettings, in_sight: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its name, with the file's; here by a bwrap that leaves one file out."""
    secret = in_sight / "key"
    secret.write_text("the secret")
    put_first(monkeypatch, in_sight, LEAKY.format(python=sys.executable, secret=str(secret)))
    (problem,) = await refused(replace(settings, secret_files=(secret,)))
    assert problem.startswith(
        f"bot ops is refused, because a command in its shell can read {secret}"
    )


@pytest.mark.usefixtures("manager")
async def test_a_second_name_of_a_secret_refuses_the_bot(
    settings: SessionSettings, in_sight: Path
) -> None:
    """A hard link elsewhere is hidden by nothing; among what is hidden it does no harm."""
    secret, other = in_sight / "key", in_sight / "a copy"
    secret.write_text("the secret")
    (settings.data_dir / "dark").mkdir(parents=True)
    os.link(secret, settings.data_dir / "dark" / "copy")
    os.link(secret, other)
    (problem,) = await refused(replace(settings, secret_files=(secret,)))
    assert problem.endswith(
        f"can read {secret} by its other name, a hard link ({other}): delete it"
    )


@pytest.mark.skipif(os.getuid() != 0, reason="another user may not set them anyway")
@pytest.mark.usefixtures("manager")
async def test_without_our_bwrap_the_kernels_switches_open(
    settings: SessionSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the CLI's own arguments leave to root is found, so an upgrade cannot lose it."""
    monkeypatch.setattr(environment, "OUR_BWRAP", tmp_path)
    problems = await refused(settings)
    assert [problem.rpartition("a command in its shell ")[2] for problem in problems] == [
        "can set /proc/sys/kernel/core_pattern",
        "reaches kernel keyrings",
    ]


@pytest.mark.usefixtures("manager")
async def test_a_cage_without_our_filter_refuses_the_bot(
    settings: SessionSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel's keyrings are reached by system calls alone, whatever is mounted."""
    put_first(monkeypatch, tmp_path, UNFILTERED.format(python=sys.executable))
    (problem,) = await refused(settings)
    assert problem.endswith("a command in its shell reaches kernel keyrings")


@pytest.mark.usefixtures("manager")
async def test_a_cage_that_does_not_start_refuses_the_bot(
    settings: SessionSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container that forbids namespaces: said at the start, not at every command."""
    put_first(monkeypatch, tmp_path, "#!/bin/sh\necho No permissions >&2\nexit 1\n")
    (problem,) = await refused(settings)
    assert problem.startswith("bot ops has a shell, whose commands do not run in a cage here")


async def test_what_no_shell_is_granted_to_is_not_checked(settings: SessionSettings) -> None:
    """Nothing is started for such a bot."""
    await CageCheck(settings, clients=_none)(BOT)


@pytest.mark.usefixtures("manager")
async def test_nothing_is_left_of_a_check(settings: SessionSettings) -> None:
    """No folder, no transcript; a good cage is silent."""
    await CageCheck(settings)(SHELL_BOT)
    assert not list(settings.workspaces_dir.iterdir())
    assert not list(settings.claude_dir.glob("projects/*/*.jsonl"))


async def test_a_password_in_the_models_address_is_no_secret_from_a_shell(
    settings: SessionSettings,
) -> None:
    """The CLI's environment is its commands' too."""
    (problem,) = await refused(replace(settings, base_url="http://me:secret@127.0.0.1:1"))
    assert "the password in ANTHROPIC_BASE_URL" in problem
    assert "secret" not in problem


def _none(_: SessionSettings) -> ConnectClient:
    raise AssertionError("a client was made")
