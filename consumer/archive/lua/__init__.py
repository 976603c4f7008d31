"""The scripts of the stores in Redis, by name."""

from pathlib import Path

from shared.redis.scripts import lua_scripts

STORE_SCRIPTS = lua_scripts(Path(__file__).parent)
