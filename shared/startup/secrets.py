"""Which settings are secrets: what must stand in no environment, argument or log line."""

import re
from collections.abc import Mapping

BOT_KEY_PREFIX = "BOT_KEY_"
BOT_KEY = re.compile(r"[0-9]{1,18}-[A-Za-z0-9]+")
FILE_SUFFIX = "_FILE"
"""`NAME_FILE` names a file that holds the secret `NAME`, as compose and systemd hand them over."""
TOKENS = frozenset({"ANTHROPIC_API_KEY", "WEBHOOK_TOKEN", "ADMIN_TOKEN", "LINK_SECRET"})
URLS = frozenset({"REDIS_URL", "CAMPFIRE_URL"})
"""Secret where they hold a password."""


def may_be_secret(name: str) -> bool:
    """Whether the variable may hold a secret, and so may be given by a file too."""
    return name in TOKENS or name in URLS or name.startswith(BOT_KEY_PREFIX)


def is_secret(name: str, value: str) -> bool:
    """Whether this value of the variable has to be kept from everybody else."""
    if not value or secret_file(name, value):
        return False
    return may_be_secret(name) and (name not in URLS or _has_password(value))


def secrets_of(values: Mapping[str, str]) -> dict[str, str]:
    """Those of the variables that are secrets; a name counts in upper case, as settings do."""
    return {name: value for name, value in values.items() if is_secret(name.upper(), value)}


def secret_file(name: str, value: str) -> str | None:
    """The variable whose value stands in the file `value`; None where `name` says no such thing.

    A bot may be called `my-file`: what looks like its key is one, not a path.
    """
    variable = name.removesuffix(FILE_SUFFIX)
    if variable == name or not may_be_secret(variable):
        return None
    if name.startswith(BOT_KEY_PREFIX) and BOT_KEY.fullmatch(value):
        return None
    return variable


def _has_password(url: str) -> bool:
    address = url.partition("://")[2]
    return "@" in address.partition("?")[0] or "password=" in address
