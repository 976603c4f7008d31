"""The compose file, checked without a Docker engine: its schema, and what it promises."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from consumer.settings import ConsumerSettings
from operate.take_over import FOLDERS
from shared.secret_names import secrets_of

FILE = Path(__file__).parents[3] / "docker" / "compose.yml"
SHELL_FILE = FILE.with_name("compose.shell.yml")
CONTENT: dict[str, Any] = yaml.safe_load(FILE.read_text())
SERVICES: dict[str, Any] = CONTENT["services"]


def check_schema(file: Path) -> subprocess.CompletedProcess[str]:
    """Against the compose specification's own schema, which check-jsonschema carries."""
    command = ["check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, check=False
    )


def test_it_follows_the_compose_specification() -> None:
    """Every key is one that compose knows, of the right type."""
    done = check_schema(FILE)
    assert done.returncode == 0, done.stdout


def test_a_misspelt_key_would_be_seen(tmp_path: Path) -> None:
    """The check above can fail."""
    wrong = tmp_path / "compose.yml"
    wrong.write_text(FILE.read_text().replace("healthcheck:", "healthchek:", 1))
    assert check_schema(wrong).returncode == 1


def test_one_image_runs_both_commands() -> None:
    """The Procfile's processes, in the Procfile's words."""
    procfile = (FILE.parents[1] / "Procfile").read_text().splitlines()
    commands = [f"{name}: {' '.join(SERVICES[name]['command'])}" for name in ("web", "worker")]
    assert commands == procfile
    assert SERVICES["web"]["image"] == SERVICES["worker"]["image"]


def test_only_the_ingress_is_reachable_and_only_from_this_machine() -> None:
    """Whoever wants it reachable from elsewhere says so with INGRESS_BIND."""
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"web": ["${INGRESS_BIND:-127.0.0.1:5002}:5002"]}


@pytest.mark.parametrize("name", ["web", "worker", "redis"])
def test_every_service_is_watched_and_started_again(name: str) -> None:
    """A health check with a deadline, a restart policy, and bounded logs."""
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] == "CMD"
    assert "timeout" in service["healthcheck"]
    assert "max-size" in service["logging"]["options"]


def test_redis_keeps_what_was_acknowledged() -> None:
    """AOF on a volume, and no eviction: a full memory refuses work, it drops none."""
    command = " ".join(SERVICES["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command
    assert "redis:/data" in SERVICES["redis"]["volumes"]


def test_everything_that_was_promised_to_be_kept_outlives_the_container() -> None:
    """Both processes keep all of DATA_DIR on one volume: spool, sessions, files being posted."""
    for name in ("web", "worker"):
        assert SERVICES[name]["environment"]["DATA_DIR"] == "/data"
        assert "data:/data" in SERVICES[name]["volumes"]
        assert not [it for it in SERVICES[name]["volumes"] if str(it).startswith("data:/data/")]
    assert "data" in CONTENT["volumes"]


def test_what_lies_on_an_older_file_s_volumes_is_taken_over_first() -> None:
    """Each is mounted where the command looks for it, to be read only; the others wait for it."""
    service = SERVICES["take-over"]
    assert service["command"] == ["python", "-m", "operate.take_over", "/old", "/data"]
    older = {"session_cache": "sessions", "claude": "transcripts", "workspaces": "workspaces"}
    assert set(FOLDERS) == older.keys()
    wanted = [f"{volume}:/old/{folder}:ro" for folder, volume in older.items()]
    assert service["volumes"] == ["data:/data", *wanted]
    assert CONTENT["volumes"].keys() == {"redis", "data", *older.values()}
    assert service["restart"] == "no"
    for name in ("web", "worker"):
        waits = SERVICES[name]["depends_on"]["take-over"]
        assert waits == {"condition": "service_completed_successfully"}


def test_no_key_stands_in_a_container_s_environment() -> None:
    """The processes read .env themselves; a missing one is an error, not a folder Docker makes."""
    for service in SERVICES.values():
        assert "env_file" not in service
        assert not secrets_of(service.get("environment", {}))
    for name in ("web", "worker"):
        (mount,) = [it for it in SERVICES[name]["volumes"] if isinstance(it, dict)]
        assert (mount["source"], mount["target"]) == ("../.env", "/app/.env")
        assert mount["read_only"] is True
        assert mount["bind"] == {"create_host_path": False}


def test_redis_is_reached_by_the_two_processes_alone() -> None:
    """It asks for no password, so it has a network without a way out, and no port."""
    inside = {name for name, it in SERVICES.items() if "queue" in it.get("networks", [])}
    assert inside == {"web", "worker", "redis"}
    assert SERVICES["redis"]["networks"] == ["queue"]
    assert CONTENT["networks"]["queue"] == {"internal": True}
    assert SERVICES["take-over"]["network_mode"] == "none"


def test_no_container_takes_the_whole_machine() -> None:
    """Memory and processes are bounded; Redis refuses work before its container is killed."""
    for name, service in SERVICES.items():
        assert service["mem_limit"], name
        assert service["pids_limit"] > 0, name
    command = " ".join(SERVICES["redis"]["command"])
    assert "--maxmemory 512mb" in command
    assert SERVICES["redis"]["mem_limit"] == "1200m"


def test_turns_may_end_before_the_worker_is_killed() -> None:
    """Docker's patience is longer than the worker's own."""
    patience = int(SERVICES["worker"]["stop_grace_period"].removesuffix("s"))
    assert patience > ConsumerSettings.model_fields["shutdown_grace_seconds"].default + 10


def test_the_containers_may_do_little() -> None:
    """No capability, no way to gain one."""
    for name in ("web", "worker", "take-over"):
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]


def test_a_shell_costs_its_own_file() -> None:
    """What the cage needs is allowed to the worker alone, and only where somebody asks for it."""
    assert check_schema(SHELL_FILE).returncode == 0
    assert yaml.safe_load(SHELL_FILE.read_text()) == {
        "services": {
            "worker": {
                "security_opt": [
                    "seccomp=unconfined",
                    "apparmor=unconfined",
                    "systempaths=unconfined",
                ]
            }
        }
    }
