"""From the settings to what has to be started: pure, no process and no socket."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from honcho.environ import parse_procfile

from operate.launch.environment import LaunchEnvironment, LaunchError, Listener

SANDBOX = "python -m sandbox"
WEB = "web"
SANDBOX_NAME = "sandbox"
SET_UP = (
    "`python -m operate init` sets it up with you, beside your own Campfire; `make run` tries it"
    " without one."
)
CLOSING_SECONDS = 10.0
"""For what comes after the last turn: closing the agents' clients."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that will be started, and in which environment."""

    service: Mapping[str, str]
    """The Procfile's processes: name to command line."""
    stand_ins: Mapping[str, str]
    """The sandbox, when something is missing that it can stand in for; stopped after the service,
    which still posts to it while it drains."""
    environment: Mapping[str, str]
    """For every process, beside what they inherit; the secrets in it are handed over."""
    valkey: Path | None
    """The folder of the embedded server; None: REDIS_URL names another."""
    overlap: bool
    """A predecessor over the same folders may still run: the service starts beside it."""
    generate_bot_keys: bool
    listeners: tuple[Listener, ...]
    """Must be free before anything is started."""
    probes: Mapping[str, str]
    """What answers 200 when a part of the service is ready: name to URL."""
    grace_seconds: float
    """How long a process may take to end once asked."""
    notices: tuple[str, ...]
    """What the person who started us should know, a sentence each."""
    closing: str
    """Said when everything is ready."""


def make_plan(
    settings: LaunchEnvironment, procfile: str, *, stand_in: bool, overlap: bool = False
) -> Plan:
    """Decide what to start; raises LaunchError.

    Where the sandbox may `stand_in` it does so for what is not configured; in production it may
    not, and a process that misses a setting says so itself.
    """
    service = _service(procfile)
    campfire = stand_in and is_sandbox_campfire(settings)
    model = stand_in and not settings.model_is_set
    sandbox = campfire or model
    web = WEB in service
    return Plan(
        service=service,
        stand_ins={SANDBOX_NAME: SANDBOX} if sandbox else {},
        environment={
            "PYTHONUNBUFFERED": "1",
            settings.ingress.setting: str(settings.ingress.port),
            **({settings.sandbox.setting: str(settings.sandbox.port)} if sandbox else {}),
            **(sandbox_environment(settings) if stand_in else {}),
        },
        valkey=None if settings.redis_url else settings.data_dir / "valkey",
        overlap=overlap,
        generate_bot_keys=campfire,
        listeners=(*[settings.ingress] * web, *[settings.sandbox] * sandbox),
        probes=_probes(settings, web=web, sandbox=sandbox),
        grace_seconds=settings.drain_seconds + CLOSING_SECONDS,
        notices=_notices(settings, campfire=campfire, model=model, stand_in=stand_in),
        closing=_closing(settings, campfire=campfire),
    )


def is_sandbox_campfire(settings: LaunchEnvironment) -> bool:
    """No Campfire is configured, or the sandbox itself, as a copied `.env` may have it."""
    url = settings.campfire_url
    return url is None or url.rstrip("/") == settings.sandbox.url


def sandbox_environment(settings: LaunchEnvironment) -> dict[str, str]:
    """What every process is told of the sandbox where it may stand in for what is not set."""
    added = {}
    if is_sandbox_campfire(settings):
        added["CAMPFIRE_URL"] = settings.sandbox.url
        added["WEBHOOK_BASE"] = settings.ingress.url
    if not settings.model_is_set:
        added["ANTHROPIC_BASE_URL"] = f"{settings.sandbox.url}/model"
        added["ANTHROPIC_API_KEY"] = "stand-in"
        added["SANDBOX_MODEL"] = "stand-in"
    return added


def _service(procfile: str) -> dict[str, str]:
    processes: dict[str, str] = dict(parse_procfile(procfile).processes)
    if not processes:
        raise LaunchError("Procfile: no line of the form `name: command`.")
    if SANDBOX_NAME in processes:
        raise LaunchError(f"Procfile: the name {SANDBOX_NAME} is the launcher's own.")
    return processes


def _probes(settings: LaunchEnvironment, *, web: bool, sandbox: bool) -> dict[str, str]:
    probes = {}
    if web:  # the ingress's answer speaks for Redis and the worker too
        probes["web and worker"] = f"{settings.ingress.url}/ready"
    if sandbox:
        probes[SANDBOX_NAME] = f"{settings.sandbox.url}/health"
    return probes


def _notices(
    settings: LaunchEnvironment, *, campfire: bool, model: bool, stand_in: bool
) -> tuple[str, ...]:
    notices = []
    if settings.redis_url is None:
        folder = settings.data_dir / "valkey"
        notices.append(f"REDIS_URL is not set: an embedded Valkey keeps the queue in {folder}.")
    if campfire:
        notices.append("CAMPFIRE_URL is not set: the sandbox stands in for Campfire.")
    elif settings.campfire_url is None and not stand_in:
        notices.append(f"CAMPFIRE_URL is not set. {SET_UP}")
    if model:
        notices.append("ANTHROPIC_API_KEY is not set: a stand-in model answers, not Claude.")
    return tuple(notices)


def _closing(settings: LaunchEnvironment, *, campfire: bool) -> str:
    if campfire:
        return f"Open {settings.sandbox.url} and write to a bot. Ctrl-C ends everything."
    webhook = f"{settings.ingress.url}/webhook/<bot id>"
    return (
        f"Write to a bot in {settings.campfire_url}; its webhook URL there is this machine's "
        f"address of {webhook}. Ctrl-C ends everything."
    )
