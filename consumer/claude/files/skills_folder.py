"""A bot's skills as its CLI loads them: a plugin with those skills and nothing else.

A copy of the operator's folder, as it was when it was read: what is changed there counts for agents
that start later. It lies where no agent's tool writes.
"""

import json
import shutil
import uuid
from pathlib import Path

from consumer.tool_calls.skills import PLUGIN, skills_folders
from shared.bots import Bot, Skills


def write_skills(run_dir: Path, bot: Bot) -> None:
    """Put it there, whole or not at all; raises OSError, and ValueError for skills that have become
    such as no bot may have since the bot's file was read."""
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
        Skills.read(draft / "skills")  # what was copied, not what was read when the bot was
        _put(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _put(draft: Path, folder: Path) -> None:
    try:
        draft.rename(folder)
    except OSError:  # a folder that is there and not empty: of no class of its own
        if not folder.is_dir():
            raise  # else another client of the bot's was quicker
