"""The environment of a stack's processes: nothing inherited, everything said here."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from honcho.environ import parse_procfile

from tests.deliveries import RECORDED_KEY
from tests.ports import next_free_port

ROOT = Path(__file__).parents[2]
API_KEY = "sk-ant-acceptance-0123456789abcdef"
WEBHOOK_TOKEN = "webhook-token-0123456789"
SECOND_RECORDED_KEY = "4-4fe587476a1c"
"""The key of the recorded "Second Bot"."""
BOT_KEYS = {
    "assistant": RECORDED_KEY,
    "technical_assistant": SECOND_RECORDED_KEY,
    "financial_analyst": "101-f00df00df00d",
}
SECRETS = (API_KEY, WEBHOOK_TOKEN, *(key.partition("-")[2] for key in BOT_KEYS.values()))


def procfile() -> dict[str, str]:
    """The Procfile's process types and their command lines."""
    text = (ROOT / "Procfile").read_text(encoding="utf-8")
    return dict(parse_procfile(text).processes)


def free_port() -> int:
    """A loopback port of this process's own."""
    return next_free_port()


def minimal_environment(folder: Path) -> dict[str, str]:
    """What any process needs to run our modules from `folder`, and not one setting of ours."""
    return {
        # The Procfile says `python`: the one that runs the tests.
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }


def stack_environment(
    folder: Path, *, redis_url: str, prefix: str, web_port: int, sandbox_port: int
) -> Mapping[str, str]:
    """The settings of a whole deployment on this machine."""
    sandbox = f"http://127.0.0.1:{sandbox_port}"
    return {
        **minimal_environment(folder),
        **{f"BOT_KEY_{bot.upper()}": key for bot, key in BOT_KEYS.items()},
        "REDIS_URL": redis_url,
        "REDIS_PREFIX": prefix,
        "DATA_DIR": str(folder / "data"),
        "BOTS_DIR": str(ROOT / "bots"),
        "CAMPFIRE_URL": sandbox,
        "ANTHROPIC_BASE_URL": f"{sandbox}/model",
        "ANTHROPIC_API_KEY": API_KEY,
        "WEBHOOK_TOKEN": WEBHOOK_TOKEN,
        "WEBHOOK_BASE": f"http://127.0.0.1:{web_port}",
        "HOST": "127.0.0.1",
        "PORT": str(web_port),
        "SANDBOX_PORT": str(sandbox_port),
        "SANDBOX_MODEL": "stand-in",
        "LOG_FORMAT": "json",
    }
