"""DATA_DIR holds what people say in their rooms, and keys: no other user looks in."""

from pathlib import Path

import structlog

FOLDERS = (
    *("session_cache", "claude", "home", "workspaces", "run", "outgoing", "spool"),
    *("valkey", "sandbox", "keys"),
)
"""All that stands below it. Not DATA_DIR itself, which may be a folder that is others' too."""
OTHERS = 0o077

log = structlog.get_logger()


def close_to_others(data_dir: Path) -> None:
    """Take from folders that an earlier version made for all to read what others may do there.

    New ones come with the umask of `process.begin`. What cannot be changed is a warning.
    """
    for name in FOLDERS:
        folder = data_dir / name
        try:
            mode = folder.stat().st_mode & 0o777
            if mode & OTHERS:
                folder.chmod(mode & ~OTHERS)
                log.info("folder_closed_to_others", folder=str(folder), mode=f"{mode:o}")
        except FileNotFoundError:
            continue
        except OSError as error:
            log.warning("folder_open_to_others", folder=str(folder), reason=error.strerror)
