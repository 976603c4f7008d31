"""`python -m operate.take_over OLD DATA`: what lies on a container's old volumes, copied once.

Up to 2.0 compose kept single folders of DATA_DIR on volumes of their own, and the rest on none. Now
all of it is one volume; the old ones are mounted below OLD, to be read only.
"""

from shared.startup.process import begin

if __name__ == "__main__":
    begin()

import argparse
import os
import shutil
import stat
import sys
from pathlib import Path

import structlog

from operate.backup.marks import TAKEN_OVER
from shared.logs import configure_logs

FOLDERS = ("session_cache", "claude", "workspaces")
"""What the old volumes held: records, transcripts, the agents' folders."""
EXIT_FAILED = 1

log = structlog.get_logger()


def main() -> int:
    """0 when there is nothing (more) to copy; 1, with what was half copied removed, otherwise."""
    parser = argparse.ArgumentParser(prog="python -m operate.take_over", description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("data", type=Path)
    arguments = parser.parse_args()
    configure_logs("json", "info", process="take-over")
    try:
        take_over(arguments.old, arguments.data)
    except OSError as error:
        log.error("take_over_failed", reason=str(error))
        return EXIT_FAILED
    return 0


def take_over(old: Path, data: Path) -> None:
    """Copy each folder whole or not at all, where nothing stands in its place; raises OSError."""
    mark = data / TAKEN_OVER
    if mark.exists():  # never again, also not when a folder was emptied on purpose since
        return
    for name in FOLDERS:
        _take(old / name, data / name)
    os.sync()
    mark.touch()


def _take(source: Path, target: Path) -> None:
    if not _holds_something(source):
        return
    if _holds_something(target):
        log.warning("old_volume_left", folder=target.name, reason="there is something already")
        return
    draft = target.with_name(f".{target.name}.taking-over")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        shutil.copytree(source, draft, symlinks=True, ignore=_sockets)
        if target.exists():
            target.rmdir()  # the image brings empty ones
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    files = sum(path.is_file() for path in target.rglob("*"))
    log.info("old_volume_copied", folder=target.name, files=files)


def _holds_something(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _sockets(folder: str, names: list[str]) -> set[str]:
    """What cannot be copied and is worth nothing without its process."""
    return {name for name in names if not _can_be_copied(os.lstat(os.path.join(folder, name)))}


def _can_be_copied(status: os.stat_result) -> bool:
    mode = status.st_mode
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)


if __name__ == "__main__":
    sys.exit(main())
