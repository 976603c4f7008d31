"""The scripts of requests for approval, by name."""

from pathlib import Path

from shared.redis.scripts import lua_scripts

APPROVAL_SCRIPTS = lua_scripts(Path(__file__).parent)
