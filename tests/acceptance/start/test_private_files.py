"""The Procfile's own lines keep what people say from other users of the machine."""

import os
import stat
from itertools import chain
from pathlib import Path

from tests.acceptance.conftest import NewStack


async def test_nothing_below_data_dir_is_for_others(new_stack: NewStack) -> None:
    """Under an ordinary umask, and over a folder that an earlier version left open."""
    stack = new_stack()
    data = stack.folder / "data"
    (data / "workspaces").mkdir(parents=True)
    for folder in (data, data / "workspaces"):
        folder.chmod(0o755)
    await stack.start()
    await stack.ready()
    assert await stack.ask("echo between us") == "between us"
    assert (data / "claude").is_dir()
    found = [Path(folder) / name for folder, *names in os.walk(data) for name in chain(*names)]
    assert data / "claude" in found
    open_to_others = [
        path
        for path in found
        if _is_open(path) and data / "sandbox" not in (path, *path.parents)  # the stand-in's own
    ]
    assert open_to_others == []


def _is_open(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:  # an agent's temporary file, gone meanwhile
        return False
    return not stat.S_ISLNK(mode) and bool(stat.S_IMODE(mode) & 0o077)
