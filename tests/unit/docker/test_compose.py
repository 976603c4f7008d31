"""The compose file, checked without a Docker engine: its schema, and what it promises."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from consumer.settings import ConsumerSettings

FILE = Path(__file__).parents[3] / "docker" / "compose.yml"
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


def test_sessions_and_transcripts_outlive_the_container() -> None:
    """Named volumes over the folders that the worker writes, declared once."""
    volumes = [volume for service in SERVICES.values() for volume in service["volumes"]]
    named = dict(volume.split(":")[:2] for volume in volumes if not volume.startswith(".."))
    assert named == {
        "redis": "/data",
        "sessions": "/data/session_cache",
        "transcripts": "/data/claude",
        "workspaces": "/data/workspaces",
    }
    assert CONTENT["volumes"].keys() == named.keys()


def test_turns_may_end_before_the_worker_is_killed() -> None:
    """Docker's patience is longer than the worker's own."""
    patience = int(SERVICES["worker"]["stop_grace_period"].removesuffix("s"))
    assert patience > ConsumerSettings.model_fields["shutdown_grace_seconds"].default + 10


def test_the_containers_may_do_little() -> None:
    """No capability, no way to gain one."""
    for name in ("web", "worker"):
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]
