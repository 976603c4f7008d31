"""The scripts of budgets, by name."""

from pathlib import Path

from shared.redis.scripts import lua_scripts

BUDGET_SCRIPTS = lua_scripts(Path(__file__).parent)
