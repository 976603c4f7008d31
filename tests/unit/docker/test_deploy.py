"""The files of docs/deploy.md: each is what its reader takes, and says what the Procfile says."""

import copy
import json
import re
import shutil
import subprocess
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.docker.kamal import refused_by_kamal

ROOT = Path(__file__).parents[3]
DOCKER = ROOT / "docker"
PAGE = (ROOT / "docs" / "deploy.md").read_text()
KAMAL: dict[str, Any] = yaml.safe_load((DOCKER / "kamal.yml").read_text())
UNITS = sorted((DOCKER / "systemd").glob("*.service"))


def test_kamal_knows_every_key_and_takes_what_stands_there() -> None:
    """An unknown one ends each of its commands: by the keys of its own examples."""
    assert refused_by_kamal(KAMAL) == []


@pytest.mark.parametrize(
    ("where", "key", "value"),
    [
        ((), "drain_timout", 45),
        ((), "deploy_timeout", "soon"),
        (("servers", "web"), "stop_timeout", 45),
        (("servers", "web", "proxy", "healthcheck"), "every", 1),
        (("accessories", "redis"), "hosts", ["192.0.2.10"]),  # beside its host
        (("registry",), "password", ["A", "B"]),
        (("env",), "clear", {"PORT": ["80"]}),
    ],
)
def test_what_kamal_does_not_take_is_seen(where: tuple[str, ...], key: str, value: object) -> None:
    """The check above can fail."""
    wrong = copy.deepcopy(KAMAL)
    reduce(lambda part, name: part[name], where, wrong)[key] = value
    assert refused_by_kamal(wrong) != []


def test_kamal_runs_what_the_procfile_runs_and_waits_for_answers() -> None:
    """A worker is given longer than the turns and the closing take."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    procfile = dict(line.split(": ", 1) for line in lines)
    assert {name: role["cmd"] for name, role in KAMAL["servers"].items()} == procfile
    assert KAMAL["drain_timeout"] >= 35
    assert KAMAL["servers"]["worker"]["options"]["stop-timeout"] >= 35
    assert "noeviction" in KAMAL["accessories"]["redis"]["cmd"]


def test_every_secret_is_told_to_kamal_as_one() -> None:
    """What stands under `clear` is in the file, and the file is in git."""
    from shared.secret_names import is_ours

    given = KAMAL["env"]["clear"]
    assert not [name for name, value in given.items() if is_ours(name) and "@" in value]
    assert all(is_ours(name) for name in KAMAL["env"]["secret"])


def test_dokku_starts_one_worker() -> None:
    """By itself it starts none: messages would wait for ever."""
    app = json.loads((DOCKER / "app.json").read_text())
    assert app["formation"] == {"web": {"quantity": 1}, "worker": {"quantity": 1}}


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_systemd_takes_the_unit(tmp_path: Path, file: Path) -> None:
    """As `systemd-analyze verify` reads it; its program is looked for, so it is given one."""
    text = file.read_text().replace("/opt/campfire-ai-bot/.venv/bin/python", "/bin/true")
    unit = tmp_path / file.name
    unit.write_text(text.replace("User=campfire-bot", "User=root"))
    program = shutil.which("systemd-analyze")
    assert program is not None
    done = subprocess.run(
        [program, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if "campfire-bot" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_the_unit_gives_answers_their_time_and_keys_no_environment(file: Path) -> None:
    """SIGTERM goes to its program alone; a key is a credential."""
    lines = file.read_text().splitlines()
    seconds = next(line for line in lines if line.startswith("TimeoutStopSec="))
    assert int(seconds.partition("=")[2]) >= 35
    assert "KillMode=mixed" in lines
    assert not re.search(r"^Environment(File)?=.*(KEY|TOKEN|SECRET)=", file.read_text(), re.M)


def test_together_the_two_units_run_the_procfile() -> None:
    """Over one folder and one Redis, as one user."""
    units = [file.read_text() for file in UNITS if file.stem != "campfire-bot"]
    commands = re.findall(r"^\w+: (python .*)$", (ROOT / "Procfile").read_text(), re.M)
    run = [re.search(r"^ExecStart=\S+/(python .*)$", text, re.M) for text in units]
    assert sorted(it[1] for it in run if it) == sorted(commands)
    for name in ("User=", "Environment=DATA_DIR=", "Environment=REDIS_URL=", "StateDirectory="):
        said = [re.search(rf"^{name}.*$", text, re.M) for text in units]
        assert len({it[0] if it else None for it in said} - {None}) == 1, name


@pytest.mark.parametrize("file", re.findall(r"\]\(\.\./(docker/[^)]+)\)", PAGE))
def test_every_file_that_the_page_names_is_there(file: str) -> None:
    """And there is more than one."""
    assert (ROOT / file).is_file()
