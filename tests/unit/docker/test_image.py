"""The Dockerfile, checked without a Docker engine: lint, and what it promises."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from consumer.claude.uncaged import NO_CAGE

ROOT = Path(__file__).parents[3]
DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text()
COPIED = re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE)


def test_hadolint_has_nothing_to_say() -> None:
    """The linter's findings, informational ones included, are errors here."""
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run(
        [hadolint, "--failure-threshold", "style", ROOT / "docker" / "Dockerfile"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_tini_is_pid_1_and_nobody_is_root() -> None:
    """Signals reach Python, orphans are buried, and what escapes is not root."""
    assert 'ENTRYPOINT ["tini", "--"]' in DOCKERFILE
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert users == ["10001", "10001"]
    for stage in DOCKERFILE.split("\nFROM ")[3:]:
        assert stage.index("USER 10001") < stage.index("CMD ")


def test_the_packages_are_those_of_the_lock_without_the_developers() -> None:
    """And installed by the uv that `make setup` uses."""
    assert "uv sync --locked --no-dev" in DOCKERFILE
    wanted = re.search(r"^UV_VERSION=(\S+)$", (ROOT / ".ci" / "setup").read_text(), re.MULTILINE)
    assert wanted is not None
    assert f"uv=={wanted[1]}" in DOCKERFILE


def _image_in(folder: Path) -> None:
    """What the Dockerfile copies to /app."""
    assert set(COPIED) == {"shared", "ingress", "consumer", "operate", "bots", "Procfile"}
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
        else:
            shutil.copy(ROOT / name, folder / name)


@pytest.mark.parametrize("process", ["ingress", "consumer"])
def test_what_is_copied_is_enough_to_start_and_no_more(process: str, tmp_path: Path) -> None:
    """Each process imports all of itself from the image's folders, and refuses to run unset."""
    _image_in(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", process],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("REDIS_URL: not set")


def test_it_starts_everything_by_itself(tmp_path: Path) -> None:
    """The image's own command is our launcher, over the image's Procfile; no sandbox is in it."""
    assert 'CMD ["python", "-m", "operate.launch"]' in DOCKERFILE
    _image_in(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "operate.launch"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "PORT": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "refuses to start; its lines above say why" in done.stdout
    assert "not set" in done.stdout


def test_the_cage_s_programs_are_in_it() -> None:
    """A bot with a shell needs both; the worker refuses to start with one where they are not."""
    own = DOCKERFILE.rpartition("\nFROM base")[2]
    (packages,) = re.findall(r"--no-install-recommends (.*?) \\\n", own)
    assert packages.split() == ["bubblewrap", "libseccomp2", "socat"]


def test_once_has_no_cage_and_so_no_shell() -> None:
    """ONCE gives a container no way to build one: a bot that needs it is refused by its name."""
    once = DOCKERFILE.split("AS once")[1].split("\nFROM ")[0]
    assert "bubblewrap" not in once
    assert f"{NO_CAGE}=ONCE" in once
    assert "DATA_DIR=/storage" in once
    assert "PORT=80" in once
    assert 'CMD ["python", "-m", "operate.once"]' in once


def test_no_key_no_chat_and_no_test_gets_into_the_build() -> None:
    """The context is a list of what may enter, and holds all that the Dockerfile copies."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    allowed = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert allowed == {*COPIED, "pyproject.toml", "uv.lock"}
