"""What would keep a CLI from starting, and does not."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from consumer.agent import SessionSettings, Tier
from consumer.sessions import SessionManager
from tests.bots import bot_with
from tests.integration.sessions.conftest import BOT, LANE, OTHER, StartManager
from tests.integration.sessions.scripted_model import ScriptedModel

LONG = "You know this handbook by heart. " * 8_000
"""256 KB: twice what Linux takes as one argument of a program."""


def prompts_of(settings: SessionSettings) -> list[Path]:
    return list(settings.run_dir.glob("*.prompt"))


async def test_a_long_system_prompt_is_handed_over_as_a_file(
    scripted: SessionManager, script: ScriptedModel
) -> None:
    """It reaches the model whole, cold and resumed; nobody else may read the file, which goes with
    the client."""
    bot = bot_with(BOT, system_prompt=f"{LONG}The end.")
    await scripted.run_turn(LANE, bot, "one")
    (file,) = prompts_of(scripted._settings)
    assert file.stat().st_mode & 0o777 == 0o600
    await scripted.remove_session(LANE)
    assert prompts_of(scripted._settings) == []
    assert (await scripted.run_turn(LANE, bot, "two")).tier is Tier.WARM
    for request in script.requests:
        assert bot.system_prompt in str(request["system"])


@pytest.mark.long
async def test_a_changed_prompt_counts_in_a_conversation_that_goes_on(
    scripted: SessionManager, script: ScriptedModel
) -> None:
    """The one that stood when it began is in no request any more."""
    await scripted.run_turn(LANE, bot_with(BOT, system_prompt="You are Alfa."), "one")
    changed = await scripted.run_turn(LANE, bot_with(BOT, system_prompt="You are Bravo."), "two")
    assert changed.tier is Tier.WARM
    assert "You are Bravo." in str(script.requests[-1])
    assert "You are Alfa." not in str(script.requests[-1])


@pytest.mark.short_form("cut with a backup")
@pytest.mark.parametrize(
    ("damage", "backup", "replaced_by"),
    [
        (b'{"a": ', True, ["backup"]),
        (b'{"a": ', False, ["fresh"]),
        (b"", True, ["backup"]),
        (b"", False, []),  # the CLI begins a new one by itself
        (b"\x00\x00", True, ["backup"]),
    ],
    ids=["cut with a backup", "cut alone", "empty with a backup", "empty alone", "zeros"],
)
async def test_a_damaged_configuration_stops_no_lane(
    start_manager: StartManager,
    script: ScriptedModel,
    damage: bytes,
    backup: bool,
    replaced_by: list[str],
) -> None:
    """Cold and warm ones start all the same, the conversation goes on, and the log says so."""
    before = await start_manager(base_url=script.base_url)
    await before.run_turn(LANE, BOT, "one")
    await before.shutdown_all()
    folder = before._settings.claude_dir
    if not backup:
        for file in (folder / "backups").iterdir():
            file.unlink()
    (folder / ".claude.json").write_bytes(damage)
    after = await start_manager(base_url=script.base_url)
    with capture_logs() as logs:
        assert (await after.run_turn(LANE, BOT, "two")).tier is Tier.WARM
        assert (await after.run_turn(OTHER, BOT, "three")).tier is Tier.COLD
    told = [entry["replaced_by"] for entry in logs if entry["event"] == "cli_config_damaged"]
    assert told == replaced_by
    assert "one" in str(script.requests[-2]["messages"]), "the conversation went on"
