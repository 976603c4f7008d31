"""What keeps files closed is told once, at the start, and in a sentence."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from consumer.posted_files.from_settings import files_from_settings
from consumer.sessions import session_settings
from consumer.settings import ConsumerSettings
from shared.bots import Bot, PostedFiles, Roster
from shared.startup.settings import load_settings
from tests.campfire_storage import Storage

SEER = Bot(id="assistant", name="Seer", system_prompt="x", files=PostedFiles())
BLIND = SEER.model_copy(update={"files": None})
KEY = "3-a1b2c3d4e5f6"
UNSET = "CAMPFIRE_STORAGE names no folder: what people post cannot be opened"


def _settings(storage: Path | None) -> ConsumerSettings:
    return load_settings(
        ConsumerSettings,
        redis_url="redis://127.0.0.1:1/0",
        campfire_url="http://127.0.0.1:1",
        anthropic_api_key="unused",
        bot_keys={"BOT_KEY_ASSISTANT": KEY},
        campfire_storage=storage,
    )


def _told(storage: Path | None, bot: Bot) -> tuple[list[str], list[object]]:
    """The names of the bot's tools, and what the log gives as the reason for none."""
    with capture_logs() as logs:
        toolbox = files_from_settings(_settings(storage), Roster({bot.id: bot}, {bot.id: KEY}))
    closed: list[Mapping[str, object]] = [it for it in logs if it["event"] == "posted_files_closed"]
    return [tool.name for tool in toolbox.tools(bot)], [it["reason"] for it in closed]


def test_a_mounted_storage_is_silent(tmp_path: Path) -> None:
    """The bot has its tools, and nothing is said."""
    assert _told(Storage(tmp_path).make().folder, SEER) == (["list", "open"], [])


@pytest.mark.parametrize(("bot", "reasons"), [(SEER, [UNSET]), (BLIND, [])])
def test_no_storage(bot: Bot, reasons: list[str]) -> None:
    """That it is missing is told only where a bot's file grants it."""
    assert _told(None, bot) == ([], reasons)


def test_a_storage_of_another_kind(tmp_path: Path) -> None:
    """One sentence with the folder and what it lacks; the bot has no tools."""
    folder = Storage(tmp_path).make("CREATE TABLE messages (id, room);").folder
    tools, (reason,) = _told(folder, SEER)
    assert tools == []
    assert reason == (
        f"CAMPFIRE_STORAGE ({folder}): its database is not as this release knows it: "
        "no such column: room_id"
    )


def test_no_shell_sees_it(tmp_path: Path) -> None:
    """The folder is among those that each cage hides."""
    assert tmp_path in session_settings(_settings(tmp_path), {}).hidden
