"""The scripts of what operators do, by name."""

from pathlib import Path

from shared.redis.scripts import lua_scripts

OPERATING_SCRIPTS = lua_scripts(Path(__file__).parent)
