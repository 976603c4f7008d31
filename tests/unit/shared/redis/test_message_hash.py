"""A message's hash: its fields are listed once, and the Lua scripts know no other."""

import re

import pytest

from shared.redis.message_hash import Field
from tests.house.idioms import lua_files

OF_A_MESSAGE = re.compile(
    r"redis\.call\('H\w+', "
    r"(?:message|it\.message|word|dead_letter|(?:it\.)?message_key \.\. \w+|KEYS\[1\])\b(.*?)\)",
    re.DOTALL,
)
OF_OTHERS = ("archive", "upgrade")
"""Scripts in these rooms work on other hashes."""


def written() -> set[str]:
    """The fields that the scripts name."""
    texts = [file.read_text() for file in lua_files() if not set(OF_OTHERS) & set(file.parts)]
    calls = [call for text in texts for call in OF_A_MESSAGE.findall(text)]
    return {name for call in calls for name in re.findall(r"'([a-z_]+)'", call)}


def test_a_script_knows_no_other_field() -> None:
    """What is not listed nobody would look for when a message moves, dies or is carried over."""
    assert written() - set(Field) == set()


@pytest.mark.parametrize("field", Field)
def test_each_field_is_somebodys(field: Field) -> None:
    """A script writes it, or it is recorded under a claim."""
    recorded = {Field.REPLY, Field.POSTING, Field.STOPPING, Field.POSTED}
    recorded |= {Field.TRACES, Field.BY_TOOLS, Field.FORGOTTEN}
    assert field in written() | recorded
