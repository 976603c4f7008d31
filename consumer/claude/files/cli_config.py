"""The CLI's own configuration, `.claude.json`: damaged, it keeps every agent from starting.

Nothing of ours is in it, so the CLI's last backup, or none, is as good.
"""

import json
from pathlib import Path
from typing import Literal

from consumer.replaced_files import replace_file

DAMAGED = "Configuration error in"
"""What the CLI (2.1.330) says when it starts, and ends."""
CONFIG = ".claude.json"


def repair(claude_dir: Path) -> Literal["sound", "backup", "fresh"]:
    """Put the newest backup that is sound in its place, or nothing: the CLI begins a new one.

    Where another client was quicker it is sound by now. Raises OSError.
    """
    file = claude_dir / CONFIG
    if _is_sound(file):
        return "sound"
    for backup in _backups(claude_dir):
        if _is_sound(backup):
            replace_file(file, backup.read_text(encoding="utf-8"))
            return "backup"
    file.unlink(missing_ok=True)
    return "fresh"


def _backups(claude_dir: Path) -> list[Path]:
    """The newest first; their names end in the time of their making, in ms."""
    found = (claude_dir / "backups").glob(f"{CONFIG}.backup.*")
    return sorted(found, key=lambda path: path.name, reverse=True)


def _is_sound(file: Path) -> bool:
    try:
        return isinstance(json.loads(file.read_text(encoding="utf-8")), dict)
    except (OSError, ValueError):
        return False
