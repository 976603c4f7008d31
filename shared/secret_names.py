"""Which settings are secrets: what must stand in no environment, argument or log line."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

BOT_KEY_PREFIX = "BOT_KEY_"
BOT_KEY = re.compile(r"[0-9]{1,18}-[A-Za-z0-9]+")
EVENT_SECRET_PREFIX = "EVENT_SECRET_"  # noqa: S105 - the beginning of a variable's name
EVENT_SECRET = re.compile(r"[A-Za-z0-9._~+=-]{32,200}")
"""What programs outside show, or sign with, to tell a bot something; in it is no slash."""
FILE_SUFFIX = "_FILE"
"""`NAME_FILE` names a file that holds the secret `NAME`, as compose and systemd hand them over."""
_OF_BOTS = {BOT_KEY_PREFIX: BOT_KEY, EVENT_SECRET_PREFIX: EVENT_SECRET}
TOKENS = frozenset(
    {
        *("ANTHROPIC_API_KEY", "WEBHOOK_TOKEN", "ADMIN_TOKEN", "VIEW_TOKEN", "LINK_SECRET"),
        "METRICS_TOKEN",
        "OTEL_EXPORTER_OTLP_HEADERS",
    }
)
URLS = frozenset({"REDIS_URL", "CAMPFIRE_URL", "ANTHROPIC_BASE_URL", "OTEL_EXPORTER_OTLP_ENDPOINT"})
"""Secret where they hold a password."""
BOTS_DIR, ENV_FILE = "BOTS_DIR", Path(".env")
VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
"""How a bot file names a variable."""
_SYSTEMS = re.compile(
    r"(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|TZ|PWD|TERM|TMPDIR|HOST|PORT|DATA_DIR|BOTS_DIR"
    r"|[A-Z]*_?PROXY|(?:LC|LD|XDG|PYTHON|CLAUDE|CAMPFIRE|ANTHROPIC|REDIS)_?[A-Z0-9_]*)"
)
_IN_ENV_FILE = re.compile(rf"^\s*(?:export\s+)?{BOTS_DIR}\s*=\s*['\"]?([^'\"#\n]+)", re.M)


def may_be_secret(name: str, named: Collection[str] = ()) -> bool:
    """Whether the variable may hold a secret, and so may be given by a file too.

    `named`: those that bot files name, as `named_in_bot_files` finds them.
    """
    return is_ours(name) or name in named


def is_ours(name: str) -> bool:
    """Whether it is a secret of the service itself, which no bot is told."""
    return name in TOKENS or name in URLS or name.startswith(tuple(_OF_BOTS))


def may_be_named(name: str) -> bool:
    """Whether a bot file may name the variable: what every process needs is no bot's secret."""
    return not is_ours(name) and not _SYSTEMS.fullmatch(name)


def named_in_bot_files(values: Mapping[str, str]) -> frozenset[str]:
    """The variables that stand as `${NAME}` in the bot files; `values` may say where those are.

    Looked for in the text, before anything is read as YAML: a process asks at its very beginning.
    """
    given = {name.upper(): value for name, value in values.items() if value}
    folder = Path(given.get(BOTS_DIR) or _told_in(ENV_FILE) or "bots")
    return frozenset(filter(may_be_named, _named_below(folder)))


def is_secret(name: str, value: str, named: Collection[str] = ()) -> bool:
    """Whether this value of the variable has to be kept from everybody else."""
    if not value or secret_file(name, value, named):
        return False
    return may_be_secret(name, named) and (name not in URLS or _has_password(value))


def secrets_of(values: Mapping[str, str]) -> dict[str, str]:
    """The variables that are secrets; a name counts in upper case, as settings do."""
    named = named_in_bot_files(values)
    return {name: value for name, value in values.items() if is_secret(name.upper(), value, named)}


def secret_file(name: str, value: str, named: Collection[str] = ()) -> str | None:
    """The variable whose value stands in the file `value`; None where `name` says no such thing.

    A bot may be called `my-file`: what looks like its key or its secret is one, not a path.
    """
    variable = name.removesuffix(FILE_SUFFIX)
    if variable == name or not may_be_secret(variable, named):
        return None
    if any(name.startswith(of) and looks.fullmatch(value) for of, looks in _OF_BOTS.items()):
        return None
    return variable


def _named_below(folder: Path) -> Iterator[str]:
    for file in folder.glob("*.yaml"):
        yield from VARIABLE.findall(_text(file))


def _told_in(env_file: Path) -> str | None:
    found = _IN_ENV_FILE.findall(_text(env_file))
    return found[-1].strip() if found else None


def _text(file: Path) -> str:
    """What cannot be read is said by whoever needs it."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _has_password(url: str) -> bool:
    address = url.partition("://")[2]
    return "@" in address.partition("?")[0] or "password=" in address
