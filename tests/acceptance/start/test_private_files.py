"""The Procfile's own lines keep what people say from other users of the machine."""

import stat

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
    open_to_others = [
        path
        for path in data.rglob("*")
        if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077
        if data / "sandbox" not in (path, *path.parents)  # the stand-in's own
    ]
    assert open_to_others == []
