"""What operators see of a turn while it runs, and of its message afterwards."""

from consumer.agent.events import Started as TurnStarted
from consumer.agent.events import Tier, ToolEnded, ToolStarted
from shared.operating.reading.board import read_board
from shared.operating.reading.message_list import Messages
from tests.conftest import eventually
from tests.integration.conftest import Stage


async def test_a_running_turn_is_on_the_board_with_what_it_does(stage: Stage) -> None:
    """The tool that runs, behind it who waits; when it has ended, its timeline has the answer's
    number in Campfire. No word of what was said is in any of it."""
    stage.agent.events = [
        TurnStarted(tier=Tier.WARM, pid=None),
        ToolStarted(id="a", name="Read"),
        ToolEnded(id="a", failed=False, seconds=0.5),
        ToolStarted(id="b", name="Bash"),
    ]
    go_on = stage.agent.hold("sesame", "opened")
    await stage.start()
    job_id = await stage.say("sesame")
    await stage.say("open")
    await stage.agent.until_asked("sesame")

    async def doing() -> bool:
        turns = (await read_board(stage.redis, stage.keys)).turns
        return [turn.doing.name for turn in turns if turn.doing] == ["Bash"]

    await eventually(doing)
    now = await read_board(stage.redis, stage.keys)
    [turn] = now.turns
    assert (turn.bot_id, turn.tier, turn.waiting_behind, now.slots) == ("assistant", "warm", 1, 10)
    assert "sesame" not in now.model_dump_json()
    go_on.set()
    await stage.heard("answer to open")
    await stage.until_idle()
    row = await Messages(stage.redis, stage.keys, ["assistant"]).one(job_id)
    assert row is not None
    told = [(step.what, step.name) for step in row.steps]
    assert told[2:6] == [("claimed", "1"), ("started", "warm"), ("tool", "Read"), ("tool", "Bash")]
    assert told[-2:] == [("posted", row.posts[0]), ("settled", "completed")]
    assert "sesame" not in row.model_dump_json()
    assert "opened" not in row.model_dump_json()
