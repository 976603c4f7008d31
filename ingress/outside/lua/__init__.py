"""The script of what programs outside may send, by name."""

from pathlib import Path

from shared.redis.scripts import lua_scripts

OUTSIDE_SCRIPTS = lua_scripts(Path(__file__).parent)
