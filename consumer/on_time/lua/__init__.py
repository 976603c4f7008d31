"""The scripts of what is due, by name."""

from pathlib import Path

from shared.redis.scripts import lua_scripts

ON_TIME_SCRIPTS = lua_scripts(Path(__file__).parent)
