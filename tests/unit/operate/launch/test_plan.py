"""What is started for which settings."""

import pytest

from operate.launch.environment import LaunchEnvironment, LaunchError
from operate.launch.plan import Plan, make_plan

PROCFILE = "web: python -m ingress\nworker: python -m consumer\n"


def plan(procfile: str = PROCFILE, *, stand_in: bool = True, **environ: str) -> Plan:
    return make_plan(LaunchEnvironment.read(environ), procfile, stand_in=stand_in)


def test_with_nothing_configured_everything_is_stood_in_for() -> None:
    """No setting at all: embedded Valkey, sandbox Campfire with keys, stand-in model, told so."""
    it = plan()
    assert it.service == {"web": "python -m ingress", "worker": "python -m consumer"}
    assert it.stand_ins == {"sandbox": "python -m sandbox"}
    assert it.valkey is not None
    assert it.generate_bot_keys
    assert it.environment["CAMPFIRE_URL"] == "http://127.0.0.1:5003"
    assert it.environment["WEBHOOK_BASE"] == "http://127.0.0.1:5002"
    assert it.environment["ANTHROPIC_BASE_URL"] == "http://127.0.0.1:5003/model"
    assert it.environment["ANTHROPIC_API_KEY"]
    assert it.environment["SANDBOX_MODEL"] == "stand-in"
    said = " ".join(it.notices)
    assert "REDIS_URL" in said
    assert "CAMPFIRE_URL" in said
    assert "stand-in model answers, not Claude" in said
    assert "http://127.0.0.1:5003" in it.closing


def test_in_production_nothing_stands_in() -> None:
    """No sandbox, no made keys, no model that only plays one; a queue of its own it may have."""
    it = plan(stand_in=False)
    assert it.service == {"web": "python -m ingress", "worker": "python -m consumer"}
    assert not it.stand_ins
    assert not it.generate_bot_keys
    assert it.valkey is not None
    assert it.environment.keys() == {"PYTHONUNBUFFERED", "PORT"}
    assert "operate init" in it.notices[-1]
    assert "make run" in it.notices[-1]
    told = plan(stand_in=False, CAMPFIRE_URL="https://c.example")
    assert not [notice for notice in told.notices if "operate init" in notice]
    assert [listener.setting for listener in it.listeners] == ["PORT"]


def test_with_everything_configured_nothing_is_stood_in_for() -> None:
    """A deployer's `.env` gets the Procfile's processes, as they are, and no more."""
    it = plan(REDIS_URL="redis://r", CAMPFIRE_URL="https://c.example", ANTHROPIC_API_KEY="sk-ant-x")
    assert not it.stand_ins
    assert not it.notices
    assert it.valkey is None
    assert not it.generate_bot_keys
    assert not {"CAMPFIRE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"} & it.environment.keys()
    assert [listener.setting for listener in it.listeners] == ["PORT"]
    assert list(it.probes.values()) == ["http://127.0.0.1:5002/ready"]
    assert "https://c.example" in it.closing


def test_a_real_campfire_without_a_model_gets_the_stand_in_and_keeps_its_keys() -> None:
    """The sandbox is started for its model alone: the real Campfire's bot keys are the user's."""
    it = plan(CAMPFIRE_URL="https://c.example")
    assert it.stand_ins
    assert not it.generate_bot_keys
    assert "CAMPFIRE_URL" not in it.environment
    assert it.environment["ANTHROPIC_BASE_URL"].endswith("/model")
    assert any("not Claude" in notice for notice in it.notices)


def test_claude_in_the_sandbox_is_not_redirected() -> None:
    """An API key is used as it is, with the sandbox as Campfire."""
    it = plan(ANTHROPIC_API_KEY="sk-ant-x")
    assert it.stand_ins
    assert it.generate_bot_keys
    assert not {"ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "SANDBOX_MODEL"} & it.environment.keys()


def test_the_sandbox_s_own_address_is_the_sandbox() -> None:
    """CAMPFIRE_URL=http://127.0.0.1:5003 in a copied `.env` means the same as none."""
    assert plan(CAMPFIRE_URL="http://127.0.0.1:5003/").generate_bot_keys


def test_the_launcher_waits_longer_than_the_worker_drains() -> None:
    """A turn that SHUTDOWN_GRACE_SECONDS allows is not killed by the launcher."""
    assert plan(SHUTDOWN_GRACE_SECONDS="100").grace_seconds > 100


def test_a_procfile_without_web_has_no_port_to_check() -> None:
    """A worker alone needs neither PORT nor the ingress's readiness."""
    it = plan("worker: python -m consumer", CAMPFIRE_URL="http://c", ANTHROPIC_API_KEY="x")
    assert not it.listeners
    assert not it.probes


@pytest.mark.parametrize(
    ("procfile", "complaint"),
    [("", "no line of the form"), ("# web", "no line"), ("sandbox: x", "launcher's own")],
)
def test_a_procfile_that_cannot_be_run_is_refused(procfile: str, complaint: str) -> None:
    """Nothing to start, or a name that is taken: one sentence that names the Procfile."""
    with pytest.raises(LaunchError, match=f"^Procfile: .*{complaint}"):
        plan(procfile)
