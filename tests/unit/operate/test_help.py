"""What `python -m operate --help` lists."""

from importlib import import_module

import pytest
from typer.testing import CliRunner

from operate.__main__ import COMMANDS, GROUPS, PANELS, app


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_told_in_one_line(name: str) -> None:
    """A list breaks its lines by itself: one that is broken here is broken twice there."""
    command = getattr(import_module(COMMANDS[name]), name.replace("-", "_"))
    assert "\n" not in command.__doc__.partition("\n\n")[0].strip()


def test_commands_are_listed_by_what_they_are_for() -> None:
    """Two dozen in one list are read to the end by nobody at night."""
    said = CliRunner().invoke(app, ["--help"]).output
    places = [said.index(f"─ {panel} ─") for panel in dict.fromkeys(PANELS.values())]
    assert places == sorted(places)
    assert "─ Commands ─" not in said
    listed = {line.split()[1] for line in said[places[0] :].splitlines() if line.startswith("│ ")}
    assert COMMANDS.keys() | GROUPS.keys() <= listed
