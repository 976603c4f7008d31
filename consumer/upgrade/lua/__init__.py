"""The upgrade's scripts, by name."""

from pathlib import Path

from shared.redis.scripts import lua_scripts

UPGRADE_SCRIPTS = lua_scripts(Path(__file__).parent)
