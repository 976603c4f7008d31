"""A bot's skills as its CLI loads them: a plugin with those skills and nothing else.

A copy of the operator's folder, as it was when it was read: what is changed there counts for agents
that start later. It lies where no agent's tool writes.
"""

import json
import shutil
import uuid
from contextlib import suppress
from pathlib import Path

from consumer.sessions.tools.skills import PLUGIN, skills_folders
from shared.bots import Bot, Skills


def write_skills(run_dir: Path, bot: Bot) -> None:
    """Put it there, whole or not at all; raises OSError."""
    for folder in skills_folders(run_dir, bot):
        if bot.skills is not None and not folder.is_dir():
            _copy(bot.skills, folder)


def _copy(skills: Skills, folder: Path) -> None:
    draft = folder.with_name(f"{folder.name}.{uuid.uuid4().hex}")
    try:
        (draft / ".claude-plugin").mkdir(parents=True)
        manifest = draft / ".claude-plugin" / "plugin.json"
        manifest.write_text(json.dumps({"name": PLUGIN}), encoding="utf-8")
        for name in skills.names:
            shutil.copytree(skills.folder / name, draft / "skills" / name, symlinks=True)
        with suppress(FileExistsError):  # another client of the bot's was quicker
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
