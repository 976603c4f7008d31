"""The script that reads all our keys at one moment."""

from pathlib import Path

from shared.redis.scripts import lua_scripts

BACKUP_SCRIPTS = lua_scripts(Path(__file__).parent)
