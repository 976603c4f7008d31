"""Whose DATA_DIR is: what root makes in it would be closed to the service."""

import os
import stat
from pathlib import Path


def give_to_its_owner(folder: Path) -> None:
    """What is root's below somebody's folder becomes theirs, where root runs this; a file with a
    second name stays as it is, for that may stand elsewhere. Raises OSError."""
    if os.geteuid() != 0 or not folder.exists() or (owner := folder.stat()).st_uid == 0:
        return
    for parent, names, files in os.walk(folder):
        for path in (Path(parent, name) for name in (*names, *files)):
            found = path.lstat()
            if found.st_uid == 0 and (stat.S_ISDIR(found.st_mode) or found.st_nlink == 1):
                os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
