"""What `python -m operate --help` lists."""

from importlib import import_module

import pytest

from operate.__main__ import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_told_in_one_line(name: str) -> None:
    """A list breaks its lines by itself: one that is broken here is broken twice there."""
    command = getattr(import_module(COMMANDS[name]), name.replace("-", "_"))
    assert "\n" not in command.__doc__.partition("\n\n")[0].strip()
