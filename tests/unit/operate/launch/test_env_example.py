"""`.env.example` is the list of settings: it must be the one the code reads."""

import re
from itertools import pairwise
from pathlib import Path

from pydantic_core import PydanticUndefined

from consumer.settings import ConsumerSettings
from ingress.settings import IngressSettings

EXAMPLE = (Path(__file__).parents[4] / ".env.example").read_text()
LINES = dict(re.findall(r"^# ([A-Z][A-Z0-9_]*)=(.*)$", EXAMPLE, re.MULTILINE))
FIELDS = {
    name.upper(): field
    for settings in (IngressSettings, ConsumerSettings)
    for name, field in settings.model_fields.items()
    if name not in ("bot_keys", "bot_variables", "event_secrets", "secret_files")
}


def test_every_setting_of_the_processes_is_in_the_example() -> None:
    """A setting nobody can find out about is not there."""
    assert FIELDS.keys() - LINES.keys() == set()


def test_the_example_names_nothing_that_nobody_reads() -> None:
    """Beside the processes' settings: the sandbox's, the bot keys, and their event secrets."""
    of_bots = ("BOT_KEY_", "EVENT_SECRET_")
    others = {name for name in LINES.keys() - FIELDS.keys() if not name.startswith(of_bots)}
    assert others == {"SANDBOX_HOST", "SANDBOX_PORT", "SANDBOX_MODE"}


def test_the_example_s_values_are_the_defaults() -> None:
    """What is commented out shows what holds without it."""
    defaults = {
        name: str(field.default)
        for name, field in FIELDS.items()
        if field.default not in (None, PydanticUndefined)
    }
    assert {name: LINES[name] for name in defaults} == defaults


def test_every_setting_is_explained_in_the_line_above() -> None:
    """One line each, above the setting or above its group of bot keys."""
    lines = EXAMPLE.splitlines()
    for before, line in pairwise(lines):
        if re.match(r"# [A-Z][A-Z0-9_]*=", line):
            assert re.match(r"# ([a-zA-Z].* .*|BOT_KEY_[A-Z_]+=.*)$", before), line


def test_copied_as_it_is_it_sets_nothing() -> None:
    """`cp .env.example .env` leaves `make run` as it was: no key, no address of somebody else."""
    assert [line for line in EXAMPLE.splitlines() if line and not line.startswith("#")] == []
