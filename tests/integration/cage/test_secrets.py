"""A shell opens nothing of ours, wherever the worker stands and whoever it is: the real CLI."""

import json
import os
from pathlib import Path

import pytest

from tests.integration.cage.world import World, as_nobody

pytestmark = pytest.mark.timeout(300)


def shell(command: str) -> str:
    """The words that make the model run a command."""
    return "tool Bash " + json.dumps({"command": command})


@pytest.mark.short_form("/-nobody")
@pytest.mark.parametrize("user", ["the same user", "nobody"])
@pytest.mark.parametrize("home", ["the project's parent", "/"])
async def test_no_secret_opens(tmp_path: Path, home: str, user: str) -> None:
    """The check lets the bot in, its commands find no secret, and what they need is there."""
    world = World(tmp_path, {"HOME": "/"} if home == "/" else {}).build()
    if user == "nobody" and os.getuid() == 0:
        world = as_nobody(world)
    names = " ".join(map(str, world.secrets))
    read = f"cat {names}; mkdir outbox; cp {names} outbox; grep -rs SECRET {world.top}; echo read"
    work = "python3 -c 'import json; print(6*7)' > note; cat note; id -u; ls outbox; echo worked"
    problems, (reading, working) = await world.run(shell(read), shell(work))
    assert problems == []
    assert "read" in reading
    assert "SECRET" not in reading.replace("grep -rs SECRET", "")
    uid = 65534 if user == "nobody" and os.getuid() == 0 else os.getuid()
    assert f"42\n{uid}\nworked" in working
