"""Why a process would refuse to start, and to which group each such sentence belongs."""

import re
from collections.abc import Iterable, Mapping

from consumer.settings import ConsumerSettings
from ingress.settings import IngressSettings
from operate.shell.made_up import as_fields
from shared.errors import ConfigurationError
from shared.startup.settings import SharedSettings, load_settings

NOWHERE = "unix:///nowhere"
"""Stands in for the Redis that the launcher will bring."""
_GROUPS = (
    ("Redis", r"REDIS_"),
    ("Model", r"ANTHROPIC_"),
    ("Campfire", r"CAMPFIRE_URL"),
    ("Bot keys", r"BOT_KEY|no bot has a key|.*a Campfire bot key looks like|.*/keys/"),
    ("Webhook", r"HOST|PORT|DEFAULT_BOT|WEBHOOK_"),
    ("Storage", r"DATA_DIR"),
    ("Safety", r"INGRESS_AUTH|[A-Z]*_?TOKEN|LINK_SECRET|EVENT_SECRET|TRUSTED_|OPERATOR_"),
    ("Tools", r"BOTS_DIR|.*\.yaml\b"),
)
ANY_OTHER = "Machine"


def problems(values: Mapping[str, str], made_up: Mapping[str, str]) -> Iterable[str]:
    """Those of both processes, each once; `values`: the variables that they would be told, of
    which those `made_up` by `make run` stand in no environment here."""
    given = as_fields(values, made_up)
    if not values.get("REDIS_URL"):
        given["redis_url"] = NOWHERE
    kinds: tuple[type[SharedSettings], ...] = (ConsumerSettings, IngressSettings)
    found: dict[str, None] = {}
    for kind in kinds:
        try:
            load_settings(kind, **given)
        except ConfigurationError as error:
            found |= dict.fromkeys(error.problems)
    return found


def group_of(problem: str) -> str:
    """By the setting or the file with which it begins."""
    return next((name for name, begins in _GROUPS if re.match(begins, problem)), ANY_OTHER)
