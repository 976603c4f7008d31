"""What a turn and `help` say of files that people post: that they can be opened where they can."""

import pytest

from shared.bots import Bot, PostedFiles
from tests.bots import bot_with
from tests.integration.conftest import BOT, ROOM, Stage

SEER = bot_with(BOT, files=PostedFiles())
BLIND_HERE = bot_with(SEER, room_overrides={ROOM: {"tools": ["Write"]}})


@pytest.mark.short_form("main-granted", "main-not_in_this_room")
@pytest.mark.parametrize(
    ("bot", "mounted", "opens"),
    [(SEER, True, True), (SEER, False, False), (BOT, True, False), (BLIND_HERE, True, False)],
    ids=["granted", "not_mounted", "not_granted", "not_in_this_room"],
)
async def test_a_file_is_told_with_its_number_where_it_can_be_opened(
    stage: Stage, bot: Bot, mounted: bool, opens: bool
) -> None:
    """Campfire's number of its message, for the tool that opens it; `help` says the same."""
    stage.bots, stage.opens_files = {"assistant": bot}, mounted
    await stage.start()
    await stage.say("photo.png", is_file=True)
    await stage.until_idle()
    (turn,) = stage.agent.whole
    posted = [message["id"] for message in await stage.sandbox.messages(ROOM)]
    told = [f"You can open it: mcp__files__open, number {number}." in turn for number in posted]
    assert any(told) is opens
    assert ("Campfire gives you no way to open it." in turn) is not opens
    await stage.say("help", control="help")
    await stage.until_idle()
    assert ("that people post" in "\n".join(await stage.bot_said())) is opens
